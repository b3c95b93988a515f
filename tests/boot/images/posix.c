/* SPDX-License-Identifier: BSD-2-Clause */
/* The POSIX names as a program uses them, on the real thing: files of the RAM disk, threads, clocks, sockets. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "kernel/thread.h"
#include "tests/test.h"

/* --- files --------------------------------------------------------------------------------------------------- */

TEST(streams_read_files_of_the_ram_disk)
{
	FILE *f = fopen("/hello.txt", "r");
	char line[64];
	int n;

	CHECK(f);
	CHECK(fgets(line, sizeof(line), f));
	CHECK_STR(line, "hello from the RAM disk\n");
	CHECK(fscanf(f, "%d", &n) == 1 && n == 42);
	CHECK(fgetc(f) == '\n' && fgetc(f) == EOF && feof(f));
	CHECK_EQ(fseek(f, 6, SEEK_SET), 0);
	CHECK(fread(line, 1, 4, f) == 4 && memcmp(line, "from", 4) == 0);
	CHECK_EQ(ftell(f), 10);
	CHECK_EQ(fclose(f), 0);
	CHECK(!fopen("/nothing", "r") && errno == ENOENT);
	CHECK(!fopen("/hello.txt", "w") && errno == EROFS);
	f = fopen("/dir", "r");
	CHECK(!f || fread(line, 1, 4, f) == 0); /* a directory has no bytes */
	if (f)
		fclose(f);
}

TEST(directories_are_listed_and_entered)
{
	DIR *d = opendir("/dir");
	struct dirent *e;
	struct stat st;
	char cwd[64], first[NAME_MAX + 1];
	int n = 0;

	CHECK(d);
	while ((e = readdir(d))) {
		if (n++ == 0)
			strcpy(first, e->d_name);
		if (strcmp(e->d_name, "a") == 0)
			CHECK_EQ(e->d_type, DT_REG);
	}
	CHECK_EQ(n, 2); /* a b, without . and .. */
	rewinddir(d);
	CHECK_STR(readdir(d)->d_name, first);
	CHECK_EQ(closedir(d), 0);
	CHECK(!opendir("/hello.txt") && errno == ENOTDIR);
	CHECK_EQ(chdir("dir"), 0);
	CHECK_STR(getcwd(cwd, sizeof(cwd)), "/dir");
	CHECK_EQ(access("a", R_OK), 0);
	CHECK_EQ(stat("../hello.txt", &st), 0);
	CHECK(S_ISREG(st.st_mode) && st.st_size == 27);
	CHECK_EQ(chdir("/"), 0);
}

TEST(a_read_only_tree_refuses_changes)
{
	CHECK(mkdir("/new", 0755) == -1 && errno == EROFS);
	CHECK(mkdir("/dir", 0755) == -1 && errno == EEXIST);
	CHECK(unlink("/hello.txt") == -1 && errno == EROFS);
	CHECK(rename("/hello.txt", "/x") == -1 && errno == EROFS);
	CHECK(open("/hello.txt", O_WRONLY) == -1 && errno == EROFS);
	CHECK(open("/new", O_CREAT | O_WRONLY, 0644) == -1 && errno == EROFS);
}

TEST(standard_streams_are_the_console)
{
	struct utsname u;

	CHECK(isatty(0) && isatty(1) && isatty(2));
	CHECK_EQ(write(1, "written\n", 8), 8);
	CHECK(fprintf(stderr, "to stderr\n") == 10);
	CHECK(read(77, &u, 1) == -1 && errno == EBADF);
	CHECK_EQ(uname(&u), 0);
	CHECK_STR(u.sysname, "Domik");
	CHECK_EQ(setenv("KEY", "value", 1), 0);
	CHECK_STR(getenv("KEY"), "value");
}

/* --- time -------------------------------------------------------------------------------------------------------- */

TEST(clocks_go_forward_and_sleeping_takes_time)
{
	struct timespec a, b, nap = {.tv_nsec = 5000000};
	struct timeval tv;

	CHECK_EQ(clock_gettime(CLOCK_MONOTONIC, &a), 0);
	CHECK_EQ(nanosleep(&nap, NULL), 0);
	CHECK_EQ(usleep(1000), 0);
	CHECK_EQ(clock_gettime(CLOCK_MONOTONIC, &b), 0);
	CHECK((b.tv_sec - a.tv_sec) * 1000000000ll + b.tv_nsec - a.tv_nsec >= 6000000);
	CHECK_EQ(gettimeofday(&tv, NULL), 0);
	CHECK(tv.tv_sec > 1500000000 && time(NULL) - tv.tv_sec <= 1);
	nap.tv_nsec = 1000000000;
	CHECK(nanosleep(&nap, NULL) == -1 && errno == EINVAL);
	CHECK(clock_gettime(77, &a) == -1 && errno == EINVAL);
}

TEST(there_is_one_user_and_one_can_only_become_that)
{
	CHECK(setuid(0) == 0 && seteuid(0) == 0 && setgid(0) == 0 && setegid(0) == 0);
	CHECK(setuid(1) == -1 && errno == EINVAL);
	CHECK(setegid(1) == -1 && errno == EINVAL);
	CHECK(getuid() == 0 && geteuid() == 0 && getgid() == 0 && getegid() == 0);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

static __thread int mine = 7;

static void *set_mine(void *arg)
{
	mine = (int)(intptr_t)arg;
	errno = mine;
	sched_yield();
	return (void *)(intptr_t)(mine == errno ? mine : -1);
}

TEST(threads_have_their_own_errno_and_variables)
{
	pthread_t t[8];
	void *result;

	errno = 0;
	for (int i = 0; i < 8; i++)
		CHECK_EQ(pthread_create(
				 &t[i], NULL, set_mine, (void *)(intptr_t)(100 + i)),
			0);
	for (int i = 0; i < 8; i++) {
		CHECK_EQ(pthread_join(t[i], &result), 0);
		CHECK_EQ((intptr_t)result, 100 + i);
	}
	CHECK(mine == 7 && errno == 0);
	CHECK_EQ(pthread_join(pthread_self(), NULL), EDEADLK);
}

static void *nothing(void *arg)
{
	return arg;
}

static void *set_flag(void *flag)
{
	*(volatile int *)flag = 1;
	return NULL;
}

TEST(a_sleep_of_no_time_lets_another_thread_run)
{
	volatile int flag = 0;
	struct timespec none = {0};
	pthread_t t;

	CHECK_EQ(pthread_create(&t, NULL, set_flag, (void *)(uintptr_t)&flag), 0);
	CHECK_EQ(nanosleep(&none, NULL), 0);
	CHECK_EQ(flag, 1);
	CHECK_EQ(pthread_join(t, NULL), 0);
}

TEST(finished_threads_leave_nothing_behind)
{
	struct thread_stats before, after;
	pthread_attr_t attr;
	pthread_t t;

	thread_get_stats(&before);
	CHECK_EQ(pthread_attr_init(&attr), 0);
	CHECK_EQ(pthread_attr_setstacksize(&attr, 1), EINVAL);
	CHECK_EQ(pthread_attr_setstacksize(&attr, 32768), 0);
	CHECK_EQ(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED), 0);
	for (int i = 0; i < 100; i++) {
		CHECK_EQ(pthread_create(&t, NULL, nothing, NULL), 0);
		CHECK_EQ(i % 2 ? pthread_join(t, NULL) : pthread_detach(t), 0);
		CHECK_EQ(pthread_create(&t, &attr, nothing, NULL), 0);
	}
	usleep(20000);
	CHECK_EQ(pthread_create(&t, NULL, nothing, NULL), 0);
	usleep(5000);
	CHECK_EQ(pthread_detach(t), 0); /* it has finished already */
	usleep(5000);
	thread_get_stats(&after);
	CHECK_EQ(after.threads, before.threads);
}

static pthread_mutex_t counter_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t counter_changed = PTHREAD_COND_INITIALIZER;
static int counter;

static void *count_up(void *arg)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&counter_lock);
		int was = counter;

		if (i % 100 == 0)
			sched_yield();
		counter = was + 1;
		pthread_cond_broadcast(&counter_changed);
		pthread_mutex_unlock(&counter_lock);
	}
	return arg;
}

TEST(mutexes_exclude_and_conditions_wake)
{
	struct timespec past = {.tv_sec = 1};
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, count_up, NULL), 0);
	pthread_mutex_lock(&counter_lock);
	while (counter < 8000)
		CHECK_EQ(pthread_cond_wait(&counter_changed, &counter_lock), 0);
	CHECK_EQ(pthread_cond_timedwait(&counter_changed, &counter_lock, &past),
		ETIMEDOUT);
	pthread_mutex_unlock(&counter_lock);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	CHECK_EQ(counter, 8000);
}

TEST(mutexes_of_each_kind_behave_as_named)
{
	pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	pthread_mutex_t checked = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
	pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
	struct timespec now;

	CHECK(pthread_mutex_lock(&recursive) == 0 && pthread_mutex_lock(&recursive) == 0);
	CHECK(pthread_mutex_trylock(&recursive) == 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_mutex_unlock(&recursive), 0);
	CHECK_EQ(pthread_mutex_unlock(&recursive), EPERM);
	CHECK_EQ(pthread_mutex_lock(&checked), 0);
	CHECK_EQ(pthread_mutex_lock(&checked), EDEADLK);
	CHECK_EQ(pthread_mutex_unlock(&checked), 0);
	CHECK_EQ(pthread_mutex_lock(&normal), 0);
	CHECK_EQ(pthread_mutex_trylock(&normal), EBUSY);
	CHECK_EQ(pthread_mutex_destroy(&normal), EBUSY);
	clock_gettime(CLOCK_REALTIME, &now);
	CHECK_EQ(pthread_mutex_timedlock(&normal, &now), ETIMEDOUT);
	CHECK_EQ(pthread_mutex_unlock(&normal), 0);
	CHECK_EQ(pthread_mutex_destroy(&normal), 0);
}

static pthread_key_t key;
static int destroyed;

static void count_destroyed(void *value)
{
	destroyed += (int)(intptr_t)value;
}

static void *use_key(void *arg)
{
	pthread_setspecific(key, arg);
	return pthread_getspecific(key);
}

static int once_runs;

static void run_once(void)
{
	once_runs++;
}

TEST(keys_have_destructors_and_once_is_once)
{
	pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_t t;
	void *result;

	CHECK_EQ(pthread_key_create(&key, count_destroyed), 0);
	CHECK_EQ(pthread_setspecific(key, (void *)1), 0);
	pthread_create(&t, NULL, use_key, (void *)5);
	pthread_join(t, &result);
	CHECK_EQ((intptr_t)result, 5);
	CHECK_EQ(destroyed, 5);
	CHECK_EQ((intptr_t)pthread_getspecific(key), 1);
	CHECK_EQ(pthread_key_delete(key), 0);
	CHECK_EQ(pthread_setspecific(key, NULL), EINVAL);
	pthread_once(&once, run_once);
	pthread_once(&once, run_once);
	CHECK_EQ(once_runs, 1);
}

static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t sem;
static int serial;

static void *meet(void *arg)
{
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	sem_post(&sem);
	if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
		serial++;
	return arg;
}

TEST(barriers_rwlocks_and_semaphores_work)
{
	struct timespec now;
	pthread_t t[3];
	int value;

	CHECK_EQ(sem_init(&sem, 0, 0), 0);
	CHECK_EQ(pthread_barrier_init(&barrier, NULL, 3), 0);
	CHECK_EQ(pthread_rwlock_wrlock(&rwlock), 0);
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, meet, NULL);
	usleep(5000);
	CHECK(sem_trywait(&sem) == -1 && errno == EAGAIN); /* all wait for the writer */
	CHECK_EQ(pthread_rwlock_tryrdlock(&rwlock), EBUSY);
	CHECK_EQ(pthread_rwlock_unlock(&rwlock), 0);
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(sem_wait(&sem), 0);
		pthread_join(t[i], NULL);
	}
	CHECK_EQ(serial, 1);
	CHECK(sem_getvalue(&sem, &value) == 0 && value == 0);
	clock_gettime(CLOCK_REALTIME, &now);
	CHECK(sem_timedwait(&sem, &now) == -1 && errno == ETIMEDOUT);
}

/* --- sockets ---------------------------------------------------------------------------------------------------------- */

static int listen_on(int family, uint16_t *port)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0 || listen(fd, 8) || getsockname(fd, (struct sockaddr *)&ss, &len))
		return -1;
	*port = family == AF_INET6 ? ((struct sockaddr_in6 *)&ss)->sin6_port
				   : ((struct sockaddr_in *)&ss)->sin_port;
	return fd;
}

static int connect_to(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = port};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -1 : fd;
}

/* Sends the file /big to who connects. */
static void *serve_big(void *arg)
{
	int l = *(int *)arg, s = accept(l, NULL, NULL), fd = open("/big", O_RDONLY);
	off_t at = 0;
	ssize_t n;

	while ((n = sendfile(s, fd, &at, 1 << 20)) > 0)
		;
	close(fd);
	close(s);
	return (void *)(intptr_t)(n == 0 ? at : -1);
}

TEST(a_file_goes_through_a_connection_whole)
{
	static char got[4096], want[4096];
	int l, c, file = open("/big", O_RDONLY);
	size_t total = 0;
	uint16_t port;
	void *served;
	pthread_t t;
	ssize_t n;

	l = listen_on(AF_INET6, &port);
	CHECK(l >= 0 && file >= 0);
	CHECK_EQ(pthread_create(&t, NULL, serve_big, &l), 0);
	c = connect_to(port);
	CHECK(c >= 0);
	while ((n = read(c, got, sizeof(got))) > 0) {
		CHECK_EQ(read(file, want, (size_t)n), n);
		CHECK(memcmp(got, want, (size_t)n) == 0);
		total += (size_t)n;
	}
	CHECK_EQ(n, 0);
	pthread_join(t, &served);
	CHECK_EQ((intptr_t)served, total);
	CHECK(total > 1000000);
	close(c);
	close(l);
	close(file);
}

/* Echoes lines until the peer closes, through a stream opened in the popular wrong mode. */
static void *echo_lines(void *arg)
{
	int s = accept(*(int *)arg, NULL, NULL);
	FILE *out = fdopen(s, "rw");
	char b;

	while (read(s, &b, 1) == 1)
		fputc(b, out);
	fprintf(out, "bye\n");
	fclose(out);
	return (void *)(intptr_t)close(s);
}

TEST(a_stream_over_a_socket_can_be_written)
{
	char buf[32] = {0};
	uint16_t port;
	void *closed;
	pthread_t t;
	int l, c;

	l = listen_on(AF_INET, &port);
	pthread_create(&t, NULL, echo_lines, &l);
	c = connect_to(port);
	CHECK_EQ(write(c, "line\n", 5), 5);
	CHECK_EQ(shutdown(c, SHUT_WR), 0);
	CHECK_EQ(recv(c, buf, sizeof(buf), MSG_WAITALL), 9);
	CHECK_STR(buf, "line\nbye\n");
	pthread_join(t, &closed);
	CHECK_EQ((intptr_t)closed, -1); /* fclose() had closed it */
	close(c);
	close(l);
}

TEST(waiting_for_sockets_and_the_console_together)
{
	struct pollfd p[3] = {
		{.fd = 0, .events = POLLIN}, {.events = POLLIN}, {.fd = -1}};
	struct epoll_event e = {.events = EPOLLIN}, out;
	struct timeval soon = {.tv_usec = 2000};
	uint16_t port;
	fd_set set;
	int l, c, ep;

	l = p[1].fd = listen_on(AF_INET, &port);
	CHECK_EQ(poll(p, 3, 5), 0);
	FD_ZERO(&set);
	FD_SET(l, &set);
	CHECK_EQ(select(l + 1, &set, NULL, NULL, &soon), 0);
	ep = epoll_create1(0);
	e.data.fd = l;
	CHECK_EQ(epoll_ctl(ep, EPOLL_CTL_ADD, l, &e), 0);
	CHECK_EQ(epoll_wait(ep, &out, 1, 5), 0);
	c = connect_to(port);
	CHECK_EQ(poll(p, 3, 1000), 1);
	CHECK_EQ(p[1].revents, POLLIN);
	FD_SET(l, &set);
	CHECK_EQ(select(l + 1, &set, NULL, NULL, NULL), 1);
	CHECK(epoll_wait(ep, &out, 1, -1) == 1 && out.data.fd == l);
	close(c);
	close(l);
	close(ep);
}

TEST(datagrams_are_exchanged)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(4000)}, from;
	struct iovec iov[2] = {{"two ", 4}, {"pieces", 6}};
	struct msghdr m = {.msg_name = &a,
		.msg_namelen = sizeof(a),
		.msg_iov = iov,
		.msg_iovlen = 2};
	int rx = socket(AF_INET, SOCK_DGRAM, 0), tx = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(from);
	char buf[32];

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(rx, (struct sockaddr *)&a, sizeof(a)), 0);
	CHECK_EQ(sendmsg(tx, &m, 0), 10);
	CHECK_EQ(recvfrom(rx, buf, sizeof(buf), 0, (struct sockaddr *)&from, &len), 10);
	CHECK(memcmp(buf, "two pieces", 10) == 0 && len == sizeof(from));
	close(rx);
	close(tx);
}

/* --- names -------------------------------------------------------------------------------------------------------------- */

/* The addresses found for a host, as text joined by blanks; or the error's text. */
static const char *look_up(const char *host, const char *service, int family, int flags)
{
	struct addrinfo hints = {
		.ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = flags};
	static char text[256];
	struct addrinfo *list;
	int err = getaddrinfo(host, service, &hints, &list);

	text[0] = '\0';
	if (err)
		return gai_strerror(err);
	for (const struct addrinfo *i = list; i; i = i->ai_next) {
		char name[64], port[8];

		getnameinfo(i->ai_addr, i->ai_addrlen, name, sizeof(name), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s/%s",
			text[0] ? " " : "", name, port);
	}
	freeaddrinfo(list);
	return text;
}

TEST(names_and_numbers_are_looked_up)
{
	CHECK_STR(look_up("1.2.3.4", "80", AF_UNSPEC, 0), "1.2.3.4/80");
	CHECK_STR(look_up("2001:db8::1", "http", AF_UNSPEC, 0), "2001:db8::1/80");
	CHECK_STR(look_up("1.2.3.4", "80", AF_INET6, 0), gai_strerror(EAI_NONAME));
	CHECK_STR(look_up(NULL, "7", AF_INET, AI_PASSIVE), "0.0.0.0/7");
	CHECK_STR(look_up(NULL, "7", AF_UNSPEC, 0), "127.0.0.1/7 ::1/7");
	CHECK_STR(look_up("localhost", NULL, AF_INET, 0), "127.0.0.1/0");
	CHECK_STR(look_up("printer", "80", AF_UNSPEC, 0), "192.0.2.7/80 2001:db8::7/80");
	CHECK_STR(look_up("PRINTER.lan", "80", AF_INET, 0), "192.0.2.7/80");
	CHECK_STR(look_up("printer", "nosuch", AF_INET, 0), gai_strerror(EAI_SERVICE));
	CHECK_STR(look_up("printer", "http", AF_INET, AI_NUMERICSERV),
		gai_strerror(EAI_NONAME));
	CHECK_STR(look_up("printer", "80", AF_INET, AI_NUMERICHOST),
		gai_strerror(EAI_NONAME));
	CHECK_STR(look_up("1.2.3.4", "80", 99, 0), gai_strerror(EAI_FAMILY));
}

/* The kinds of sockets for a number: letter and protocol each; or the error's text. */
static const char *kinds_of(int type, int protocol)
{
	struct addrinfo hints = {
		.ai_family = AF_INET, .ai_socktype = type, .ai_protocol = protocol};
	static char text[64];
	struct addrinfo *list;
	int err = getaddrinfo("1.2.3.4", "80", &hints, &list);

	text[0] = '\0';
	if (err)
		return gai_strerror(err);
	for (const struct addrinfo *i = list; i; i = i->ai_next)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%c%d ",
			i->ai_socktype == SOCK_STREAM  ? 's'
			: i->ai_socktype == SOCK_DGRAM ? 'd'
						       : 'r',
			i->ai_protocol);
	freeaddrinfo(list);
	return text;
}

TEST(a_name_is_looked_up_for_the_sockets_that_are_asked_for)
{
	CHECK_STR(kinds_of(0, 0), "s6 d17 r0 ");
	CHECK_STR(kinds_of(SOCK_DGRAM, 0), "d17 ");
	CHECK_STR(kinds_of(0, IPPROTO_TCP), "s6 ");
	CHECK_STR(kinds_of(SOCK_RAW, IPPROTO_ICMP), "r1 ");
	CHECK_STR(kinds_of(SOCK_STREAM, IPPROTO_UDP), gai_strerror(EAI_SOCKTYPE));
	CHECK_STR(kinds_of(77, 0), gai_strerror(EAI_SOCKTYPE));
	CHECK_STR(kinds_of(0, -1), gai_strerror(EAI_SERVICE));
	CHECK_STR(look_up("1.2.3.4", "", AF_INET, 0), "1.2.3.4/0");
}

/* The calls alone: message_queue.c has tests of its own. */
TEST(a_message_keeps_its_type_and_its_length)
{
	struct {
		long type;
		char text[8];
	} m = {3, "hello"};
	int id = msgget(IPC_PRIVATE, 0600);

	CHECK(id >= 0);
	CHECK_EQ(msgsnd(id, &m, 6, 0), 0);
	memset(&m, 0, sizeof(m));
	CHECK_EQ(msgrcv(id, &m, sizeof(m.text), 0, 0), 6);
	CHECK_EQ(m.type, 3);
	CHECK_STR(m.text, "hello");
	CHECK(msgrcv(id, &m, sizeof(m.text), 0, IPC_NOWAIT) == -1 && errno == ENOMSG);
	CHECK_EQ(msgctl(id, IPC_RMID, NULL), 0);
	CHECK(msgsnd(id, &m, 1, 0) == -1 && errno == EINVAL);
	CHECK(ftok("/", 1) != -1 && ftok("/", 1) != ftok("/", 2));
}

TEST(addresses_as_text_follow_posix)
{
	struct in_addr a;
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six;

	CHECK_EQ(inet_pton(AF_INET, "10.0.0.1", &a), 1);
	CHECK_EQ(a.s_addr, htonl(0x0a000001));
	CHECK_EQ(inet_pton(AF_INET, "10.0.0", &a), 0);
	CHECK(inet_pton(99, "10.0.0.1", &a) == -1 && errno == EAFNOSUPPORT);
	CHECK_EQ(inet_pton(AF_INET6, "fe80::1", &six), 1);
	CHECK_STR(inet_ntop(AF_INET6, &six, text, sizeof(text)), "fe80::1");
	CHECK(!inet_ntop(AF_INET6, &six, text, 4) && errno == ENOSPC);
	CHECK_STR(inet_ntoa((struct in_addr){htonl(0x7f000001)}), "127.0.0.1");
	CHECK_EQ(inet_addr("nonsense"), INADDR_NONE);
	CHECK_EQ(inet_addr("0x7f.1"), htonl(INADDR_LOOPBACK));
}

/* --- the end --------------------------------------------------------------------------------------------------------------- */

static void say_farewell(void)
{
	printf("farewell from atexit, without a newline");
}

TEST(exit_runs_handlers_and_flushes)
{
	CHECK_EQ(atexit(say_farewell), 0); /* the job looks for what it prints */
}
