/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs suites of tests. A failed assertion leaves its case by longjmp(); a case that
 * waits for other threads is left like any other, and they go on.
 */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <framework/test/api.h>
#include <framework/test/assert.h>
#include <framework/test/emit.h>

#define LOG_MODULE "test"
#include "kernel/log.h"
#include "kernel/thread.h"

#define NAME_BYTES 96

TEST_EMIT_BUFFER_DEF(emitted, 64);

/* The case that runs; one at a time. */
static struct {
	jmp_buf leave;
	struct thread *thread; /* NULL = none runs */
	const struct test_assertion *failure;
} current;

struct test_emit_buffer *test_emit_current(void)
{
	return &emitted;
}

void test_assertion_check(int ok, const struct test_assertion *what)
{
	if (ok)
		return;
	if (current.thread != thread_self())
		panic("%s at %s:%d fails outside of a test case", what->text,
			what->location.at.file, what->location.at.line);
	current.failure = what;
	longjmp(current.leave, 1);
}

/* Returns 0, or what the fixture returned. */
static int call(int (*const *fixture)(void))
{
	return fixture && *fixture ? (*fixture)() : 0;
}

/* "frees what it took" -> "frees_what_it_took"; without a description the line. */
static void name_case(const struct test_case *c, char *name)
{
	size_t n = 0;

	for (const char *p = c->description; *p && n < NAME_BYTES - 1; p++) {
		if (isalnum((unsigned char)*p))
			name[n++] = *p;
		else if (n > 0 && name[n - 1] != '_')
			name[n++] = '_';
	}
	while (n > 0 && name[n - 1] == '_')
		n--;
	name[n] = '\0';
	if (n == 0)
		snprintf(name, NAME_BYTES, "line_%d", c->location.line);
}

static void report(const struct test_suite *t, const struct test_case *c)
{
	const struct test_assertion *failure = current.failure;
	char name[NAME_BYTES];

	name_case(c, name);
	if (!failure) {
		printf("T %s.%s ok\n", test_name(t), name);
		return;
	}
	printf("\tfailure at %s : %d, in function %s\n\t\t%s\n",
		failure->location.at.file, failure->location.at.line,
		failure->location.func, failure->text);
	printf("\tcase at %s : %d\n\t\t\"%s\"\n", c->location.file, c->location.line,
		c->description);
	printf("T %s.%s fail %s at %s:%d\n", test_name(t), name, failure->text,
		failure->location.at.file, failure->location.at.line);
}

static void run_body(const struct test_case *c)
{
	current.failure = NULL;
	current.thread = thread_self();
	test_emit_buffer_reset(&emitted);
	if (setjmp(current.leave) == 0)
		c->run();
	current.thread = NULL;
}

/* What a fixture returned ends the suite. */
static int fail_fixture(const struct test_suite *t, const char *whose, int result)
{
	printf("T %s.fixture fail %s fixture returned %d\n", test_name(t), whose, result);
	return -EINTR;
}

/* Returns 1 when the case failed, 0, or -EINTR when a fixture did. */
static int run_case(const struct test_suite *t, const struct test_case *c)
{
	int result = call(t->case_fixture.setup);

	if (result == 0) {
		run_body(c);
		report(t, c);
		result = call(t->case_fixture.teardown);
	}
	if (result != 0)
		return fail_fixture(t, "a case's", result);
	return current.failure ? 1 : 0;
}

static int run_cases(const struct test_suite *t)
{
	int n_cases = 0, n_failed = 0;

	for (int i = 0; t->cases[i]; i++, n_cases++) {
		int result = run_case(t, t->cases[i]);

		if (result < 0)
			return result;
		n_failed += result;
	}
	if (n_failed)
		printf("\ttesting \"%s\": %d/%d failures\n", t->description, n_failed,
			n_cases);
	return n_failed;
}

/* Returns how many cases failed, or -EINTR when a fixture did. */
static int run_suite(const struct test_suite *t)
{
	int result = call(t->suite_fixture.setup), teardown;

	if (result != 0)
		return fail_fixture(t, "the suite's", result);
	result = run_cases(t);
	teardown = call(t->suite_fixture.teardown);
	return teardown ? fail_fixture(t, "the suite's", teardown) : result;
}

int test_suite_run(const struct test_suite *t)
{
	int result;

	if (!t)
		return -EINVAL;
	log_info("running %s.%s", test_package(t), test_name(t));
	result = run_suite(t);
	printf("T %s.end %s\n", test_name(t), result ? "fail" : "ok");
	return result;
}

const struct test_suite *test_lookup(const char *name)
{
	const struct test_suite *t;

	test_foreach(t)
	{
		if (strcmp(test_name(t), name) == 0)
			return t;
	}
	return NULL;
}
