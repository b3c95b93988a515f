/* SPDX-License-Identifier: BSD-2-Clause */
/* Dates as HTTP writes and reads them. Pure. */
#ifndef HTTPD_DATE_H
#define HTTPD_DATE_H

#include <stdint.h>

#include "apps/httpd/slice.h"

#define DATE_HTTP_LEN 29 /* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define DATE_LOG_LEN  26 /* "06/Nov/1994:08:49:37 +0000" */

/**
 * Write a time in HTTP's preferred form.
 *
 * @text    DATE_HTTP_LEN bytes, not terminated
 * @unix_s  seconds since 1970; clipped to the years 1970 to 9999
 * Source: RFC 9110, 5.6.7, IMF-fixdate.
 */
void date_format_http(char text[DATE_HTTP_LEN], int64_t unix_s);

/** Write a time as the common log format has it; like date_format_http(). */
void date_format_log(char text[DATE_LOG_LEN], int64_t unix_s);

/**
 * Read a date in any of HTTP's three forms.
 *
 * @now_s  the present, which settles the century of two-digit years
 * Returns 0 with *unix_s set, or -EINVAL.
 * Source: RFC 9110, 5.6.7.
 */
int date_parse(struct slice text, int64_t now_s, int64_t *unix_s);

#endif
