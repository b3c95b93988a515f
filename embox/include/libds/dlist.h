/* SPDX-License-Identifier: BSD-2-Clause */
/* The other name of lib/libds/dlist.h. */
#ifndef LIBDS_DLIST_H
#define LIBDS_DLIST_H

#include <lib/libds/dlist.h>

#endif
