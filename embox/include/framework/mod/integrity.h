/* SPDX-License-Identifier: BSD-2-Clause */
/* Is the memory of a module as it was built? */
#ifndef FRAMEWORK_MOD_INTEGRITY_H
#define FRAMEWORK_MOD_INTEGRITY_H

struct mod;

/** Returns -ENOTSUP: text and constants are read-only in the page tables. Context: any. */
int mod_integrity_check(const struct mod *m);

#endif
