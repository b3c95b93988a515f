/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes, terminals, mappings, accounts and interfaces as a program uses them, on the real thing. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <libgen.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <syslog.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "kernel/page.h"
#include "tests/test.h"

/* --- pipes ---------------------------------------------------------------------------------------------------------- */

static void *copy_to_pipe(void *arg)
{
	const int *fds = arg;
	char block[1000];

	for (int i = 0; i < 100; i++) {
		memset(block, 'a' + i % 26, sizeof(block));
		if (write(fds[1], block, sizeof(block)) != sizeof(block))
			break;
	}
	close(fds[1]);
	return NULL;
}

TEST(a_pipe_between_threads_is_polled_to_its_end)
{
	char block[777];
	struct pollfd p;
	size_t total = 0;
	pthread_t t;
	ssize_t n;
	int fds[2];

	CHECK_EQ(pipe(fds), 0);
	CHECK_EQ(pthread_create(&t, NULL, copy_to_pipe, fds), 0);
	for (;;) {
		p = (struct pollfd){.fd = fds[0], .events = POLLIN};
		CHECK_EQ(poll(&p, 1, 5000), 1);
		n = read(fds[0], block, sizeof(block));
		CHECK(n >= 0);
		if (n == 0)
			break;
		CHECK(block[0] == (char)('a' + total / 1000 % 26));
		total += (size_t)n;
	}
	CHECK(p.revents & POLLHUP);
	CHECK_EQ(total, 100000);
	pthread_join(t, NULL);
	close(fds[0]);
	CHECK_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	CHECK(read(fds[0], block, 1) == -1 && errno == EAGAIN);
	CHECK_EQ(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
	close(fds[0]);
	CHECK(write(fds[1], "x", 1) == -1 && errno == EPIPE);
	close(fds[1]);
}

TEST(a_pair_of_sockets_is_watched_by_epoll)
{
	struct epoll_event e = {.events = EPOLLIN, .data.u32 = 7};
	int fds[2], ep = epoll_create1(0);

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, fds[0], &e), 0);
	CHECK_EQ(epoll_wait(ep, &e, 1, 0), 0);
	CHECK_EQ(write(fds[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(ep, &e, 1, 1000), 1);
	CHECK(e.data.u32 == 7 && e.events == EPOLLIN);
	close(fds[0]);
	close(fds[1]);
	close(ep);
}

/* --- terminals ------------------------------------------------------------------------------------------------------ */

TEST(a_pseudo_terminal_edits_and_echoes)
{
	struct termios set;
	char text[64];
	int fds[2];

	CHECK_EQ(ppty(fds), 0);
	CHECK(isatty(fds[0]) && isatty(fds[1]));
	CHECK(strncmp(ttyname(fds[1]), "/dev/pts/", 9) == 0);
	CHECK_EQ(write(fds[0], "helo\x7flo\r", 8), 8);
	CHECK_EQ(read(fds[1], text, sizeof(text)), 6);
	CHECK(memcmp(text, "hello\n", 6) == 0);
	CHECK_EQ(read(fds[0], text, sizeof(text)), 11);
	CHECK(memcmp(text, "helo\b \blo\r\n", 11) == 0);
	CHECK_EQ(write(fds[0], "lost\x03", 5), 5);
	CHECK_EQ(read(fds[0], text, sizeof(text)), 6);
	CHECK(memcmp(text, "lost^C", 6) == 0);
	CHECK_EQ(tcgetattr(fds[1], &set), 0);
	CHECK(set.c_lflag & ICANON && cfgetospeed(&set) == B38400);
	cfmakeraw(&set);
	CHECK_EQ(cfsetspeed(&set, B115200), 0);
	CHECK_EQ(tcsetattr(fds[1], TCSAFLUSH, &set), 0);
	CHECK_EQ(tcgetattr(fds[0], &set), 0);
	CHECK(!(set.c_lflag & ICANON) && set.c_ospeed == 115200);
	CHECK_EQ(write(fds[0], "\x03\r", 2), 2);
	CHECK_EQ(read(fds[1], text, sizeof(text)), 2);
	CHECK(memcmp(text, "\x03\r", 2) == 0);
	close(fds[1]);
	CHECK_EQ(read(fds[0], text, sizeof(text)), 0);
	close(fds[0]);
}

TEST(the_console_is_a_terminal_with_settings)
{
	struct winsize size;
	struct termios set;
	struct utmp *who;

	CHECK_STR(ttyname(0), "/dev/console");
	CHECK_EQ(tcgetattr(1, &set), 0);
	CHECK((set.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG));
	CHECK_EQ(ioctl(2, TIOCGWINSZ, &size), 0);
	CHECK(size.ws_row == 25 && size.ws_col == 80);
	CHECK_EQ(tcsetpgrp(0, 1), 0);
	CHECK_EQ(tcgetpgrp(0), 1);
	CHECK_EQ(tcsetpgrp(0, 0), 0);
	setutent();
	who = getutent();
	CHECK(who && who->ut_type == USER_PROCESS);
	CHECK_STR(who->ut_line, "console");
	CHECK_STR(who->ut_user, "root");
	CHECK(!getutent());
}

TEST(dev_has_the_terminals)
{
	int fd = open("/dev/tty", O_RDWR), null = open("/dev/null", O_RDWR);

	CHECK(fd >= 0 && null >= 0);
	CHECK(isatty(fd) && !isatty(null));
	CHECK_STR(ttyname(fd), "/dev/console");
	close(fd);
	fd = open("/dev/console", O_WRONLY);
	CHECK_EQ(write(fd, "to the console\n", 15), 15);
	close(fd);
	close(null);
}

/* --- select over everything ------------------------------------------------------------------------------------------ */

static int connected_pair(int fds[2])
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int server = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(server, (struct sockaddr *)&in, len) || listen(server, 1) ||
		getsockname(server, (struct sockaddr *)&in, &len))
		return -1;
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fds[0], (struct sockaddr *)&in, sizeof(in)))
		return -1;
	fds[1] = accept(server, NULL, NULL);
	return close(server);
}

TEST(select_waits_for_a_socket_a_pipe_and_a_terminal_at_once)
{
	int sock[2], pip[2], tty[2];
	struct timeval time = {.tv_sec = 5};
	fd_set r, w;
	char c;

	CHECK_EQ(connected_pair(sock), 0);
	CHECK_EQ(pipe(pip), 0);
	CHECK_EQ(ppty(tty), 0);
	for (int i = 0; i < 3; i++) {
		FD_ZERO(&r);
		FD_ZERO(&w);
		FD_SET(sock[1], &r);
		FD_SET(pip[0], &r);
		FD_SET(tty[0], &r);
		FD_SET(sock[0], &w);
		CHECK_EQ(write(i == 0 ? sock[0] : i == 1 ? pip[1] : tty[1], "x", 1), 1);
		usleep(20000);
		CHECK_EQ(select(tty[1] + 1, &r, &w, NULL, &time), 2);
		CHECK(FD_ISSET(sock[0], &w));
		CHECK(!!FD_ISSET(sock[1], &r) == (i == 0));
		CHECK(!!FD_ISSET(pip[0], &r) == (i == 1));
		CHECK(!!FD_ISSET(tty[0], &r) == (i == 2));
		CHECK_EQ(read(i == 0 ? sock[1] : i == 1 ? pip[0] : tty[0], &c, 1), 1);
	}
	for (int i = 0; i < 2; i++) {
		close(sock[i]);
		close(pip[i]);
		close(tty[i]);
	}
}

/* --- mappings ------------------------------------------------------------------------------------------------------- */

TEST(mapped_memory_is_zero_and_comes_back_whole)
{
	struct page_stats before, after;
	unsigned char *p;

	page_get_stats(&before);
	p = mmap(NULL, 5 * 4096 - 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0);
	CHECK(p != MAP_FAILED && (uintptr_t)p % 4096 == 0);
	for (int i = 0; i < 5 * 4096; i++)
		CHECK(p[i] == 0);
	memset(p, 1, 5 * 4096);
	CHECK_EQ(mprotect(p + 4096, 4096, PROT_READ), 0);
	CHECK(p[4096] == 1);
	CHECK_EQ(mprotect(p + 4096, 2 * 4096, PROT_NONE), 0);
	CHECK_EQ(mprotect(p + 4096, 2 * 4096, PROT_READ | PROT_WRITE), 0);
	p[4096] = 2;
	CHECK(p[4096] == 2 && p[2 * 4096] == 1);
	CHECK_EQ(munmap(p + 4096, 4096), 0); /* a hole */
	CHECK(mprotect(p, 5 * 4096, PROT_READ) == -1 && errno == ENOMEM);
	CHECK(p[0] == 1 && p[4 * 4096] == 1);
	CHECK_EQ(munmap(p, 5 * 4096), 0);
	CHECK(munmap(p + 1, 4096) == -1 && errno == EINVAL);
	page_get_stats(&after);
	CHECK(after.free + 1 >= before.free); /* the heap may have grown by a page */
}

TEST(a_mapped_file_has_its_bytes_and_zeroes_behind)
{
	int fd = open("/pages", O_RDONLY);
	static char expected[4096];
	char *p;

	CHECK(fd >= 0);
	p = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED);
	CHECK_EQ(read(fd, expected, 4096), 4096);
	CHECK(memcmp(p, expected, 4096) == 0);
	CHECK_EQ(read(fd, expected, 4096), 904); /* of 5000 */
	CHECK(memcmp(p + 4096, expected, 904) == 0);
	CHECK(p[5000] == 0 && p[3 * 4096 - 1] == 0);
	CHECK_EQ(munmap(p, 3 * 4096), 0);
	p = mmap(NULL, 904, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4096);
	CHECK(p != MAP_FAILED && memcmp(p, expected, 904) == 0);
	p[0] ^= 1; /* a copy: the file stays */
	CHECK(pread(fd, expected, 1, 4096) == 1 && expected[0] != p[0]);
	CHECK_EQ(munmap(p, 904), 0);
	CHECK(mmap(NULL, 1, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
	CHECK_EQ(errno, EACCES);
	CHECK(mmap(NULL, 1, PROT_READ, MAP_SHARED, 0, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENODEV);
	close(fd);
}

TEST(a_shared_mapping_is_written_back_to_its_file)
{
	int fd = open("/tmp/shared", O_RDWR | O_CREAT | O_TRUNC, 0644);
	char text[8], *p;

	CHECK(fd >= 0);
	CHECK_EQ(write(fd, "before", 6), 6);
	p = mmap(NULL, 6, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	memcpy(p, "be", 2);
	memcpy(p + 2, "tter", 4);
	CHECK_EQ(msync(p, 4096, MS_SYNC), 0);
	CHECK_EQ(pread(fd, text, 8, 0), 6); /* no longer than it was */
	CHECK(memcmp(text, "better", 6) == 0);
	p[0] = 'B';
	CHECK_EQ(munmap(p, 6), 0);
	CHECK_EQ(pread(fd, text, 1, 0), 1);
	CHECK_EQ(text[0], 'B');
	close(fd);
	CHECK_EQ(unlink("/tmp/shared"), 0);
}

/* --- accounts and names ---------------------------------------------------------------------------------------------- */

TEST(users_and_groups_come_from_the_tree)
{
	struct passwd pw, *user;
	struct group *group;
	char buf[128];

	CHECK_EQ(getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &user), 0);
	CHECK(user == &pw);
	CHECK_STR(pw.pw_name, "root");
	CHECK_STR(pw.pw_dir, "/root");
	CHECK_EQ(getpwnam_r("root", &pw, buf, 8, &user), ERANGE);
	user = getpwnam("guest");
	CHECK(user && user->pw_uid == 1000 && user->pw_gid == 100);
	CHECK(!getpwnam("nobody-of-that-name"));
	group = getgrgid(100);
	CHECK(group);
	CHECK_STR(group->gr_name, "users");
	CHECK(group->gr_mem[0] && group->gr_mem[1] && !group->gr_mem[2]);
	CHECK_STR(group->gr_mem[1], "visitor");
}

TEST(the_system_log_gets_a_line_of_a_program)
{
	openlog("tty-test", LOG_PID, LOG_USER);
	errno = ENOENT;
	syslog(LOG_INFO, "100%% of it: %m (%d)\n", 7);
	setlogmask(LOG_MASK(LOG_ERR));
	syslog(LOG_INFO, "must not be seen");
	setlogmask(LOG_UPTO(LOG_DEBUG));
	closelog();
}

/* --- the network ----------------------------------------------------------------------------------------------------- */

TEST(interfaces_are_listed_and_asked)
{
	struct ifreq r = {.ifr_name = "lo"};
	struct if_nameindex *names;
	struct sockaddr_in in;
	struct ifaddrs *list;
	bool found = false;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	CHECK_EQ(getifaddrs(&list), 0);
	for (struct ifaddrs *i = list; i; i = i->ifa_next)
		if (i->ifa_addr->sa_family == AF_INET && i->ifa_flags & IFF_LOOPBACK) {
			memcpy(&in, i->ifa_addr, sizeof(in));
			found = in.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
			strcpy(r.ifr_name, i->ifa_name);
		}
	freeifaddrs(list);
	CHECK(found);
	CHECK_EQ(ioctl(s, SIOCGIFNETMASK, &r), 0);
	memcpy(&in, &r.ifr_netmask, sizeof(in));
	CHECK_EQ(ntohl(in.sin_addr.s_addr), 0xff000000);
	CHECK_EQ(ioctl(s, SIOCGIFFLAGS, &r), 0);
	CHECK(r.ifr_flags & IFF_UP && r.ifr_flags & IFF_LOOPBACK);
	names = if_nameindex();
	CHECK(names && names[0].if_index);
	CHECK_EQ(if_nametoindex(names[0].if_name), names[0].if_index);
	if_freenameindex(names);
	strcpy(r.ifr_name, "none7");
	CHECK(ioctl(s, SIOCGIFADDR, &r) == -1 && errno == ENODEV);
	close(s);
}

static uint16_t sum16(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

TEST(a_raw_socket_pings_the_loop_back_interface)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	uint8_t echo[16] = {8, 0, 0, 0, 0x12, 0x34, 0, 1, 'p', 'i', 'n', 'g'}, in[128];
	struct timeval time = {.tv_sec = 2};
	int s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	uint16_t sum = sum16(echo, sizeof(echo));
	ssize_t n;

	CHECK(s >= 0);
	memcpy(echo + 2, &sum, 2);
	CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)), 0);
	CHECK_EQ(
		sendto(s, echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to)), 16);
	do {
		n = recv(s, in, sizeof(in), 0);
		CHECK_EQ(n, 20 + 16);
		CHECK_EQ(in[0], 0x45);
	} while (in[20] == 8); /* our own request passes by as well */
	CHECK_EQ(in[20], 0);
	CHECK(memcmp(in + 24, echo + 4, 12) == 0);
	CHECK_EQ(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "none7", 6), -1);
	CHECK_EQ(errno, ENODEV);
	close(s);
}

TEST(old_names_look_up_hosts_services_and_protocols)
{
	struct hostent *host = gethostbyname("printer");
	struct servent *service;
	uint32_t address;

	CHECK(host && host->h_length == 4 && host->h_addr_list[0]);
	memcpy(&address, host->h_addr, 4);
	CHECK_EQ(ntohl(address), 0xc0000207);
	CHECK(!gethostbyname("no.such.host.invalid") && h_errno != 0);
	CHECK(hstrerror(h_errno)[0]);
	service = getservbyname("http", "tcp");
	CHECK(service && ntohs((uint16_t)service->s_port) == 80);
	service = getservbyport(htons(22), "tcp");
	CHECK(service);
	CHECK_STR(service->s_name, "ssh");
	CHECK(getprotobyname("ICMP") && getprotobyname("icmp")->p_proto == IPPROTO_ICMP);
}
