/* SPDX-License-Identifier: BSD-2-Clause */
/* The tar reader: every field is input from outside, checked before it is used. */
#include "libc-glue/tar.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kernel/util.h"

struct tar_header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char link[100];
	char magic[6]; /* "ustar" and NUL (POSIX) or blank (GNU) */
	char version[2];
	char owner[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char pad[12];
};
_Static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a header is one block");

/* What pax and GNU headers say about the member that follows. */
struct overrides {
	struct text path, link;
	bool has_size, has_mtime, sparse;
	uint64_t size;
	int64_t mtime_s;
};

void tar_open(struct tar_reader *r, const void *base, size_t len)
{
	*r = (struct tar_reader){.base = base, .len = len};
}

static int fail(struct tar_reader *r, const char *why)
{
	r->fault = why;
	return -EINVAL;
}

/* --- fields ------------------------------------------------------------------------------------------------- */

static struct text field_text(const char *field, size_t size)
{
	return (struct text){field, strnlen(field, size)};
}

/* Big-endian two's complement behind a first byte of 0x80 or 0xff: GNU's way to store what octal cannot hold. */
static bool parse_base256(const char *field, size_t size, int64_t *out)
{
	bool negative = (uint8_t)field[0] == 0xff;
	uint64_t n = negative ? ~0ull : 0;

	if (!negative && (uint8_t)field[0] != 0x80)
		return false;
	for (size_t i = 1; i < size; i++) {
		if (i + 8 < size ? (uint8_t)field[i] != (negative ? 0xff : 0) : false)
			return false; /* more than 64 bits */
		n = n << 8 | (uint8_t)field[i];
	}
	*out = (int64_t)n;
	return negative == (*out < 0);
}

/* Octal digits, blanks before them, a blank or NUL after; an empty field is 0. */
static bool parse_octal(const char *field, size_t size, int64_t *out)
{
	size_t i = 0;
	uint64_t n = 0;

	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		n = n << 3 | (uint64_t)(field[i] - '0');
	if (i < size && field[i] != ' ' && field[i] != '\0')
		return false;
	*out = (int64_t)n; /* 12 digits are 36 bits */
	return true;
}

static bool parse_number(const char *field, size_t size, int64_t *out)
{
	if ((uint8_t)field[0] & 0x80)
		return parse_base256(field, size, out);
	return parse_octal(field, size, out);
}

/* Sum of the header's bytes with the checksum itself taken as blanks; old archives summed signed chars. */
static bool checksum_is_right(const struct tar_header *h)
{
	const char *bytes = (const char *)h;
	const size_t from = offsetof(struct tar_header, checksum);
	int64_t said, as_unsigned = 0, as_signed = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		char c = i >= from && i < from + sizeof(h->checksum) ? ' ' : bytes[i];

		as_unsigned += (uint8_t)c;
		as_signed += (int8_t)c;
	}
	return parse_octal(h->checksum, sizeof(h->checksum), &said) &&
	       (said == as_unsigned || said == as_signed);
}

static bool block_is_zero(const uint8_t *block)
{
	for (size_t i = 0; i < TAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

/* --- pax ----------------------------------------------------------------------------------------------------- */

static bool parse_decimal(struct text t, uint64_t *out)
{
	uint64_t n = 0;

	if (t.len == 0)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9' || n > (UINT64_MAX - 9) / 10)
			return false;
		n = n * 10 + (uint64_t)(t.at[i] - '0');
	}
	*out = n;
	return true;
}

static bool text_is(struct text t, const char *s)
{
	return t.len == strlen(s) && memcmp(t.at, s, t.len) == 0;
}

static bool pax_apply(struct overrides *o, struct text key, struct text value)
{
	const char *point = memchr(value.at, '.', value.len);
	struct text whole = {value.at, point ? (size_t)(point - value.at) : value.len};
	uint64_t mtime;

	if (text_is(key, "path")) {
		o->path = value;
	} else if (text_is(key, "linkpath")) {
		o->link = value;
	} else if (text_is(key, "size")) {
		o->has_size = true;
		return parse_decimal(value, &o->size);
	} else if (text_is(key, "mtime")) {
		o->has_mtime = parse_decimal(whole, &mtime) &&
			       mtime <= INT64_MAX; /* else: before 1970 */
		o->mtime_s = o->has_mtime ? (int64_t)mtime : 0;
	} else if (key.len > 11 && memcmp(key.at, "GNU.sparse.", 11) == 0) {
		o->sparse = true;
	}
	return true;
}

/* Records of "LENGTH KEY=VALUE\n", where LENGTH counts the whole record. */
static bool pax_parse(struct overrides *o, const char *at, size_t len)
{
	while (len > 0) {
		const char *blank = memchr(at, ' ', len), *equals;
		uint64_t record;

		if (!blank ||
			!parse_decimal((struct text){at, (size_t)(blank - at)}, &record))
			return false;
		if (record > len || record < (size_t)(blank - at) + 3 ||
			at[record - 1] != '\n')
			return false;
		equals = memchr(blank, '=', record - (size_t)(blank - at));
		if (!equals ||
			!pax_apply(o,
				(struct text){blank + 1, (size_t)(equals - blank - 1)},
				(struct text){equals + 1,
					(size_t)(at + record - 1 - equals - 1)}))
			return false;
		at += record;
		len -= record;
	}
	return true;
}

/* --- members ---------------------------------------------------------------------------------------------------- */

static enum tar_type member_type(const struct tar_header *h, struct text name)
{
	switch (h->type) {
	case '\0': /* before POSIX a directory was a file with a slash at its end */
	case '0':
	case '7':
		return name.len && name.at[name.len - 1] == '/' ? TAR_DIRECTORY
								: TAR_FILE;
	case '1':
		return TAR_HARDLINK;
	case '2':
		return TAR_SYMLINK;
	case '5':
		return TAR_DIRECTORY;
	case 'S':
		return TAR_SPARSE;
	default:
		return TAR_OTHER;
	}
}

static bool member_fill(
	struct tar_member *m, const struct tar_header *h, const struct overrides *o)
{
	bool is_posix = memcmp(h->magic, "ustar", 6) ==
			0; /* GNU uses the prefix field otherwise */
	int64_t mode;

	*m = (struct tar_member){.link = field_text(h->link, sizeof(h->link))};
	m->name = field_text(h->name, sizeof(h->name));
	if (is_posix)
		m->prefix = field_text(h->prefix, sizeof(h->prefix));
	if (o->path.len) {
		m->name = o->path;
		m->prefix = (struct text){0};
	}
	if (o->link.len)
		m->link = o->link;
	m->type = o->sparse ? TAR_SPARSE : member_type(h, m->name);
	if (!parse_number(h->mode, sizeof(h->mode), &mode))
		mode = 0644;
	m->mode = (uint32_t)mode & 07777;
	if (!parse_number(h->mtime, sizeof(h->mtime), &m->mtime_s))
		m->mtime_s = 0;
	if (o->has_mtime)
		m->mtime_s = o->mtime_s;
	return m->name.len > 0;
}

/* The header at pos; 1, 0 at the end, or -EINVAL. */
static int header_at(struct tar_reader *r, const struct tar_header **h)
{
	size_t left = r->len - r->pos;

	if (left == 0) {
		r->fault = "has no end mark";
		return 0;
	}
	if (left < TAR_BLOCK)
		return fail(r, "is cut off in a header");
	if (block_is_zero(r->base + r->pos))
		return 0;
	*h = (const struct tar_header *)(r->base + r->pos);
	if (!checksum_is_right(*h))
		return fail(r, r->pos ? "has a damaged header" : "is not a tar archive");
	return 1;
}

/* Bytes of data behind the header; links and directories have none, whatever the field says. */
static int data_size(struct tar_reader *r, const struct tar_header *h,
	const struct overrides *o, uint64_t *size)
{
	int64_t said;

	if (!parse_number(h->size, sizeof(h->size), &said) || said < 0)
		return fail(r, "has a size that is no number");
	*size = (uint64_t)said;
	if (h->type == '1' || h->type == '2' || h->type == '5')
		*size = 0;
	else if (o->has_size && h->type != 'x' && h->type != 'g')
		*size = o->size;
	if (*size > r->len - r->pos - TAR_BLOCK)
		return fail(r, "is cut off in a file");
	return 0;
}

/* A header that speaks about the next one; true if it was such. */
static bool is_about_next(struct tar_reader *r, const struct tar_header *h,
	const char *data, uint64_t size, struct overrides *o)
{
	switch (h->type) {
	case 'x':
		if (!pax_parse(o, data, (size_t)size))
			fail(r, "has a damaged pax header");
		return true;
	case 'L':
		o->path = field_text(data, (size_t)size);
		return true;
	case 'K':
		o->link = field_text(data, (size_t)size);
		return true;
	case 'g': /* nothing in it that we use */
		return true;
	default:
		return false;
	}
}

int tar_next(struct tar_reader *r, struct tar_member *m)
{
	struct overrides o = {.sparse = false};

	for (;;) {
		const struct tar_header *h;
		const uint8_t *data;
		uint64_t size;
		int more = header_at(r, &h), err;

		if (more <= 0)
			return more;
		err = data_size(r, h, &o, &size);
		if (err)
			return err;
		data = r->base + r->pos + TAR_BLOCK;
		if (is_about_next(r, h, (const char *)data, size, &o)) {
			if (r->fault)
				return -EINVAL;
		} else if (!member_fill(m, h, &o)) {
			return fail(r, "has a file without a name");
		} else {
			more = 2;
			m->size = size;
			m->data = data;
		}
		size = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
		if (size > r->len - r->pos - TAR_BLOCK)
			size = r->len - r->pos -
			       TAR_BLOCK; /* padding cut off: the data is whole */
		r->pos += TAR_BLOCK + (size_t)size;
		if (more == 2)
			return 1;
	}
}
