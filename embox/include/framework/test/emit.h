/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notes of one character that a test takes as things happen, in whatever thread or
 * upcall, to compare their order in the end.
 */
#ifndef FRAMEWORK_TEST_EMIT_H
#define FRAMEWORK_TEST_EMIT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/cdefs.h>

#include <util/macro.h>

/* Always a string. `ptr` is one past the end after something did not fit. */
struct test_emit_buffer {
	char *ptr;
	char *buff;
	size_t buff_sz; /* without the NUL */
};

#define TEST_EMIT_BUFFER_DEF(name, size)                                                 \
	static char MACRO_CONCAT(test_emit_bytes_of_, name)[(size) + 1];                 \
	static struct test_emit_buffer name = {                                          \
		.ptr = MACRO_CONCAT(test_emit_bytes_of_, name),                          \
		.buff = MACRO_CONCAT(test_emit_bytes_of_, name),                         \
		.buff_sz = (size),                                                       \
	}

/** Append a character, or note that it did not fit. Context: any. */
void test_emit_into(struct test_emit_buffer *b, char c);

/** The running case's own buffer, 64 characters. Context: any. */
struct test_emit_buffer *test_emit_current(void);

static inline struct test_emit_buffer *test_emit_buffer_reset(struct test_emit_buffer *b)
{
	b->ptr = b->buff;
	*b->ptr = '\0';
	return b;
}

/* `buff` has room for buff_sz characters and a NUL. */
static inline struct test_emit_buffer *test_emit_buffer_init(
	struct test_emit_buffer *b, char *buff, size_t buff_sz)
{
	b->buff = buff;
	b->buff_sz = buff_sz;
	return test_emit_buffer_reset(b);
}

static inline char *test_get_emitted_into(struct test_emit_buffer *b)
{
	return b->buff;
}

static inline bool test_emit_buffer_overflown(struct test_emit_buffer *b)
{
	return b->ptr > b->buff + b->buff_sz;
}

static inline bool test_emit_buffer_full(struct test_emit_buffer *b)
{
	return b->ptr == b->buff + b->buff_sz;
}

static inline void test_emit(char c)
{
	test_emit_into(test_emit_current(), c);
}

static inline char *test_get_emitted(void)
{
	return test_get_emitted_into(test_emit_current());
}

#endif
