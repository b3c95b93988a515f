/* SPDX-License-Identifier: BSD-2-Clause */
/* What the modules of this tree tell the suite. */
#ifndef DOMIK_TEST_SUITE_H
#define DOMIK_TEST_SUITE_H

struct test_options {
	int number;
	const char *text;
	int flag;
	int symbol;
	int untouched;
	int is_defined; /* an option that nobody gave a value */
};
extern const struct test_options test_options;

const char *implementation_name(void);

void unit_record(const char *letter);
const char *unit_order(void);

int spoken_evaluate(void);
int spoken_level(void);

#endif
