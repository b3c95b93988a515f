/* SPDX-License-Identifier: BSD-2-Clause */
/* The other name of lib/libds/array.h. */
#ifndef UTIL_ARRAY_H
#define UTIL_ARRAY_H

#include <lib/libds/array.h>

#endif
