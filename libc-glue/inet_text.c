/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing Internet addresses. */
#include "libc-glue/inet_text.h"

#include <ctype.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* --- IPv4 ----------------------------------------------------------------------------------------------------------------- */

static const char *read_byte(const char *text, uint8_t *byte)
{
	const char *start = text;
	unsigned n = 0;

	while (*text >= '0' && *text <= '9' && text - start < 4)
		n = n * 10 + (unsigned)(*text++ - '0');
	if (text == start || n > 255 || (start[0] == '0' && text - start > 1))
		return NULL;
	*byte = (uint8_t)n;
	return text;
}

bool inet_text_read_v4(const char *text, uint8_t addr[4])
{
	for (int i = 0; i < 4; i++) {
		text = read_byte(text, &addr[i]);
		if (!text || *text++ != (i < 3 ? '.' : '\0'))
			return false;
	}
	return true;
}

/* A number as in C, of 32 bits; NULL when there is none. */
static const char *read_number(const char *text, uint32_t *number)
{
	unsigned base = 10;
	const char *start;
	uint64_t n = 0;

	if (text[0] == '0') {
		base = (text[1] | 0x20) == 'x' ? 16 : 8;
		text += base == 16 ? 2 : 0;
	}
	for (start = text; n <= UINT32_MAX; text++) {
		int digit = hex_digit(*text);

		if (digit < 0 || (unsigned)digit >= base)
			break;
		n = n * base + (unsigned)digit;
	}
	*number = (uint32_t)n;
	return text == start || n > UINT32_MAX ? NULL : text;
}

bool inet_text_read_loose_v4(const char *text, uint8_t addr[4])
{
	uint32_t part[4], whole = 0;
	int n = 0;

	do {
		text = n < 4 ? read_number(text, &part[n]) : NULL;
		if (!text)
			return false;
		n++;
	} while (*text++ == '.');
	if (text[-1] != '\0' && !isspace((unsigned char)text[-1]))
		return false;
	for (int i = 0; i < n - 1; i++) {
		if (part[i] > 255)
			return false;
		whole |= part[i] << (24 - 8 * i);
	}
	if (n > 1 && part[n - 1] >> (8 * (5 - n)))
		return false;
	whole |= part[n - 1];
	for (int i = 0; i < 4; i++)
		addr[i] = (uint8_t)(whole >> (24 - 8 * i));
	return true;
}

static char *write_decimal(char *out, unsigned n)
{
	if (n >= 10)
		out = write_decimal(out, n / 10);
	*out++ = (char)('0' + n % 10);
	return out;
}

void inet_text_write_v4(const uint8_t addr[4], char *buf)
{
	for (int i = 0; i < 4; i++) {
		buf = write_decimal(buf, addr[i]);
		*buf++ = i < 3 ? '.' : '\0';
	}
}

/* --- IPv6 ------------------------------------------------------------------------------------------------------------------ */

/* One group of up to four digits; NULL when there is none. */
static const char *read_group(const char *text, uint16_t *group)
{
	unsigned n = 0;
	int digits = 0;

	while (hex_digit(*text) >= 0) {
		if (++digits > 4)
			return NULL;
		n = n << 4 | (unsigned)hex_digit(*text++);
	}
	*group = (uint16_t)n;
	return digits ? text : NULL;
}

/* Groups up to the end or "::", the last two perhaps as an IPv4 address; *n counts. NULL = malformed. */
static const char *read_groups(const char *text, uint16_t *group, int room, int *n)
{
	for (*n = 0; *n < room;) {
		const char *end = read_group(text, &group[*n]);
		uint8_t v4[4];

		if (end && *end == '.') {
			if (room - *n < 2 || !inet_text_read_v4(text, v4))
				return NULL;
			group[(*n)++] = (uint16_t)(v4[0] << 8 | v4[1]);
			group[(*n)++] = (uint16_t)(v4[2] << 8 | v4[3]);
			return text + strlen(text);
		}
		if (!end)
			return NULL;
		++*n;
		if (*end == '\0' || (end[0] == ':' && end[1] == ':'))
			return end;
		if (*end != ':')
			return NULL;
		text = end + 1;
	}
	return NULL;
}

bool inet_text_read_v6(const char *text, uint8_t addr[16])
{
	uint16_t head[8] = {0}, tail[8];
	int n_head = 0, n_tail = 0;

	if (!(text[0] == ':' && text[1] == ':')) {
		text = read_groups(text, head, 8, &n_head);
		if (!text || (*text == '\0' && n_head != 8))
			return false;
	}
	if (*text == ':') {
		if (n_head > 7)
			return false;
		text += 2;
		if (*text) {
			text = read_groups(text, tail, 7 - n_head, &n_tail);
			if (!text || *text)
				return false;
		}
		memcpy(&head[8 - n_tail], tail, (size_t)n_tail * sizeof(tail[0]));
	}
	for (int i = 0; i < 8; i++) {
		addr[2 * i] = (uint8_t)(head[i] >> 8);
		addr[2 * i + 1] = (uint8_t)head[i];
	}
	return true;
}

/* The longest run of two or more zero groups, the first of equals. */
static void find_zeroes(const uint16_t group[8], int *start, int *len)
{
	*start = -1;
	*len = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && group[i + n] == 0)
			n++;
		if (n > *len) {
			*start = i;
			*len = n;
		}
	}
}

static char *write_hex(char *out, unsigned n)
{
	if (n >= 16)
		out = write_hex(out, n / 16);
	*out++ = "0123456789abcdef"[n % 16];
	return out;
}

void inet_text_write_v6(const uint8_t addr[16], char *buf)
{
	static const uint8_t v4_mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint16_t group[8];
	int start, len;

	if (memcmp(addr, v4_mapped, sizeof(v4_mapped)) == 0) {
		memcpy(buf, "::ffff:", 7);
		inet_text_write_v4(addr + 12, buf + 7);
		return;
	}
	for (int i = 0; i < 8; i++)
		group[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	find_zeroes(group, &start, &len);
	for (int i = 0; i < 8;) {
		if (i == start) {
			*buf++ = ':';
			*buf++ = ':';
			i += len;
			continue;
		}
		buf = write_hex(buf, group[i]);
		if (++i < 8 && i != start)
			*buf++ = ':';
	}
	*buf = '\0';
}
