/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the cases of a test program and prints their verdicts; main() is at the end. */
#include "tests/test.h"

#include <stdarg.h>
#include <stdio.h>

/* The section "tests", gathered by the linker. */
extern const struct test *const __start_tests[], *const __stop_tests[];

enum { EXIT_ALL_SKIPPED = 77 }; /* what Meson takes for a skip */

static struct {
	bool failed, skipped;
	char row[128];
	char why[512];
} now; /* the running case */

void test_row(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(now.row, sizeof(now.row), fmt, args);
	va_end(args);
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;
	int n;

	if (now.failed)
		return;
	now.failed = true;
	n = snprintf(now.why, sizeof(now.why), "%s:%d: ", file, line);
	if (now.row[0])
		n += snprintf(now.why + n, sizeof(now.why) - (size_t)n, "[%s] ", now.row);
	va_start(args, fmt);
	vsnprintf(now.why + n, sizeof(now.why) - (size_t)n, fmt, args);
	va_end(args);
}

void test_skip(const char *why)
{
	now.skipped = true;
	snprintf(now.why, sizeof(now.why), "%s", why);
}

bool test_failed(void)
{
	return now.failed;
}

static bool chosen(const struct test *t, int n_names, char **names)
{
	for (int i = 0; i < n_names; i++)
		if (strcmp(t->name, names[i]) == 0)
			return true;
	return n_names == 0;
}

/* The compiler may turn the section around: cases run in the order of their lines. Start
 * with NULL. */
static const struct test *next_after(const struct test *last)
{
	const struct test *next = NULL;

	for (const struct test *const *p = __start_tests; p < __stop_tests; p++) {
		const struct test *t = *p;
		bool later = !last || t->line > last->line ||
			     (t->line == last->line && t > last);

		if (later && (!next || t->line < next->line ||
				     (t->line == next->line && t < next)))
			next = t;
	}
	return next;
}

/* Runs one case; program is how to run it again. */
static void run(const struct test *t, const char *program)
{
	memset(&now, 0, sizeof(now));
	t->run();
	if (now.failed)
		printf("T %s.%s fail %s\n  alone: %s %s\n", TEST_SUITE, t->name, now.why,
			program, t->name);
	else if (now.skipped)
		printf("T %s.%s skip %s\n", TEST_SUITE, t->name, now.why);
	else
		printf("T %s.%s ok\n", TEST_SUITE, t->name);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0, skipped = 0;

	for (const struct test *t = NULL; (t = next_after(t));) {
		if (!chosen(t, argc - 1, argv + 1))
			continue;
		run(t, argv[0]);
		failed += now.failed;
		skipped += !now.failed && now.skipped;
		passed += !now.failed && !now.skipped;
	}
	if (passed + failed + skipped == 0)
		failed += printf("no such case\n") > 0;
	printf("T %s.end %s %u passed, %u failed, %u skipped\n", TEST_SUITE,
		failed ? "fail" : "ok", passed, failed, skipped);
	if (failed)
		return 1;
	return passed ? 0 : EXIT_ALL_SKIPPED;
}
