/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line for each thing that guest and host do to each other.
 *
 *     TRACE(TRACE_GRANTS, "map ref=%u peer=%u %s = %d", ref, peer, "ro", status);
 *
 *     0.001234  grants      map               ref=9 peer=0 ro        = 0   netfront_start
 *     seconds   category    first word        the rest               |     guest function
 *                                             after the last " = ": the result
 *
 * While a category is off, TRACE costs a test of a global word, and its arguments are not
 * computed.
 */
#ifndef HOST_TRACE_H
#define HOST_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum trace_category {
	TRACE_HYPERCALLS = 1u << 0,
	TRACE_EVENTS = 1u << 1,
	TRACE_GRANTS = 1u << 2,
	TRACE_XENSTORE = 1u << 3,
	TRACE_RINGS = 1u << 4, /* requests and responses, one by one */
	TRACE_PAGETABLES = 1u << 5,
	TRACE_NET = 1u << 6, /* packets, decoded */
	TRACE_ALL = (1u << 7) - 1,
};

extern unsigned trace_categories; /* those that are on */

#define TRACE_ON(category) __builtin_expect((trace_categories & (category)) != 0, 0)

#define TRACE(category, ...)                                                             \
	do {                                                                             \
		if (TRACE_ON(category))                                                  \
			trace_line(category, __VA_ARGS__);                               \
	} while (0)

/** What TRACE calls. */
void trace_line(enum trace_category category, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Turn on the categories of a list.
 *
 * @list  "grants,events" or "all"
 * Returns 0, or -EINVAL with the word that is none in @bad.
 */
int trace_enable(const char *list, char *bad, size_t bad_bytes);

/** Write lines as JSON objects, one a line, to a file too; or only there (@lines false). */
void trace_to_json(FILE *f, int lines);

/** The guest function that asked. Called only when a line is made. */
struct trace_asker {
	/* Fills in code addresses, the innermost first; returns how many. 0 when it was
	 * not the guest that asked. */
	unsigned (*backtrace)(uint64_t *rips, unsigned max);
	/* Writes the name of the function at an address; returns its bytes, 0 when there
	 * is none. */
	size_t (*name)(uint64_t rip, char *text, size_t bytes);
};
extern struct trace_asker trace_asker;

/** "event_channel_op"; "hypercall 77" for one without a name (until the next call). */
const char *hypercall_name(unsigned nr);

/** Write everything that waits in buffers. */
void trace_flush(void);

#endif
