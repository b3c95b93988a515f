/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is logged in, for picolibc's utmp.h: the terminals that are in use. */
#ifndef _SYS_UTMP_H
#define _SYS_UTMP_H

#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>

#define EMPTY         0
#define RUN_LVL       1
#define BOOT_TIME     2
#define NEW_TIME      3
#define OLD_TIME      4
#define INIT_PROCESS  5
#define LOGIN_PROCESS 6
#define USER_PROCESS  7
#define DEAD_PROCESS  8
#define ACCOUNTING    9

#define UT_LINESIZE 32
#define UT_NAMESIZE 32
#define UT_HOSTSIZE 256

struct exit_status {
	short e_termination, e_exit;
};

struct utmp {
	short ut_type;
	pid_t ut_pid;
	char ut_line[UT_LINESIZE]; /* without "/dev/" */
	char ut_id[4];
	char ut_user[UT_NAMESIZE];
	char ut_host[UT_HOSTSIZE];
	struct exit_status ut_exit;
	long ut_session;
	struct timeval ut_tv;
	int32_t ut_addr_v6[4];
};
#define ut_name ut_user
#define ut_time ut_tv.tv_sec
#define ut_addr ut_addr_v6[0]

#ifdef __cplusplus
extern "C" {
#endif
void setutent(void);
struct utmp *getutent(void);
void endutent(void);
#ifdef __cplusplus
}
#endif

#endif
