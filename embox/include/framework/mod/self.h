/* SPDX-License-Identifier: BSD-2-Clause */
/* The module to which the source belongs that includes this. */
#ifndef FRAMEWORK_MOD_SELF_H
#define FRAMEWORK_MOD_SELF_H

#include <framework/mod/decls.h>
#include <framework/mod/runlevel.h>

#ifdef __EMBUILD_MOD__
extern struct mod __MOD(__EMBUILD_MOD__);
#endif

#endif
