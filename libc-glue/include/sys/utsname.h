/* SPDX-License-Identifier: BSD-2-Clause */
/* What system this is. */
#ifndef _SYS_UTSNAME_H
#define _SYS_UTSNAME_H

struct utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65];
};

#ifdef __cplusplus
extern "C" {
#endif
int uname(struct utsname *u);
#ifdef __cplusplus
}
#endif

#endif
