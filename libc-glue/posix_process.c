/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names that ask about the process and the system. */
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "arch/arch.h"
#include "kernel/module.h"
#include "kernel/page.h"
#include "libc-glue/posix.h"
#include "libc-glue/process.h"

pid_t getpid(void)
{
	return process_self()->pid;
}

__attribute__((weak)) pid_t getppid(void) /* libc.process knows more */
{
	return 0;
}

uid_t getuid(void)
{
	return 0;
}

uid_t geteuid(void)
{
	return 0;
}

gid_t getgid(void)
{
	return 0;
}

gid_t getegid(void)
{
	return 0;
}

/* There is one user; POSIX lets a number be refused that the system has not. */
static int become(unsigned id)
{
	return posix_int(id == 0 ? 0 : -EINVAL);
}

int setuid(uid_t uid)
{
	return become(uid);
}

int seteuid(uid_t uid)
{
	return become(uid);
}

int setgid(gid_t gid)
{
	return become(gid);
}

int setegid(gid_t gid)
{
	return become(gid);
}

int getpagesize(void)
{
	return (int)PAGE_SIZE;
}

long sysconf(int name)
{
	struct page_stats pages;

	page_get_stats(&pages);
	switch (name) {
	case _SC_PAGESIZE:
		return (long)PAGE_SIZE;
	case _SC_OPEN_MAX:
		return FD_MAX;
	case _SC_NPROCESSORS_CONF:
	case _SC_NPROCESSORS_ONLN:
		return 1;
	case _SC_PHYS_PAGES:
		return (long)pages.total;
	case _SC_AVPHYS_PAGES:
		return (long)pages.free;
	default:
		return posix_int(-EINVAL);
	}
}

int gethostname(char *name, size_t len)
{
	if (len <= strlen(image_name))
		return posix_int(-ENAMETOOLONG);
	strcpy(name, image_name);
	return 0;
}

int uname(struct utsname *u)
{
	memset(u, 0, sizeof(*u));
	strcpy(u->sysname, "Domik");
	strncpy(u->nodename, image_name, sizeof(u->nodename) - 1);
	strcpy(u->release, "0.1");
	strcpy(u->version, "1");
	strcpy(u->machine, sizeof(long) == 8 ? "x86_64" : "i686");
	return 0;
}
