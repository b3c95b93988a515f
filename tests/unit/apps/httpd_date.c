/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates, against this machine's own calendar and against HTTP's three forms. */
#include "apps/httpd/date.h"

#include <errno.h>
#include <time.h>

#include "tests/test.h"

#define NOW 1800000000 /* 2027 */

static int64_t parsed(const char *text)
{
	int64_t t = -1;

	return date_parse((struct slice){text, strlen(text)}, NOW, &t) ? -1 : t;
}

static bool same_as_libc(int64_t t)
{
	char ours[DATE_HTTP_LEN + 1] = {0}, theirs[64];
	time_t seconds = (time_t)t;
	struct tm tm;

	date_format_http(ours, t);
	gmtime_r(&seconds, &tm);
	strftime(theirs, sizeof(theirs), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return strcmp(ours, theirs) == 0;
}

TEST(every_day_of_two_centuries_is_written_and_read_as_the_libc_does)
{
	char text[DATE_HTTP_LEN + 1] = {0};

	for (int64_t t = 0; t < 200ll * 366 * 86400; t += 86400 + 3607) {
		test_row("%lld", (long long)t);
		CHECK(same_as_libc(t));
		date_format_http(text, t);
		CHECK_EQ(parsed(text), t);
	}
}

TEST(the_ends_of_time_are_clipped)
{
	char text[DATE_HTTP_LEN + 1] = {0};

	date_format_http(text, -5);
	CHECK_STR(text, "Thu, 01 Jan 1970 00:00:00 GMT");
	date_format_http(text, INT64_MAX);
	CHECK_STR(text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(the_log_has_its_own_form)
{
	char text[DATE_LOG_LEN + 1] = {0};

	date_format_log(text, 784111777);
	CHECK_STR(text, "06/Nov/1994:08:49:37 +0000");
}

TEST(all_three_forms_are_read)
{
	CHECK_EQ(parsed("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
	CHECK_EQ(parsed("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
	CHECK_EQ(parsed("Sun Nov  6 08:49:37 1994"), 784111777);
	CHECK_EQ(parsed("Wed Nov 16 08:49:37 1994"), 784975777);
	CHECK_EQ(parsed("Mon, 06 Nov 1994 08:49:37 GMT"),
		784111777); /* a weekday that is off */
}

TEST(two_digits_mean_the_nearer_century)
{
	CHECK_EQ(parsed("Friday, 31-Dec-99 00:00:00 GMT"), 946598400);
	CHECK_EQ(parsed("Friday, 31-Dec-76 00:00:00 GMT"), 3376598400);
	CHECK_EQ(parsed("Saturday, 31-Dec-77 00:00:00 GMT"), 3408134400);
	CHECK_EQ(parsed("Saturday, 31-Dec-78 00:00:00 GMT"), 283910400);
}

TEST(what_is_no_date_is_refused)
{
	static const char *const texts[] = {
		"",
		"now",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun, 31 Feb 1994 08:49:37 GMT",
		"Sun, 29 Feb 1993 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:00 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, 06 Nov 1969 08:49:37 GMT",
		"Sun, 06 Nvo 1994 08:49:37 GMT",
		"Sun, -6 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 0x:49:37 GMT",
		"Su, 06 Nov 1994 08:49:37 GMT",
		"06 Nov 1994 08:49:37 GMT",
		"Sun Nov  6 08:49:37 94",
		"Sun Nov 6 08:49:37 1994",
		"Sun, 06 Nov 1994",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		test_row("%s", texts[i]);
		CHECK_EQ(parsed(texts[i]), -1);
	}
	CHECK(parsed("Sun, 29 Feb 2000 08:49:37 GMT") > 0);
	CHECK(parsed("Sat, 31 Dec 2016 23:59:60 GMT") > 0); /* a leap second */
}
