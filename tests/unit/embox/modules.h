/* SPDX-License-Identifier: BSD-2-Clause */
/* What the test and the modules that it has made up tell each other. */
#ifndef TESTS_UNIT_EMBOX_MODULES_H
#define TESTS_UNIT_EMBOX_MODULES_H

extern int unit_result;      /* what the unit's functions return */
extern int unit_inits;       /* how often the first was called */
extern int unit_finis;       /* and the other */
extern char suite_steps[64]; /* a letter per fixture and case */
extern int suite_fixture_result;
extern int n_evaluated; /* arguments of log calls that were computed */

void talk(void);         /* a message of each level, by a module that has log_level */
void talk_parts(void);   /* one line in parts */
void talk_garbage(void); /* a debug message with a pointer to nowhere */
void keep_quiet(void);   /* the same calls by a module without the option */

#endif
