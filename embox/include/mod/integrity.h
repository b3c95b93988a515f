/* SPDX-License-Identifier: BSD-2-Clause */
/* The other name of framework/mod/integrity.h. */
#ifndef MOD_INTEGRITY_H
#define MOD_INTEGRITY_H

#include <framework/mod/integrity.h>

#endif
