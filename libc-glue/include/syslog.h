/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system log. The numbers of the priorities are Embox's: its modules compare them in #if. Whoever includes this
 * cannot use kernel/log.h in the same file, which has names of its own.
 */
#ifndef _SYSLOG_H
#define _SYSLOG_H

#include <stdarg.h>

#define LOG_NONE    0
#define LOG_EMERG   1
#define LOG_ALERT   2
#define LOG_CRIT    3
#define LOG_ERR     4
#define LOG_WARNING 5
#define LOG_NOTICE  6
#define LOG_INFO    7
#define LOG_DEBUG   8

#define LOG_PRIMASK       0x0f
#define LOG_PRI(p)        ((p)&LOG_PRIMASK)
#define LOG_MAKEPRI(f, p) ((f) | (p))
#define LOG_MASK(p)       (1 << (p))
#define LOG_UPTO(p)       ((1 << ((p) + 1)) - 1)

#define LOG_KERN     (0 << 4)
#define LOG_USER     (1 << 4)
#define LOG_MAIL     (2 << 4)
#define LOG_DAEMON   (3 << 4)
#define LOG_AUTH     (4 << 4)
#define LOG_SYSLOG   (5 << 4)
#define LOG_LPR      (6 << 4)
#define LOG_NEWS     (7 << 4)
#define LOG_UUCP     (8 << 4)
#define LOG_CRON     (9 << 4)
#define LOG_AUTHPRIV (10 << 4)
#define LOG_FTP      (11 << 4)
#define LOG_LOCAL0   (16 << 4)
#define LOG_LOCAL1   (17 << 4)
#define LOG_LOCAL2   (18 << 4)
#define LOG_LOCAL3   (19 << 4)
#define LOG_LOCAL4   (20 << 4)
#define LOG_LOCAL5   (21 << 4)
#define LOG_LOCAL6   (22 << 4)
#define LOG_LOCAL7   (23 << 4)

#define LOG_PID    0x01
#define LOG_CONS   0x02
#define LOG_ODELAY 0x04
#define LOG_NDELAY 0x08
#define LOG_NOWAIT 0x10
#define LOG_PERROR 0x20

#ifdef __cplusplus
extern "C" {
#endif
void openlog(const char *name, int options, int facility);
void syslog(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void vsyslog(int priority, const char *fmt, va_list args);
void closelog(void);
int setlogmask(int mask);
#ifdef __cplusplus
}
#endif

#endif
