/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a connection.
 *
 *            bytes          head complete, answered at once
 *     IDLE ---------> HEAD -------------------------------------> IDLE
 *                      |  answer does not fit the socket
 *                      +---------> SEND ---- sent, more requests --> (as from HEAD)
 *                      |  a body follows that is thrown away
 *                      +---------> BODY ---- read ----------------> (as from HEAD)
 *                      |  last answer, but the client may still be talking
 *                      +---------> LINGER -- it closes, or 2 s ----> closed
 *
 * Each state has the events that it waits for and the time it may last: states[] below. While an
 * answer waits to be sent nothing is read, so a client that sends requests by the thousand and
 * takes no answers costs one input buffer and no more.
 *
 * Bytes are read into one buffer for all connections, and parsed where they lie; only an incomplete
 * request is kept, in a buffer of its connection's own (in). Answers are gathered in one buffer for
 * all, sent when no more requests are at hand; only what the socket does not take is kept (sender.h).
 */
#include "apps/httpd/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/httpd/access_log.h"
#include "apps/httpd/limits.h"
#include "apps/httpd/loop.h"
#include "apps/httpd/out.h"
#include "apps/httpd/reply.h"
#include "apps/httpd/request.h"
#include "apps/httpd/sender.h"

enum conn_state { CONN_IDLE, CONN_HEAD, CONN_BODY, CONN_SEND, CONN_LINGER };

/* Of an answer whose body is still on its way: what its log line will say. */
struct log_note {
	uint64_t start_us;
	int status;
	size_t line_len;
	char line[];
};

struct conn {
	struct watch watch;
	struct list all; /* in conns */
	struct in6_addr peer;
	enum conn_state state;
	bool closing;    /* no more requests are taken */
	bool must_drain; /* closing, and the client may not have said all */
	bool broken;     /* no memory for it: close at once */
	bool paused;     /* has had its share: the others first */

	struct request_scan scan; /* of the incomplete head in in[] */
	char *in; /* unread input, from the start of a request; NULL = none */
	uint32_t in_len, in_size;
	uint64_t body_left; /* of a request body, to be thrown away */

	struct sender sender;
	uint32_t progress_bytes; /* sent since the stall timer was set; LINGER: read */
	struct log_note *note;
};

static void read_input(struct conn *c);
static void resume_sending(struct conn *c);
static void drain_input(struct conn *c);
static void give_up_waiting(struct conn *c);
static void close_conn(struct conn *c);

static const struct {
	unsigned events;
	enum loop_timer timer;
	void (*ready)(struct conn *c);
	void (*expired)(struct conn *c);
} states[] = {
	[CONN_IDLE] = {POLLER_IN, TIMER_IDLE, read_input, close_conn},
	[CONN_HEAD] = {POLLER_IN, TIMER_HEAD, read_input, give_up_waiting},
	[CONN_BODY] = {POLLER_IN, TIMER_BODY, read_input, close_conn},
	[CONN_SEND] = {POLLER_OUT, TIMER_STALL, resume_sending, close_conn},
	[CONN_LINGER] = {POLLER_IN, TIMER_LINGER, drain_input, close_conn},
};

static unsigned n_conns;
static struct list conns = LIST_INIT(conns);
static void (*notify_close)(void);

/* For the one connection that is being served. */
static char input[LIMIT_HEAD_BYTES];
static char output[LIMIT_OUT_BYTES];
static struct out out = {.buf = output, .size = sizeof(output)};
static struct request request;
static struct reply reply;

static struct conn *conn_of(struct watch *w)
{
	return container_of(w, struct conn, watch);
}

static void flush_output(struct conn *c, bool more)
{
	sender_put(&c->sender, (struct slice){output, out.len}, more);
	out.len = 0;
	out.full = false;
}

/* A client that takes next to nothing of an answer is not waited for. */
static void note_progress(struct conn *c, size_t bytes)
{
	c->progress_bytes += (uint32_t)bytes;
	if (c->state == CONN_SEND && c->progress_bytes >= LIMIT_STALL_BYTES) {
		c->progress_bytes = 0;
		loop_set_timer(&c->watch, TIMER_STALL);
	}
}

/* ---- the log line of an answer that takes longer ---- */

static void keep_note(struct conn *c, struct slice line, int status)
{
	struct log_note *note;

	if (!access_log_is_on())
		return;
	note = malloc(sizeof(*note) + line.len);
	if (!note)
		return; /* a line less in the log */
	note->start_us = loop_now_us();
	note->status = status;
	note->line_len = line.len;
	if (line.len)
		memcpy(note->line, line.p, line.len);
	c->note = note;
}

static void write_note(struct conn *c)
{
	struct log_note *note = c->note;

	if (!note)
		return;
	access_log_write(&c->peer, (struct slice){note->line, note->line_len},
		note->status, c->sender.doc_sent, note->start_us);
	free(note);
	c->note = NULL;
}

/* ---- answers ---- */

/* A small file goes into the output buffer. Returns false when it must be sent on its own. */
static bool copy_doc(uint64_t length)
{
	size_t done = 0;

	if (length > LIMIT_INLINE_BYTES || length > out_room(&out))
		return false;
	while (done < length) {
		ssize_t n = pread(reply.doc.fd, out.buf + out.len + done,
			(size_t)length - done, (off_t)(reply.offset + done));

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	out.len += done;
	document_close(&reply.doc);
	return true;
}

static void make_room(struct conn *c)
{
	if (out_room(&out) < LIMIT_REPLY_HEAD)
		flush_output(c, true);
}

/* Put the answer that stands in reply behind those before it. */
static void send_reply(struct conn *c)
{
	uint64_t body = reply.no_body ? 0 : reply.length;

	make_room(c);
	reply_write_head(&out, &reply, loop_wall_s());
	c->closing = reply.close;

	if (body && reply.doc.fd >= 0 && !copy_doc(body)) {
		flush_output(c, true);
		keep_note(c, request.line, reply.status);
		sender_put_doc(&c->sender, reply.doc.fd, reply.offset, body);
		reply.doc.fd = -1;
		if (c->sender.doc_fd < 0)
			write_note(c);
	} else {
		if (reply.text.p && body > out_room(&out)) {
			flush_output(c, true);
			sender_put(&c->sender, reply.text, false);
		} else if (reply.text.p && body) {
			out_slice(&out, reply.text);
		}
		access_log_write(
			&c->peer, request.line, reply.status, body, loop_now_us());
	}
	document_close(&reply.doc);
	free(reply.heap);
}

/* @text  what came instead of a request; its first line goes to the log */
static void answer_error(struct conn *c, int status, struct slice text)
{
	(void)slice_next(&text, '\n', &request.line);
	reply_error(&reply, status);
	c->must_drain = true;
	send_reply(c);
}

static int status_of_measure(int error)
{
	return error == -E2BIG ? 414 : error == -EMSGSIZE ? 431 : 400;
}

static void answer_request(struct conn *c, const char *head, size_t len)
{
	int status = request_parse(&request, head, len);

	reply_decide(&reply, &request, status, loop_wall_s());
	c->must_drain = status != 200 || (reply.close && request.body_bytes);
	if (request.expects_continue && request.body_bytes && !reply.close) {
		make_room(c);
		out_text(&out, "HTTP/1.1 100 Continue\r\n\r\n");
	}
	c->body_left = status == 200 ? request.body_bytes : 0;
	send_reply(c);
}

/* ---- in: bytes become requests ---- */

/* Keep what is not used up yet; it may lie in c->in already. */
static void keep_input(struct conn *c, const char *rest, size_t len)
{
	if (len == 0) {
		free(c->in);
		c->in = NULL;
		c->in_size = 0;
	} else if (!c->in) {
		c->in_size =
			len < LIMIT_HEAD_BYTES / 2 ? (uint32_t)len * 2 : LIMIT_HEAD_BYTES;
		c->in = malloc(c->in_size);
		if (!c->in) {
			c->broken = true;
			return;
		}
		memcpy(c->in, rest, len);
	} else if (rest != c->in) {
		memmove(c->in, rest, len);
	}
	c->in_len = (uint32_t)len;
}

static bool grow_input(struct conn *c)
{
	uint32_t size =
		c->in_size < LIMIT_HEAD_BYTES / 2 ? c->in_size * 2 : LIMIT_HEAD_BYTES;
	char *p = realloc(c->in, size);

	if (!p)
		return false;
	c->in = p;
	c->in_size = size;
	return true;
}

static size_t skip_body(struct conn *c, size_t have)
{
	size_t n = c->body_left < have ? (size_t)c->body_left : have;

	c->body_left -= n;
	return n;
}

static bool may_serve(const struct conn *c)
{
	return !c->closing && !c->broken && !c->sender.dead &&
	       !sender_is_busy(&c->sender);
}

/*
 * Answer the requests in buf in their order, until one is incomplete, the socket is full, or the
 * connection has had its share. Returns how many bytes are used up.
 */
static size_t serve_requests(struct conn *c, const char *buf, size_t len)
{
	size_t at = 0;

	c->paused = false;
	for (int n_served = 0; may_serve(c); n_served++) {
		at += skip_body(c, len - at);
		if (at == len)
			break;
		if (n_served == LIMIT_BURST) {
			c->paused = true;
			break;
		}

		int n = request_measure(buf + at, len - at, &c->scan);

		if (n == -EAGAIN)
			break;
		c->scan = (struct request_scan){0};
		if (n < 0) {
			answer_error(c, status_of_measure(n),
				(struct slice){buf + at, len - at});
			break;
		}
		answer_request(c, buf + at, (size_t)n);
		at += (size_t)n;
	}
	return at;
}

static void enter(struct conn *c, enum conn_state state)
{
	if (state != c->state || state == CONN_IDLE) {
		c->state = state;
		c->progress_bytes = 0;
		loop_set_timer(&c->watch, states[state].timer);
	}
	loop_set_events(&c->watch, states[state].events);
}

/*
 * Closing a socket that still has unread input makes the kernel send a reset, which can destroy
 * our last answer on its way: say that we are done, and let the client finish first.
 * Source: RFC 9112, 9.6.
 */
static void end_conn(struct conn *c)
{
	if (!c->must_drain && !c->in_len) {
		close_conn(c);
		return;
	}
	keep_input(c, NULL, 0);
	if (shutdown(c->watch.fd, SHUT_WR))
		close_conn(c);
	else
		enter(c, CONN_LINGER);
}

static void enter_next_state(struct conn *c)
{
	if (c->broken || c->sender.dead)
		close_conn(c);
	else if (sender_is_busy(&c->sender) || c->paused)
		enter(c, CONN_SEND);
	else if (c->closing)
		end_conn(c);
	else if (c->body_left)
		enter(c, CONN_BODY);
	else
		enter(c, c->in_len ? CONN_HEAD : CONN_IDLE);
}

static void process_input(struct conn *c, const char *buf, size_t len)
{
	size_t used = serve_requests(c, buf, len);

	keep_input(c, buf + used, len - used);
	flush_output(c, false);
	enter_next_state(c);
}

/* ---- what the states do when they are ready or late ---- */

static void read_input(struct conn *c)
{
	char *buf = input;
	size_t room = sizeof(input);

	if (c->in) {
		if (c->in_len == c->in_size && !grow_input(c)) {
			close_conn(c);
			return;
		}
		buf = c->in + c->in_len;
		room = c->in_size - c->in_len;
	}

	ssize_t n = recv(c->watch.fd, buf, room, 0);

	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0)
		close_conn(c);
	else if (c->in)
		process_input(c, c->in, c->in_len + (size_t)n);
	else
		process_input(c, input, (size_t)n);
}

/* All is sent: on with the requests that have waited for that. */
static void take_turn(struct conn *c)
{
	loop_set_timer(&c->watch, TIMER_STALL);
	c->progress_bytes = 0;
	process_input(c, c->in ? c->in : input, c->in_len);
}

static void resume_sending(struct conn *c)
{
	note_progress(c, sender_resume(&c->sender));
	if (c->sender.doc_fd < 0)
		write_note(c);
	if (c->sender.dead || sender_is_busy(&c->sender))
		enter_next_state(c);
	else
		take_turn(c);
}

static void drain_input(struct conn *c)
{
	ssize_t n = recv(c->watch.fd, input, sizeof(input), 0);

	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n > 0)
		note_progress(c, (size_t)n);
	if (n <= 0 || c->progress_bytes > LIMIT_DRAIN_BYTES)
		close_conn(c);
}

/* The time for a request's head is over. */
static void give_up_waiting(struct conn *c)
{
	answer_error(c, 408, (struct slice){c->in, c->in_len});
	flush_output(c, false);
	enter_next_state(c);
}

static void on_ready(struct watch *w, unsigned events)
{
	struct conn *c = conn_of(w);

	if (events & (states[c->state].events | POLLER_ERROR))
		states[c->state].ready(c);
}

static void on_expired(struct watch *w)
{
	struct conn *c = conn_of(w);

	states[c->state].expired(c);
}

/* ---- birth and death ---- */

int conn_open(int fd, const struct in6_addr *peer, bool refuse)
{
	struct conn *c = calloc(1, sizeof(*c));
	int error = c ? 0 : -ENOMEM;

	if (c) {
		c->watch.fd = fd;
		c->watch.events = POLLER_IN;
		c->watch.ready = on_ready;
		c->watch.expired = on_expired;
		c->peer = *peer;
		sender_init(&c->sender, fd);
		error = loop_add(&c->watch);
	}
	if (error) {
		close(fd);
		free(c);
		return error;
	}
	list_append(&conns, &c->all);
	n_conns++;
	if (refuse) {
		answer_error(c, 503, SLICE(""));
		flush_output(c, false);
		enter_next_state(c);
	} else {
		enter(c, CONN_IDLE);
	}
	return 0;
}

static void close_conn(struct conn *c)
{
	write_note(c);
	loop_remove(&c->watch);
	close(c->watch.fd);
	sender_destroy(&c->sender);
	free(c->in);
	list_remove(&c->all);
	free(c);
	n_conns--;
	if (notify_close)
		notify_close();
}

unsigned conn_count(void)
{
	return n_conns;
}

bool conn_evict_idle(void)
{
	struct watch *w = loop_first(TIMER_IDLE);

	if (!w || loop_now_us() - loop_timer_set_us(w) < LIMIT_EVICT_MS * 1000)
		return false;
	close_conn(conn_of(w));
	return true;
}

void conn_close_all(void)
{
	while (!list_empty(&conns))
		close_conn(list_entry(conns.next, struct conn, all));
}

void conn_on_close(void (*notify)(void))
{
	notify_close = notify;
}
