/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a connection sends: bytes, then perhaps a part of a file. What the socket does not take now is
 * kept, in its order, until sender_resume().
 */
#ifndef HTTPD_SENDER_H
#define HTTPD_SENDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "apps/httpd/slice.h"

struct sender {
	int fd;     /* a non-blocking socket */
	bool dead;  /* nothing can be sent any more: close it */
	char *kept; /* bytes that the socket did not take; NULL = none */
	uint32_t kept_len, kept_sent;
	int doc_fd; /* then a part of this file; -1 = none */
	off_t doc_at;
	uint64_t doc_left;
	uint64_t doc_sent; /* of this file, or of the last one */
};

void sender_init(struct sender *s, int fd);

/** Whether something waits to be sent; then only sender_resume() may be called, or sender_put(). */
static inline bool sender_is_busy(const struct sender *s)
{
	return s->kept || s->doc_fd >= 0;
}

/**
 * Send bytes behind everything that waits. Not while a file waits.
 *
 * @more  something follows at once: the socket may hold them back until then
 */
void sender_put(struct sender *s, struct slice bytes, bool more);

/**
 * Send a part of a file behind everything that waits.
 *
 * @doc_fd       closed by us when it is sent
 * @at, @length  which part, in bytes; not empty
 */
void sender_put_doc(struct sender *s, int doc_fd, uint64_t at, uint64_t length);

/** Send what waits, as far as the socket takes it now. Returns how many bytes that were. */
size_t sender_resume(struct sender *s);

/** Forget what waits. The socket is the caller's to close. */
void sender_destroy(struct sender *s);

#endif
