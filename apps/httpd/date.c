/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns seconds into dates and back, by the calendar's arithmetic.
 *
 * Years are counted from March, so that the leap day is the last of its year and a month's first
 * day is a linear formula; 400 years have 146097 days.
 */
#include "apps/httpd/date.h"

#include <errno.h>
#include <string.h>

#define DAY_S 86400
#define MAX_S 253402300799 /* the last second of the year 9999 */

struct calendar {
	int year, month, day; /* month 1 to 12 */
	int hour, minute, second;
	int weekday; /* 0 = Sunday */
};

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int64_t days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, year_of_era = y % 400;
	int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100;

	return era * 146097 + day_of_era + day_of_year - 719468;
}

static struct calendar calendar_from_unix(int64_t unix_s)
{
	if (unix_s < 0)
		unix_s = 0;
	if (unix_s > MAX_S)
		unix_s = MAX_S;

	/* 32 bits are enough from here on, and cheap on every target */
	uint32_t days = (uint32_t)(unix_s / DAY_S), secs = (uint32_t)(unix_s % DAY_S);
	uint32_t z = days + 719468, era = z / 146097, doe = z % 146097;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;
	uint32_t month = mp < 10 ? mp + 3 : mp - 9;

	return (struct calendar){
		.year = (int)(era * 400 + yoe + (month <= 2)),
		.month = (int)month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(secs / 3600),
		.minute = (int)(secs / 60 % 60),
		.second = (int)(secs % 60),
		.weekday = (int)((days + 4) % 7),
	};
}

static char *put_digits(char *p, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + digits;
}

static char *put_text(char *p, const char *text, size_t len)
{
	memcpy(p, text, len);
	return p + len;
}

static char *put_time(char *p, const struct calendar *c)
{
	p = put_digits(p, c->hour, 2);
	*p++ = ':';
	p = put_digits(p, c->minute, 2);
	*p++ = ':';
	return put_digits(p, c->second, 2);
}

void date_format_http(char text[DATE_HTTP_LEN], int64_t unix_s)
{
	struct calendar c = calendar_from_unix(unix_s);
	char *p = put_text(text, day_names + 3 * c.weekday, 3);

	p = put_text(p, ", ", 2);
	p = put_digits(p, c.day, 2);
	*p++ = ' ';
	p = put_text(p, month_names + 3 * (c.month - 1), 3);
	*p++ = ' ';
	p = put_digits(p, c.year, 4);
	*p++ = ' ';
	p = put_time(p, &c);
	put_text(p, " GMT", 4);
}

void date_format_log(char text[DATE_LOG_LEN], int64_t unix_s)
{
	struct calendar c = calendar_from_unix(unix_s);
	char *p = put_digits(text, c.day, 2);

	*p++ = '/';
	p = put_text(p, month_names + 3 * (c.month - 1), 3);
	*p++ = '/';
	p = put_digits(p, c.year, 4);
	*p++ = ':';
	p = put_time(p, &c);
	put_text(p, " +0000", 6);
}

/* The three forms, spelt with: D/d day of month, M month name, Y/y year of 4 or 2 digits, h m s, and
 * w/W the short or long name of the weekday (which is read over); d is
 * padded with a space. */
static const char *const forms[] = {
	"w, D M Y h:m:s GMT", /* Sun, 06 Nov 1994 08:49:37 GMT */
	"W, D-M-y h:m:s GMT", /* Sunday, 06-Nov-94 08:49:37 GMT */
	"w M d h:m:s Y",      /* Sun Nov  6 08:49:37 1994 */
};

static bool take_number(struct slice *s, size_t digits, int *value)
{
	uint64_t n;

	if (s->len < digits || !slice_to_u64((struct slice){s->p, digits}, &n))
		return false;
	*value = (int)n;
	s->p += digits;
	s->len -= digits;
	return true;
}

static bool take_day_or_space(struct slice *s, int *value)
{
	if (s->len && s->p[0] == ' ') {
		s->p++;
		s->len--;
		return take_number(s, 1, value);
	}
	return take_number(s, 2, value);
}

static bool take_month(struct slice *s, int *month)
{
	for (int i = 0; i < 12; i++) {
		if (s->len >= 3 && memcmp(s->p, month_names + 3 * i, 3) == 0) {
			*month = i + 1;
			s->p += 3;
			s->len -= 3;
			return true;
		}
	}
	return false;
}

/* A weekday is only looked over: the RFC lets a recipient ignore one that does not fit the date. */
static bool take_weekday(struct slice *s, bool long_name)
{
	size_t n = 0;

	while (n < s->len && ((s->p[n] | 0x20) >= 'a' && (s->p[n] | 0x20) <= 'z'))
		n++;
	s->p += n;
	s->len -= n;
	return long_name ? n >= 6 && n <= 9 : n == 3;
}

static bool take_literal(struct slice *s, char c)
{
	if (!s->len || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

static bool take_field(struct slice *s, char kind, struct calendar *c)
{
	switch (kind) {
	case 'w':
		return take_weekday(s, false);
	case 'W':
		return take_weekday(s, true);
	case 'D':
		return take_number(s, 2, &c->day);
	case 'd':
		return take_day_or_space(s, &c->day);
	case 'M':
		return take_month(s, &c->month);
	case 'Y':
		return take_number(s, 4, &c->year);
	case 'y':
		return take_number(s, 2, &c->year);
	case 'h':
		return take_number(s, 2, &c->hour);
	case 'm':
		return take_number(s, 2, &c->minute);
	case 's':
		return take_number(s, 2, &c->second);
	default:
		return take_literal(s, kind);
	}
}

/* GMT is taken as a whole, before its M could be read as a month. */
static bool parse_form(struct slice s, const char *form, struct calendar *c)
{
	for (; *form; form++) {
		if (strcmp(form, "GMT") == 0)
			return slice_eq(s, SLICE("GMT"));
		if (!take_field(&s, *form, c))
			return false;
	}
	return s.len == 0;
}

static bool is_valid(const struct calendar *c)
{
	static const char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (c->year < 1970 || c->month < 1 || c->day < 1 || c->day > days[c->month - 1])
		return false;
	if (c->month == 2 && c->day == 29 &&
		(c->year % 4 != 0 || (c->year % 100 == 0 && c->year % 400 != 0)))
		return false;
	return c->hour < 24 && c->minute < 60 && c->second <= 60;
}

/* More than 50 years ahead means the last century. Source: RFC 9110, 5.6.7. */
static int full_year(int two_digits, int64_t now_s)
{
	int now = calendar_from_unix(now_s).year;
	int year = now - now % 100 + two_digits;

	return year > now + 50 ? year - 100 : year;
}

int date_parse(struct slice text, int64_t now_s, int64_t *unix_s)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct calendar c = {0};

		if (!parse_form(text, forms[i], &c))
			continue;
		if (i == 1)
			c.year = full_year(c.year, now_s);
		if (!is_valid(&c))
			return -EINVAL;
		*unix_s = days_from_date(c.year, c.month, c.day) * DAY_S + c.hour * 3600 +
			  c.minute * 60 + c.second;
		return 0;
	}
	return -EINVAL;
}
