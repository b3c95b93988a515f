/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends bytes and files through a socket that does not block, and keeps what does not fit. */
#include "apps/httpd/sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/httpd/limits.h"

void sender_init(struct sender *s, int fd)
{
	*s = (struct sender){.fd = fd, .doc_fd = -1};
}

/* How much a call has sent: nothing when the socket is full; one that has failed is dead. */
static size_t count_sent(struct sender *s, ssize_t n)
{
	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		s->dead = true;
	return 0;
}

static size_t send_now(struct sender *s, struct slice bytes, bool more)
{
	int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);

	return count_sent(s, send(s->fd, bytes.p, bytes.len, flags));
}

static void keep(struct sender *s, struct slice bytes)
{
	size_t waiting = s->kept_len - s->kept_sent;
	char *p = malloc(waiting + bytes.len);

	if (!p) {
		s->dead = true;
		return;
	}
	if (s->kept)
		memcpy(p, s->kept + s->kept_sent, waiting);
	memcpy(p + waiting, bytes.p, bytes.len);
	free(s->kept);
	s->kept = p;
	s->kept_len = (uint32_t)(waiting + bytes.len);
	s->kept_sent = 0;
}

void sender_put(struct sender *s, struct slice bytes, bool more)
{
	if (!bytes.len || s->dead)
		return;
	if (!s->kept) {
		size_t n = send_now(s, bytes, more);

		bytes.p += n;
		bytes.len -= n;
	}
	if (bytes.len && !s->dead)
		keep(s, bytes);
}

static void close_doc(struct sender *s)
{
	if (s->doc_fd >= 0)
		close(s->doc_fd);
	s->doc_fd = -1;
}

static size_t send_kept(struct sender *s)
{
	struct slice rest = {s->kept + s->kept_sent, s->kept_len - s->kept_sent};
	size_t n = send_now(s, rest, s->doc_fd >= 0);

	s->kept_sent += (uint32_t)n;
	if (s->kept_sent == s->kept_len) {
		free(s->kept);
		s->kept = NULL;
		s->kept_len = s->kept_sent = 0;
	}
	return n;
}

/* A file that has become shorter breaks the promise of its head: only closing tells the client. */
static size_t send_doc(struct sender *s)
{
	size_t budget = LIMIT_SEND_BYTES;

	while (s->doc_left && budget && !s->dead) {
		size_t want = s->doc_left < budget ? (size_t)s->doc_left : budget;
		ssize_t result = sendfile(s->fd, s->doc_fd, &s->doc_at, want);
		size_t n = count_sent(s, result);

		if (result == 0)
			s->dead = true;
		if (n == 0)
			break;
		s->doc_left -= n;
		s->doc_sent += n;
		budget -= n;
	}
	if (s->doc_left == 0)
		close_doc(s);
	return LIMIT_SEND_BYTES - budget;
}

void sender_put_doc(struct sender *s, int doc_fd, uint64_t at, uint64_t length)
{
	s->doc_fd = doc_fd;
	s->doc_at = (off_t)at;
	s->doc_left = length;
	s->doc_sent = 0;
	if (!s->kept && !s->dead)
		send_doc(s);
}

size_t sender_resume(struct sender *s)
{
	size_t n = 0;

	if (s->kept)
		n += send_kept(s);
	if (!s->kept && !s->dead && s->doc_fd >= 0)
		n += send_doc(s);
	return n;
}

void sender_destroy(struct sender *s)
{
	close_doc(s);
	free(s->kept);
	s->kept = NULL;
}
