/* SPDX-License-Identifier: BSD-2-Clause */
/* Random changes to a RAM file system, made to a simple model as well; after each, both say the same. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/sync.h"
#include "kernel/thread.h"
#include "libc-glue/ramfs.h"
#include "tests/fake/thread_test.h"
#include "tests/unit/libc-glue/ramfs_tree.h"

enum { N_FILES = 12, SIZE_LIMIT = 40000, N_STEPS = 6000 };

/* The model: files by name, each a plain array; hard links share one. */
struct content {
	unsigned n_names;
	size_t size;
	unsigned char bytes[SIZE_LIMIT];
};
static struct content *model[N_FILES];

static uint64_t seed;

static unsigned below(unsigned n)
{
	return (unsigned)(fake_random(&seed) % n);
}

/* Names spread over two directories. */
static const char *path_of(unsigned n)
{
	static char paths[2][16];
	static unsigned turn;
	char *path = paths[turn++ % 2];

	snprintf(path, sizeof(paths[0]), "/%c/f%u", n % 2 ? 'a' : 'b', n);
	return path;
}

static void drop(unsigned n)
{
	if (model[n] && --model[n]->n_names == 0)
		free(model[n]);
	model[n] = NULL;
}

static void check_file(unsigned n)
{
	static unsigned char bytes[SIZE_LIMIT + 1];
	int fd = file_open(path_of(n), O_RDONLY);
	struct stat st;

	if (!model[n]) {
		CHECK_EQ(fd, -ENOENT);
		return;
	}
	CHECK(fd >= 0);
	CHECK_EQ(fd_stat(fd, &st), 0);
	CHECK_EQ(st.st_size, model[n]->size);
	CHECK_EQ(st.st_nlink, model[n]->n_names);
	CHECK_EQ(fd_read(fd, bytes, sizeof(bytes)), model[n]->size);
	CHECK(memcmp(bytes, model[n]->bytes, model[n]->size) == 0);
	fd_close(fd);
}

static struct content *model_of_new(unsigned n)
{
	if (!model[n]) {
		model[n] = calloc(1, sizeof(*model[n]));
		model[n]->n_names = 1;
	}
	return model[n];
}

static void do_write(unsigned n)
{
	static unsigned char bytes[9000];
	size_t len = 1 + below(sizeof(bytes));
	size_t at = below(SIZE_LIMIT - sizeof(bytes));
	struct content *c = model_of_new(n);
	int fd = file_open(path_of(n), O_WRONLY | O_CREAT);

	memset(bytes, 1 + (int)below(255), len);
	CHECK_EQ(fd_pwrite(fd, bytes, len, (off_t)at), len);
	fd_close(fd);
	memcpy(c->bytes + at, bytes, len);
	if (at + len > c->size)
		c->size = at + len;
}

static void do_truncate(unsigned n)
{
	size_t size = below(SIZE_LIMIT);

	CHECK_EQ(file_truncate(path_of(n), (off_t)size), model[n] ? 0 : -ENOENT);
	if (!model[n])
		return;
	if (size < model[n]->size)
		memset(model[n]->bytes + size, 0, model[n]->size - size);
	model[n]->size = size;
}

static void do_rename(unsigned n)
{
	unsigned to = below(N_FILES);
	int err = ram_rename(path_of(n), path_of(to));

	CHECK_EQ(err, model[n] ? 0 : -ENOENT);
	if (err || model[to] == model[n])
		return;
	drop(to);
	model[to] = model[n];
	model[n] = NULL;
}

static void do_link(unsigned n)
{
	unsigned to = below(N_FILES);
	int err = ram_link(path_of(n), path_of(to));

	CHECK_EQ(err, !model[n] ? -ENOENT : model[to] ? -EEXIST : 0);
	if (err)
		return;
	model[to] = model[n];
	model[n]->n_names++;
}

static void do_unlink(unsigned n)
{
	CHECK_EQ(ram_unlink(path_of(n)), model[n] ? 0 : -ENOENT);
	drop(n);
}

static void step(void)
{
	static void (*const kinds[])(unsigned n) = {
		do_write, do_write, do_write, do_truncate, do_rename, do_link, do_unlink};
	unsigned n = below(N_FILES);

	kinds[below(7)](n);
	if (!test_failed())
		check_file(below(N_FILES));
}

static void run(uint64_t first_seed)
{
	seed = first_seed;
	ram_mount(0);
	CHECK_EQ(ram_mkdir("/a"), 0);
	CHECK_EQ(ram_mkdir("/b"), 0);
	for (unsigned i = 0; i < N_STEPS && !test_failed(); i++) {
		test_row("seed %llu, step %u", (unsigned long long)first_seed, i);
		step();
	}
	for (unsigned n = 0; n < N_FILES && !test_failed(); n++)
		check_file(n);
	for (unsigned n = 0; n < N_FILES; n++)
		drop(n);
	ram_unmount();
}

THREAD_TEST(random_changes_leave_what_the_model_has)
{
	for (uint64_t s = 1; s <= 3 && !test_failed(); s++)
		run(s);
}

/* --- two threads ----------------------------------------------------------------------------------------------- */

static void change(unsigned i)
{
	char path[16], other[16];

	snprintf(path, sizeof(path), "/s%u", i % 7);
	snprintf(other, sizeof(other), "/s%u", i / 7 % 7);
	ram_put(path, path, sizeof(path));
	if (i % 3 == 0)
		ram_unlink(other);
	if (i % 5 == 0)
		ram_rename(path, other);
	if (i % 11 == 0)
		ram_link(path, other);
}

static struct sem turns;
static bool finished;

/* Upcalls at random points let it run in the middle of what the other does. */
static void *change_in_between(void *n_turns)
{
	for (unsigned i = 0;; i++) {
		sem_down_until(&turns, TIME_FOREVER);
		if (finished)
			return NULL;
		change(i * 3 + 1);
		++*(unsigned *)n_turns;
	}
}

static void give_a_turn(void)
{
	if (turns.count == 0)
		sem_up(&turns);
}

THREAD_TEST(two_threads_that_interrupt_each_other_lose_nothing)
{
	const struct thread_attr urgent = {.priority = THREAD_PRIO_DEFAULT + 1};
	unsigned n_turns = 0;
	struct thread *other;

	ram_mount(0);
	sem_setup(&turns, 0);
	other = thread_create(&urgent, change_in_between, &n_turns);
	fake_inject(9, 42, give_a_turn);
	for (unsigned i = 0; i < 3000; i++)
		change(i);
	fake_inject(0, 0, NULL);
	finished = true;
	sem_up(&turns);
	thread_join(other, NULL);
	EXPECT(n_turns > 1000);
	for (unsigned i = 0; i < 7; i++) {
		char path[16];

		snprintf(path, sizeof(path), "/s%u", i);
		ram_unlink(path);
	}
	CHECK_STR(ram_names("/"), "");
	ram_unmount();
}
