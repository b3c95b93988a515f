/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket: control.h lists the commands. */
#define _GNU_SOURCE
#include "host/control.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/control_commands.h"
#include "host/loop.h"
#include "host/say.h"
#include "host/status.h"

#define CLIENTS_MAX 8u
#define LINE_BYTES  1024u

struct client {
	int fd, index; /* fd -1: free */
	size_t n;
	char line[LINE_BYTES];
};

static struct client clients[CLIENTS_MAX];
static int listener = -1, listener_index;
static char name[sizeof(((struct sockaddr_un *)0)->sun_path)];

static void drop(struct client *c)
{
	close(c->fd);
	c->fd = -1;
	c->n = 0;
}

/* A client that does not read its answers is dropped: nothing here may wait. */
static void answer(struct client *c, const char *text, size_t bytes)
{
	if (send(c->fd, text, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)bytes)
		drop(c);
}

static void obey(struct client *c, char *line)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);
	const char *wrong;

	if (!f)
		return drop(c);
	wrong = control_command(line, f);
	if (wrong)
		fprintf(f, "error %s\n", wrong);
	else
		fputs("ok\n", f);
	fclose(f);
	answer(c, text, bytes);
	free(text);
}

static void read_client(struct client *c)
{
	ssize_t n = recv(c->fd, c->line + c->n, sizeof(c->line) - c->n, MSG_DONTWAIT);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		return drop(c);
	c->n += (size_t)n;
	while (c->fd >= 0 && (end = memchr(c->line, '\n', c->n)) != NULL) {
		size_t used = (size_t)(end - c->line) + 1;

		*end = '\0';
		obey(c, c->line);
		if (c->fd < 0)
			return;
		c->n -= used;
		memmove(c->line, c->line + used, c->n);
	}
	if (c->n == sizeof(c->line))
		drop(c); /* no command is that long */
}

static void accept_client(void)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (unsigned i = 0; fd >= 0 && i < CLIENTS_MAX; i++)
		if (clients[i].fd < 0) {
			clients[i].fd = fd;
			return;
		}
	if (fd >= 0)
		close(fd);
}

static void prepare(struct loop_source *s)
{
	(void)s;
	listener_index = loop_want(listener, POLLIN);
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		clients[i].index =
			clients[i].fd < 0 ? -1 : loop_want(clients[i].fd, POLLIN);
}

static void work(struct loop_source *s)
{
	(void)s;
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		if (loop_ready(clients[i].index))
			read_client(&clients[i]);
	if (loop_ready(listener_index))
		accept_client();
}

static struct loop_source source = {.prepare = prepare, .work = work};

/* A name that is left from a process that is gone may be taken. */
static void remove_stale(const struct sockaddr_un *a)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (s >= 0 && connect(s, (const struct sockaddr *)a, sizeof(*a)) < 0 &&
		errno == ECONNREFUSED)
		unlink(a->sun_path);
	if (s >= 0)
		close(s);
}

int control_start(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(a.sun_path)) {
		host_say("--control %s: a socket's name has at most %zu bytes", path,
			sizeof(a.sun_path) - 1);
		return STATUS_USAGE;
	}
	strcpy(a.sun_path, path);
	remove_stale(&a);
	for (unsigned i = 0; i < CLIENTS_MAX; i++)
		clients[i].fd = -1;
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0 ||
		listen(listener, 8) < 0) {
		host_say("--control %s: %s", path, strerror(errno));
		if (listener >= 0)
			close(listener);
		return STATUS_USAGE;
	}
	strcpy(name, path);
	loop_add(&source);
	return 0;
}

void control_stop(void)
{
	if (listener < 0 || !name[0])
		return;
	loop_remove(&source);
	close(listener);
	listener = -1;
	unlink(name);
}
