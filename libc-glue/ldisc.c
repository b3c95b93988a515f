/* SPDX-License-Identifier: BSD-2-Clause */
/* The line discipline: editing, echo, signals from keys; line ends of output. */
#include "libc-glue/ldisc.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define AT(n) ((n) & (LDISC_BYTES - 1))

static const struct termios usual = {
	.c_iflag = ICRNL | IXON | IUTF8,
	.c_oflag = OPOST | ONLCR,
	.c_cflag = B38400 | CS8 | CREAD | CLOCAL,
	.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
	.c_cc = {[VINTR] = 'C' - '@',
		[VQUIT] = '\\' - '@',
		[VERASE] = 0x7f,
		[VKILL] = 'U' - '@',
		[VEOF] = 'D' - '@',
		[VMIN] = 1,
		[VSTART] = 'Q' - '@',
		[VSTOP] = 'S' - '@',
		[VSUSP] = 'Z' - '@',
		[VREPRINT] = 'R' - '@',
		[VWERASE] = 'W' - '@',
		[VLNEXT] = 'V' - '@'},
	.c_ispeed = 38400,
	.c_ospeed = 38400,
};

void ldisc_init(struct ldisc *l, void (*emit)(struct ldisc *, const char *, size_t))
{
	memset(l, 0, sizeof(*l));
	l->set = usual;
	l->emit = emit;
}

static bool is_canonical(const struct ldisc *l)
{
	return l->set.c_lflag & ICANON;
}

static bool has(const struct ldisc *l, tcflag_t local)
{
	return (l->set.c_lflag & local) == local;
}

/* Is the key the one of this use? 0 means that the use has no key. */
static bool is_key(const struct ldisc *l, char key, int use)
{
	return key && (cc_t)key == l->set.c_cc[use];
}

/* --- marks ------------------------------------------------------------------------------------------------------ */

static bool is_marked(const uint8_t *marks, unsigned n)
{
	return marks[AT(n) / 8] & (1u << (AT(n) % 8));
}

static void mark(uint8_t *marks, unsigned n, bool on)
{
	uint8_t bit = (uint8_t)(1u << (AT(n) % 8));

	marks[AT(n) / 8] =
		(uint8_t)(on ? marks[AT(n) / 8] | bit : marks[AT(n) / 8] & ~bit);
}

/* --- output ------------------------------------------------------------------------------------------------------- */

static void track_column(struct ldisc *l, char c)
{
	if (c == '\r' || c == '\n')
		l->column = 0;
	else if (c == '\b')
		l->column -= l->column > 0;
	else if (c == '\t')
		l->column = (l->column | 7) + 1;
	else if ((unsigned char)c >= ' ' && ((unsigned char)c & 0xc0) != 0x80)
		l->column++;
}

static void emit_char(struct ldisc *l, char c)
{
	static const char spaces[8] = "        ";
	tcflag_t how = l->set.c_oflag;

	if (how & OPOST) {
		if (c == '\n' && how & ONLCR && !l->newline_is_done)
			l->emit(l, "\r", 1);
		if (c == '\r' && how & OCRNL)
			c = '\n';
		if (c == '\t' && (how & TABDLY) == XTABS) {
			l->emit(l, spaces, 8 - l->column % 8);
			l->column = (l->column | 7) + 1;
			return;
		}
	}
	track_column(l, c);
	l->emit(l, &c, 1);
}

/* Bytes at the start that go out as they are: one call of emit() for all of them. */
static size_t plain_run(const struct ldisc *l, const char *text, size_t len)
{
	size_t n = 0;

	if (!(l->set.c_oflag & OPOST))
		return len;
	while (n < len && (unsigned char)text[n] >= ' ')
		n++;
	return n;
}

void ldisc_output(struct ldisc *l, const char *text, size_t len)
{
	while (len) {
		size_t n = plain_run(l, text, len);

		for (size_t i = 0; i < n; i++)
			track_column(l, text[i]);
		if (n)
			l->emit(l, text, n);
		else
			emit_char(l, text[n++]);
		text += n;
		len -= n;
	}
}

/* --- echo --------------------------------------------------------------------------------------------------------- */

static bool is_shown_as_caret(const struct ldisc *l, char c)
{
	return has(l, ECHOCTL) && ((unsigned char)c < ' ' || c == 0x7f) && c != '\t' &&
	       c != '\n';
}

static void echo_char(struct ldisc *l, char c)
{
	if (is_shown_as_caret(l, c)) {
		char text[2] = {'^', (char)(c ^ '@')};

		ldisc_output(l, text, 2);
	} else {
		ldisc_output(l, &c, 1);
	}
}

static void echo_typed(struct ldisc *l, char c)
{
	if (has(l, ECHO) || (c == '\n' && has(l, ECHONL) && is_canonical(l)))
		echo_char(l, c);
}

/* --- editing ------------------------------------------------------------------------------------------------------ */

/* Where the cursor stands after the line that is typed. */
static unsigned column_after(const struct ldisc *l)
{
	unsigned column = l->line_column;

	for (unsigned n = l->ready; n != l->end; n++) {
		char c = l->bytes[AT(n)];

		if (c == '\t')
			column = (column | 7) + 1;
		else if (is_shown_as_caret(l, c))
			column += 2;
		else if ((unsigned char)c >= ' ' && ((unsigned char)c & 0xc0) != 0x80)
			column++;
	}
	return column;
}

/* Forget the last character (all bytes of it) and wipe it off the terminal. */
static void erase_char(struct ldisc *l)
{
	bool continues;

	if (l->end == l->ready)
		return;
	do {
		l->end--;
		continues = ((unsigned char)l->bytes[AT(l->end)] & 0xc0) == 0x80;
	} while (l->set.c_iflag & IUTF8 && continues && l->end != l->ready);
	if (!has(l, ECHO))
		return;
	if (!has(l, ECHOE)) {
		echo_char(l, (char)l->set.c_cc[VERASE]);
		return;
	}
	for (unsigned wanted = column_after(l); l->column > wanted;)
		ldisc_output(l, "\b \b", 3);
}

static void erase_line(struct ldisc *l)
{
	if (has(l, ECHO | ECHOK | ECHOE | ECHOKE)) {
		while (l->end != l->ready)
			erase_char(l);
		return;
	}
	l->end = l->ready;
	if (has(l, ECHO))
		echo_char(l, (char)l->set.c_cc[VKILL]);
	if (has(l, ECHO | ECHOK))
		ldisc_output(l, "\n", 1);
}

static void erase_word(struct ldisc *l)
{
	while (l->end != l->ready && l->bytes[AT(l->end - 1)] == ' ')
		erase_char(l);
	while (l->end != l->ready && l->bytes[AT(l->end - 1)] != ' ')
		erase_char(l);
}

static void reprint_line(struct ldisc *l)
{
	echo_char(l, (char)l->set.c_cc[VREPRINT]);
	ldisc_output(l, "\n", 1);
	l->line_column = l->column;
	for (unsigned n = l->ready; n != l->end; n++)
		echo_char(l, l->bytes[AT(n)]);
}

/* --- input -------------------------------------------------------------------------------------------------------- */

static void put(struct ldisc *l, char c, bool ends_line, bool no_byte)
{
	l->bytes[AT(l->end)] = c;
	mark(l->line_end, l->end, ends_line);
	mark(l->no_byte, l->end, no_byte);
	l->end++;
	if (ends_line || !is_canonical(l))
		l->ready = l->end;
}

/* A key that goes into the input. The last place is for the end of the line, so that a line can always be sent. */
static void take_key(struct ldisc *l, char key, bool ends_line)
{
	unsigned room = LDISC_BYTES - (l->end - l->first);

	if (room == 0 || (room == 1 && is_canonical(l) && !ends_line)) {
		l->emit(l, "\a", 1);
		return;
	}
	if (l->end == l->ready)
		l->line_column = l->column;
	echo_typed(l, key);
	put(l, key, ends_line, false);
}

/* Keys that edit the line; false for any other. */
static bool edit_key(struct ldisc *l, char key)
{
	if (is_key(l, key, VERASE) || (key == '\b' && l->set.c_cc[VERASE] == 0x7f))
		erase_char(l);
	else if (is_key(l, key, VKILL))
		erase_line(l);
	else if (is_key(l, key, VWERASE) && has(l, IEXTEN))
		erase_word(l);
	else if (is_key(l, key, VREPRINT) && has(l, IEXTEN | ECHO))
		reprint_line(l);
	else if (is_key(l, key, VEOF) && l->end - l->first < LDISC_BYTES)
		put(l, '\0', true, true);
	else
		return false;
	return true;
}

static int signal_of(const struct ldisc *l, char key)
{
	if (!has(l, ISIG))
		return 0;
	return is_key(l, key, VINTR)   ? SIGINT
	       : is_key(l, key, VQUIT) ? SIGQUIT
	       : is_key(l, key, VSUSP) ? SIGTSTP
				       : 0;
}

/* Keys that stop and start the output; false for any other. */
static bool flow_key(struct ldisc *l, char key)
{
	if (!(l->set.c_iflag & IXON))
		return false;
	if (is_key(l, key, VSTOP))
		l->stopped = true;
	else if (is_key(l, key, VSTART))
		l->stopped = false;
	else
		return false;
	return true;
}

static bool ends_line(const struct ldisc *l, char key)
{
	return is_canonical(l) &&
	       (key == '\n' || is_key(l, key, VEOL) || is_key(l, key, VEOL2));
}

int ldisc_input(struct ldisc *l, char key)
{
	tcflag_t how = l->set.c_iflag;
	int sig;

	if (how & ISTRIP)
		key &= 0x7f;
	if (l->literal) {
		l->literal = false;
		take_key(l, key, false);
		return 0;
	}
	if (flow_key(l, key))
		return 0;
	if (how & IXANY)
		l->stopped = false;
	sig = signal_of(l, key);
	if (sig) {
		if (!has(l, NOFLSH))
			ldisc_flush(l);
		echo_typed(l, key);
		return sig;
	}
	if (key == '\r' && how & IGNCR)
		return 0;
	if (key == '\r' && how & ICRNL)
		key = '\n';
	else if (key == '\n' && how & INLCR)
		key = '\r';
	if (is_canonical(l)) {
		if (is_key(l, key, VLNEXT) && has(l, IEXTEN)) {
			l->literal = true;
			return 0;
		}
		if (edit_key(l, key))
			return 0;
	}
	take_key(l, key, ends_line(l, key));
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

size_t ldisc_n_ready(const struct ldisc *l)
{
	return l->ready - l->first;
}

bool ldisc_readable(const struct ldisc *l, size_t min)
{
	size_t n = ldisc_n_ready(l);

	return is_canonical(l) ? n > 0 : n >= min;
}

bool ldisc_has_room(const struct ldisc *l)
{
	bool drains =
		is_canonical(l) && l->ready == l->first; /* nobody can read: go on */

	return drains || l->end - l->first < LDISC_BYTES - 1;
}

ssize_t ldisc_read(struct ldisc *l, char *buf, size_t len)
{
	size_t n = 0;

	if (l->first == l->ready)
		return -EAGAIN;
	while (n < len && l->first != l->ready) {
		unsigned at = l->first++;

		if (!is_marked(l->no_byte, at))
			buf[n++] = l->bytes[AT(at)];
		if (is_canonical(l) && is_marked(l->line_end, at))
			return (ssize_t)n;
	}
	/* An end of file right behind a full buffer belongs to this read: it only sent the line. */
	if (is_canonical(l) && n && l->first != l->ready &&
		is_marked(l->no_byte, l->first))
		l->first++;
	return (ssize_t)n;
}

/* --- settings ------------------------------------------------------------------------------------------------------- */

void ldisc_flush(struct ldisc *l)
{
	l->first = l->ready = l->end;
	l->line_column = l->column;
}

void ldisc_set(struct ldisc *l, const struct termios *set, bool flush)
{
	bool was_canonical = is_canonical(l);

	l->set = *set;
	if (flush)
		ldisc_flush(l);
	if (was_canonical && !is_canonical(l))
		l->ready = l->end; /* what was edited is input now */
	if (!(set->c_iflag & IXON))
		l->stopped = false;
	l->literal = false;
}
