/* SPDX-License-Identifier: BSD-2-Clause */
/* The console against a model of its daemon: fast, slow, stopped, or writing nonsense. */
#include "xen/console.h"

#include <errno.h>
#include <stdio.h>

#include "kernel/log.h"
#include "kernel/timer.h"
#include "tests/fake/terminal.h"
#include "tests/fake/domain_test.h"
#include "host/peer.h"
#include "xen/clock.h"
#include "xen/evtchn.h"

#define OUT_RING_BYTES 2048u

static void boot(void)
{
	static bool done;

	peers_set_when(PEERS_AT_ONCE);
	if (!done) {
		done = true;
		domain_start();
		CHECK_EQ(evtchn_start(), 0);
		CHECK_EQ(clock_start(), 0);
		console_write("early\n", 6); /* before the module: by polling the ring */
		CHECK_STR(terminal_text(), "early\r\n");
		CHECK_EQ(console_start(), 0);
	}
	consoled_pause(false);
	console_flush(NS_PER_S);
	terminal_clear();
}

static struct console_stats stats(void)
{
	struct console_stats s;

	console_get_stats(&s);
	return s;
}

static void print(const char *text)
{
	console_write(text, strlen(text));
}

/* --- out ---------------------------------------------------------------- */

DOMAIN_TEST(text_arrives_with_CR_LF_and_one_signal)
{
	print("one\ntwo\n");
	CHECK_STR(terminal_text(), "one\r\ntwo\r\n");
	CHECK_EQ(terminal_signals(), 1);
}

DOMAIN_TEST(nothing_to_say_is_no_signal)
{
	console_write("", 0);
	CHECK_EQ(terminal_signals(), 0);
}

DOMAIN_TEST(a_long_text_is_one_signal)
{
	static char text[1500];

	memset(text, 'x', sizeof(text));
	console_write(text, sizeof(text));
	CHECK_EQ(terminal_bytes(), sizeof(text));
	CHECK_EQ(terminal_signals(), 1);
}

DOMAIN_TEST(text_beyond_the_ring_waits_for_a_slow_daemon_in_order)
{
	static char text[5000];
	uint64_t dropped = stats().bytes_dropped;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	consoled_pause(true);
	console_write(text, sizeof(text)); /* 2048 in the ring, the rest behind it */
	CHECK_EQ(terminal_bytes(), 0);
	consoled_pause(false);
	thread_sleep_until(clock_ns() + NS_PER_S);
	CHECK_EQ(terminal_bytes(), sizeof(text));
	CHECK_EQ(memcmp(terminal_text(), text, sizeof(text)), 0);
	CHECK_EQ(stats().bytes_dropped, dropped);
}

DOMAIN_TEST(what_does_not_fit_is_dropped_counted_and_said)
{
	static char text[20000];
	char note[64];
	uint64_t dropped = stats().bytes_dropped;

	memset(text, 'x', sizeof(text));
	consoled_pause(true);
	console_write(text, sizeof(text));
	dropped = stats().bytes_dropped - dropped;
	CHECK(dropped > 10000 && dropped < sizeof(text));
	consoled_pause(false);
	thread_sleep_until(clock_ns() + NS_PER_S);
	print("after\n");
	snprintf(note, sizeof(note), "x\r\n[%llu bytes dropped]\r\nafter\r\n",
		(unsigned long long)dropped);
	CHECK(strlen(terminal_text()) > strlen(note));
	CHECK_STR(terminal_text() + strlen(terminal_text()) - strlen(note), note);
	CHECK_EQ(strspn(terminal_text(), "x"), sizeof(text) - dropped);
}

static void *resume_later(void *unused)
{
	thread_sleep_until(clock_ns() + NS_PER_S / 2);
	consoled_pause(false);
	return unused;
}

DOMAIN_TEST(a_program_waits_for_a_slow_daemon_and_loses_nothing)
{
	static char text[20000];
	uint64_t dropped = stats().bytes_dropped;
	struct thread *t;

	memset(text, 'x', sizeof(text));
	consoled_pause(true);
	t = thread_create(NULL, resume_later, NULL);
	CHECK(t);
	console_write_all(text, sizeof(text));
	thread_join(t, NULL);
	thread_sleep_until(clock_ns() + NS_PER_S);
	CHECK_EQ(terminal_bytes(), sizeof(text));
	CHECK_EQ(stats().bytes_dropped, dropped);
}

DOMAIN_TEST(a_program_waits_a_second_and_once_for_a_daemon_that_has_stopped)
{
	static char text[20000];
	uint64_t start = clock_ns(), dropped = stats().bytes_dropped;

	memset(text, 'x', sizeof(text));
	consoled_pause(true);
	console_write_all(text, sizeof(text));
	console_write_all(text, sizeof(text));
	CHECK(clock_ns() >= start + NS_PER_S && clock_ns() < start + 2 * NS_PER_S);
	CHECK(stats().bytes_dropped > dropped);
	consoled_pause(false);
	thread_sleep_until(clock_ns() + NS_PER_S);
	dropped = stats().bytes_dropped;
	console_write_all(text, sizeof(text)); /* it reads again */
	CHECK_EQ(stats().bytes_dropped, dropped);
}

DOMAIN_TEST(writing_never_waits_for_a_stopped_daemon)
{
	uint64_t start = clock_ns();

	consoled_pause(true);
	for (int i = 0; i < 1000; i++)
		print("a line that nobody reads\n");
	CHECK_EQ(clock_ns(), start);
	consoled_pause(false);
}

DOMAIN_TEST(a_flush_returns_when_all_is_read)
{
	consoled_pause(true);
	print("waiting\n");
	consoled_pause(false);
	console_flush(NS_PER_S);
	CHECK_STR(terminal_text(), "waiting\r\n");
}

DOMAIN_TEST(a_flush_gives_up_at_its_deadline)
{
	uint64_t start = clock_ns();

	consoled_pause(true);
	print("nobody reads this\n");
	console_flush(300 * NS_PER_MS);
	CHECK_EQ(clock_ns() - start, 300 * NS_PER_MS);
	consoled_pause(false);
}

DOMAIN_TEST(an_index_of_the_daemon_that_cannot_be_is_no_room)
{
	static const uint32_t wrong[] = {1, 0x7fffffff, 0xfffff000};
	uint64_t start = clock_ns();

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		uint32_t right = (uint32_t)stats().bytes_out;

		test_row("out_cons ahead by %u", wrong[i]);
		consoled_pause(true);
		consoled_break_out_cons(right + wrong[i]);
		print("no room for this\n");
		CHECK_EQ(stats().bytes_out, right);
		consoled_break_out_cons(right);
		consoled_pause(false);
		print("");
		thread_sleep_until(clock_ns() + NS_PER_MS);
		CHECK_EQ(terminal_bytes(), 18 * (i + 1));
	}
	CHECK(clock_ns() - start < NS_PER_S);
}

static void die(void *arg)
{
	(void)arg;
	print("last words\n");
	panic("the end");
}

DOMAIN_TEST(a_panic_pushes_out_what_waits)
{
	static char text[4000];

	memset(text, 'x', sizeof(text));
	consoled_pause(true);
	console_write(text, sizeof(text)); /* fills the ring and half of the backlog */
	consoled_resume_later();
	CHECK_STR(fake_death_of(die, NULL), "the end");
	CHECK_EQ(terminal_bytes(), sizeof(text) + 12);
}

/* --- in ----------------------------------------------------------------- */

static unsigned listener_calls;

static void listener(void)
{
	listener_calls++;
}

DOMAIN_TEST(typed_text_is_read_in_pieces)
{
	char buf[16] = "";

	console_on_input(listener);
	listener_calls = 0;
	CHECK_EQ(console_read_nowait(buf, sizeof(buf)), 0);
	CHECK_EQ(consoled_type("hello world", 11), 11);
	CHECK_EQ(console_wait_input(clock_ns() + NS_PER_S), 0);
	CHECK_EQ(listener_calls, 1);
	CHECK_EQ(console_read_nowait(buf, 5), 5);
	CHECK_EQ(memcmp(buf, "hello", 5), 0);
	CHECK_EQ(console_read_nowait(buf, sizeof(buf)), 6);
	CHECK_EQ(memcmp(buf, " world", 6), 0);
	console_on_input(NULL);
}

DOMAIN_TEST(without_input_the_wait_times_out)
{
	uint64_t start = clock_ns();

	CHECK_EQ(console_wait_input(start + 200 * NS_PER_MS), -ETIMEDOUT);
	CHECK_EQ(clock_ns() - start, 200 * NS_PER_MS);
}

static int waiter_result = 1;

static void *waiter(void *arg)
{
	(void)arg;
	waiter_result = console_wait_input(clock_ns() + 10 * NS_PER_S);
	return NULL;
}

DOMAIN_TEST(a_sleeper_is_woken_by_input)
{
	struct thread *t = thread_create(NULL, waiter, NULL);
	uint64_t start = clock_ns();
	char c;

	CHECK(t != NULL);
	thread_yield();
	consoled_type("x", 1);
	thread_join(t, NULL);
	CHECK_EQ(waiter_result, 0);
	CHECK_EQ(clock_ns(), start);
	CHECK_EQ(console_read_nowait(&c, 1), 1);
}

DOMAIN_TEST(input_that_comes_during_a_flush_is_not_forgotten)
{
	char c;

	console_on_input(listener);
	listener_calls = 0;
	consoled_pause(true);
	print("nobody reads this\n");
	consoled_type("x", 1);
	console_flush(10 * NS_PER_MS);
	CHECK(listener_calls > 0);
	CHECK_EQ(console_read_nowait(&c, 1), 1);
	console_on_input(NULL);
	consoled_pause(false);
}

DOMAIN_TEST(a_full_ring_holds_the_typist_back_until_we_read)
{
	static char typed[3000], got[3000];
	size_t in = 0, out = 0;

	for (size_t i = 0; i < sizeof(typed); i++)
		typed[i] = (char)('a' + i % 26);
	while (out < sizeof(typed)) {
		in += consoled_type(typed + in, sizeof(typed) - in);
		CHECK(in - out <= 1024);
		out += console_read_nowait(got + out, 700);
	}
	CHECK_EQ(memcmp(typed, got, sizeof(typed)), 0);
}

/* Last: the daemon's index is nonsense after it. */
DOMAIN_TEST(an_input_index_that_cannot_be_is_no_input)
{
	char buf[16];

	consoled_break_in_prod(0x80000000u);
	thread_sleep_until(clock_ns() + NS_PER_MS);
	CHECK_EQ(console_read_nowait(buf, sizeof(buf)), 0);
}
