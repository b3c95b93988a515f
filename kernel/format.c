/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * format_text(): reads a conversion into a struct, fetches its argument, prints it with
 * padding.
 */
#include "kernel/format.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGITS_MAX 20 /* of a 64-bit number in decimal */

struct out {
	char *buf;
	size_t room; /* without the NUL */
	size_t length;
};

struct conversion {
	bool left, zero, prefix;
	size_t width;
	size_t precision;
	bool has_precision;
	char size; /* 'h', 'l', 'L' for ll, 'z', 0 */
	char type;
};

static void put(struct out *o, char c)
{
	if (o->length < o->room)
		o->buf[o->length] = c;
	o->length++;
}

static void put_n(struct out *o, char c, size_t n)
{
	while (n--)
		put(o, c);
}

static void put_text(struct out *o, const char *text, size_t len_bytes)
{
	while (len_bytes--)
		put(o, *text++);
}

static void put_padded(
	struct out *o, const struct conversion *c, const char *text, size_t len_bytes)
{
	size_t padding = c->width > len_bytes ? c->width - len_bytes : 0;

	if (!c->left)
		put_n(o, ' ', padding);
	put_text(o, text, len_bytes);
	if (c->left)
		put_n(o, ' ', padding);
}

static void put_string(struct out *o, const struct conversion *c, const char *text)
{
	size_t most = c->has_precision ? c->precision : SIZE_MAX;
	size_t n = 0;

	if (!text)
		text = "(null)";
	while (n < most && text[n])
		n++;
	put_padded(o, c, text, n);
}

static void put_number(
	struct out *o, const struct conversion *c, uint64_t n, const char *sign)
{
	const char *digits = c->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	unsigned base = c->type == 'd' || c->type == 'u' ? 10 : 16;
	char text[DIGITS_MAX];
	size_t n_digits = 0, n_sign = 0, zeroes, total;

	for (; n; n /= base)
		text[DIGITS_MAX - ++n_digits] = digits[n % base];
	while (sign[n_sign])
		n_sign++;
	zeroes = c->has_precision ? c->precision : 1;
	if (c->zero && !c->left && !c->has_precision && c->width > n_sign + zeroes)
		zeroes = c->width - n_sign;
	zeroes = zeroes > n_digits ? zeroes - n_digits : 0;

	total = n_sign + zeroes + n_digits;
	if (!c->left && c->width > total)
		put_n(o, ' ', c->width - total);
	put_text(o, sign, n_sign);
	put_n(o, '0', zeroes);
	put_text(o, text + DIGITS_MAX - n_digits, n_digits);
	if (c->left && c->width > total)
		put_n(o, ' ', c->width - total);
}

static size_t read_number(const char **fmt, va_list *args)
{
	size_t n = 0;

	if (**fmt == '*') {
		int value = va_arg(*args, int);

		(*fmt)++;
		return value > 0 ? (size_t)value : 0;
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + (size_t)(*(*fmt)++ - '0');
	return n;
}

static void read_flags(struct conversion *c, const char **fmt)
{
	for (;; (*fmt)++) {
		if (**fmt == '-')
			c->left = true;
		else if (**fmt == '0')
			c->zero = true;
		else if (**fmt == '#')
			c->prefix = true;
		else
			return;
	}
}

static void read_size(struct conversion *c, const char **fmt)
{
	switch (**fmt) {
	case 'h':
		c->size = *(*fmt)++;
		if (**fmt == 'h')
			(*fmt)++; /* a char arrives as an int all the same */
		break;
	case 'l':
		c->size = *(*fmt)++;
		if (**fmt == 'l') {
			c->size = 'L';
			(*fmt)++;
		}
		break;
	case 'j':
		c->size = 'L';
		(*fmt)++;
		break;
	case 'z':
	case 't':
		c->size = 'z';
		(*fmt)++;
		break;
	default:
		break;
	}
}

/* fmt points behind the '%'; returns where the conversion ends. */
static const char *read_conversion(struct conversion *c, const char *fmt, va_list *args)
{
	*c = (struct conversion){0};
	read_flags(c, &fmt);
	c->width = read_number(&fmt, args);
	if (*fmt == '.') {
		fmt++;
		c->has_precision = true;
		c->precision = read_number(&fmt, args);
	}
	read_size(c, &fmt);
	c->type = *fmt == 'i' ? 'd' : *fmt;
	return *fmt ? fmt + 1 : fmt;
}

static uint64_t fetch_unsigned(const struct conversion *c, va_list *args)
{
	switch (c->size) {
	case 'L':
		return va_arg(*args, unsigned long long);
	case 'l':
		return va_arg(*args, unsigned long);
	case 'z':
		return va_arg(*args, size_t);
	default:
		return va_arg(*args, unsigned);
	}
}

static int64_t fetch_signed(const struct conversion *c, va_list *args)
{
	switch (c->size) {
	case 'L':
		return va_arg(*args, long long);
	case 'l':
		return va_arg(*args, long);
	case 'z':
		return va_arg(*args, ptrdiff_t);
	default:
		return va_arg(*args, int);
	}
}

/* False when there is no such conversion. */
static bool put_conversion(struct out *o, const struct conversion *c, va_list *args)
{
	int64_t value;
	char character;

	switch (c->type) {
	case 's':
		put_string(o, c, va_arg(*args, const char *));
		return true;
	case 'c':
		character = (char)va_arg(*args, int);
		put_padded(o, c, &character, 1);
		return true;
	case 'd':
		value = fetch_signed(c, args);
		if (value < 0)
			put_number(o, c, -(uint64_t)value, "-");
		else
			put_number(o, c, (uint64_t)value, "");
		return true;
	case 'u':
		put_number(o, c, fetch_unsigned(c, args), "");
		return true;
	case 'x':
	case 'X':
		put_number(o, c, fetch_unsigned(c, args), c->prefix ? "0x" : "");
		return true;
	case 'p':
		put_number(o, c, (uintptr_t)va_arg(*args, void *), "0x");
		return true;
	case '%':
		put(o, '%');
		return true;
	default:
		return false;
	}
}

size_t format_text_v(char *buf, size_t len_bytes, const char *fmt, va_list args)
{
	struct out o = {buf, len_bytes - 1, 0};
	struct conversion c;
	va_list rest;

	va_copy(rest, args); /* args may be an array, whose address has another type */
	while (*fmt) {
		const char *start = fmt++;

		if (*start != '%') {
			put(&o, *start);
			continue;
		}
		fmt = read_conversion(&c, fmt, &rest);
		if (!put_conversion(&o, &c, &rest))
			put_text(&o, start, (size_t)(fmt - start));
	}
	va_end(rest);
	buf[o.length < o.room ? o.length : o.room] = '\0';
	return o.length;
}

size_t format_text(char *buf, size_t len_bytes, const char *fmt, ...)
{
	va_list args;
	size_t length;

	va_start(args, fmt);
	length = format_text_v(buf, len_bytes, fmt, args);
	va_end(args);
	return length;
}
