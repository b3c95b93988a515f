/* SPDX-License-Identifier: BSD-2-Clause */
/* The console daemon and a domain that fills, wraps and breaks its rings. */
#include <stdint.h>
#include <stdio.h>
#include <xen/io/console.h>

#include "host/console.h"
#include "tests/fake/raw.h"
#include "tests/fake/said.h"
#include "tests/fake/terminal.h"
#include "tests/test.h"

static struct xencons_interface *ring;

static void quiet(void)
{
	raw_start();
	ring = raw_console();
	consoled_pause(false);
	terminal_clear();
	ring->in_cons = ring->in_prod;
	raw_take_event(raw_console_port());
}

static void print(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ring->out[MASK_XENCONS_IDX(ring->out_prod++, ring->out)] = text[i];
	raw_send(raw_console_port());
}

TEST(what_is_printed_arrives_and_the_domain_is_told)
{
	quiet();
	print("hello\n", 6);
	CHECK_STR(terminal_text(), "hello\n");
	CHECK_EQ(ring->out_cons, ring->out_prod);
	CHECK(raw_take_event(raw_console_port()));
	raw_send(raw_console_port()); /* nothing new: nobody is told */
	CHECK(!raw_take_event(raw_console_port()));
}

TEST(a_full_ring_wraps_around_many_times)
{
	char text[2048];

	quiet();
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	for (unsigned i = 0; i < 50; i++)
		print(text, i % 2 ? sizeof(text) : 777);
	CHECK_EQ(terminal_bytes(), 25 * (2048 + 777));
	CHECK_EQ(memcmp(terminal_text() + 777, text, 2048), 0);
}

TEST(indices_wrap_around)
{
	quiet();
	ring->out_cons = ring->out_prod = 0xfffffffcu;
	print("wrapped around", 14);
	CHECK_STR(terminal_text(), "wrapped around");
	ring->in_cons = ring->in_prod = 0xfffffffeu;
	CHECK_EQ(consoled_type("typed", 5), 5);
	CHECK_EQ(ring->in_prod, 3);
	CHECK_EQ(ring->in[MASK_XENCONS_IDX(0, ring->in)], 'p');
}

TEST(a_claim_beyond_the_ring_is_refused_in_words)
{
	static const uint32_t claims[] = {2049, 0x80000000u, 0xffffffffu};

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		quiet();
		said_clear();
		test_row("%u", claims[i]);
		ring->out_prod = ring->out_cons + claims[i];
		raw_send(raw_console_port());
		CHECK_EQ(terminal_bytes(), 0);
		CHECK(strstr(said_refused(), "nothing is read"));
		ring->out_prod = ring->out_cons;
		print("good again", 10);
		CHECK_STR(terminal_text(), "good again");
	}
}

TEST(typing_fills_the_ring_and_no_more)
{
	char text[2000] = {0};

	quiet();
	CHECK_EQ(consoled_type(text, sizeof(text)), 1024);
	CHECK_EQ(consoled_type(text, 1), 0);
	CHECK(raw_take_event(raw_console_port()));
	ring->in_cons += 10;
	CHECK_EQ(consoled_type(text, sizeof(text)), 10);
	ring->in_cons = ring->in_prod + 1; /* nonsense: there is no room in such a ring */
	CHECK_EQ(consoled_type(text, 5), 0);
	ring->in_cons = ring->in_prod;
	CHECK_EQ(consoled_type(text, 5), 5);
}

TEST(a_terminal_that_does_not_read_keeps_the_domain_waiting)
{
	quiet();
	consoled_pause(true);
	print("waiting", 7);
	CHECK_EQ(terminal_bytes(), 0);
	CHECK(ring->out_cons != ring->out_prod);
	consoled_resume_later();
	CHECK_EQ(terminal_bytes(), 0);
	raw_settle();
	CHECK_STR(terminal_text(), "waiting");
	CHECK(raw_take_event(raw_console_port()));
}
