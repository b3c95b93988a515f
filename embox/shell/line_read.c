/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits a line on descriptors 0 and 1. A terminal is switched to single keys for as long
 * as that takes, so that programs between two lines find it as they expect. Where the
 * input is no terminal, lines are taken as they come, without prompt or echo.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "embox/shell/line.h"

static void put(void *arg, const char *text, size_t len)
{
	(void)arg;
	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n <= 0 && errno != EINTR)
			return;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* False at the end of the input. A signal does not end it. */
static bool get(char *key)
{
	ssize_t n;

	do
		n = read(STDIN_FILENO, key, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static void single_keys(const struct termios *as_found)
{
	struct termios t = *as_found;

	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	t.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
}

static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* The end of a line: \n, \r, or the two together, of which the second is then ignored. */
static enum line_state edit(struct line *l)
{
	enum line_state state;
	char key;

	do {
		if (!get(&key))
			return LINE_CLOSED;
		state = line_key(l, key);
	} while (state == LINE_EDITED);
	return state;
}

static enum line_state take_plain(struct line *l)
{
	char c;

	l->len = 0;
	for (;;) {
		if (!get(&c)) {
			l->text[l->len] = '\0';
			return l->len ? LINE_ENTERED : LINE_CLOSED;
		}
		if (c == '\n')
			break;
		if (l->len < LINE_BYTES - 1)
			l->text[l->len++] = c;
	}
	l->text[l->len] = '\0';
	return LINE_ENTERED;
}

enum line_state line_read(struct line *l, const char *prompt)
{
	struct termios as_found;
	enum line_state state;

	if (tcgetattr(STDIN_FILENO, &as_found) < 0)
		return take_plain(l);
	single_keys(&as_found);
	l->put = put;
	l->columns = columns();
	line_begin(l, prompt);
	state = edit(l);
	put(NULL, state == LINE_INTERRUPTED ? "^C\n" : "\n",
		state == LINE_INTERRUPTED ? 3 : 1);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &as_found);
	return state;
}
