/* SPDX-License-Identifier: BSD-2-Clause */
/* Which suites of tests run, where the command line does not want all of them. */
#ifndef EMBOX_SUITES_H
#define EMBOX_SUITES_H

#include <stdbool.h>

struct mod;

/**
 * The command line's word.
 *
 * @value  "a.b.suite" for this suite alone, "after:a.b.suite" for those that come after it
 * Returns 0, or -EINVAL when the image has no suite of that name.
 * Context: before the run levels. Owner: nothing of value is kept.
 * Source: own design.
 */
int suites_choose(const char *value);

/** Is the suite of this module to run? Context: any. Source: own design. */
bool suites_want(const struct mod *m);

#endif
