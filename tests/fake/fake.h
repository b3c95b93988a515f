/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a native test can do with the fake machine under the kernel: run threads, move
 * time, raise events.
 *
 * The clock stands still unless the test moves it or every thread sleeps: then it jumps
 * to the next deadline. Events are delivered where a real upcall could come that matters:
 * whenever delivery is on or comes on again.
 */
#ifndef TESTS_FAKE_FAKE_H
#define TESTS_FAKE_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/util.h"

#define FAKE_PAGES_DEFAULT 16384 /* 64 MB */

/**
 * Start threads and call test(arg) in one named "main", of default priority. Returns when
 * it does.
 */
void fake_run(void (*test)(void *arg), void *arg);

/** Let time pass; what falls due meanwhile happens in order, each at its time. */
void fake_advance(uint64_t ns);

/** Make an upcall pending; it is delivered as soon as events are on. */
void fake_raise(void);

/**
 * What the timer event does; timer_interrupt() when this is not called. Runs in the
 * upcall.
 */
void fake_on_timer(void (*fn)(void));

/**
 * Put a model of Xen under the machine (domain.h does it).
 *
 * @pending  is an event waiting to be delivered?
 * @block    every thread sleeps: let others work, before time passes
 */
void fake_set_xen(bool (*pending)(void), void (*block)(void));

/**
 * Called when every thread sleeps and no timer is armed; it may wake one or raise an
 * event. NULL = the test fails.
 */
void fake_on_idle(void (*fn)(void));

/**
 * Raise an upcall at random points where events are on, one in every n on average; 0 =
 * never again.
 *
 * @fn  what it does, or NULL for nothing
 */
void fake_inject(unsigned one_in_n, uint64_t seed, void (*fn)(void));

/** Hypercalls that the kernel would have made to arm its timer. */
unsigned fake_timer_hypercalls(void);

/**
 * The machine's memory: before the first page_alloc(); and how many pages have their
 * guard in place now.
 */
void fake_set_memory(size_t n_pages);
size_t fake_guarded_pages(void);

/** The next n page allocations succeed, later ones fail; SIZE_MAX = no limit. */
void fake_fail_pages_after(size_t n);

/** The same for blocks of tests/fake/heap.c. */
void fake_fail_blocks_after(size_t n);

/**
 * Run fn(arg); what it died of ("assertion ..." or the panic's text), or NULL when it
 * returned.
 */
const char *fake_death_of(void (*fn)(void *arg), void *arg);

/**
 * What log_puts() gave to the console since the last call of fake_console_clear(), at
 * most 64 KB.
 */
const char *fake_console(void);
void fake_console_clear(void);

/** Print what the kernel logs on stderr too (default: no). */
void fake_console_echo(bool on);

/** A repeatable random number. */
uint64_t fake_random(uint64_t *state);

#endif
