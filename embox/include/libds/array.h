/* SPDX-License-Identifier: BSD-2-Clause */
/* The other name of lib/libds/array.h. */
#ifndef LIBDS_ARRAY_H
#define LIBDS_ARRAY_H

#include <lib/libds/array.h>

#endif
