/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain under test: its hypercalls are answered by hypercall.c from the models of
 * host/, over the seam of seam.c.
 */
#ifndef TESTS_FAKE_DOMAIN_H
#define TESTS_FAKE_DOMAIN_H

#include "host/hv.h"

#define DOMAIN_GRANT_FRAMES 4u /* of grant entries, as `max_grant_frames` */

/**
 * Put the models under the fake machine: shared page, console, XenStore. Once, before any
 * module starts.
 */
void domain_start(void);

/** When peers do their work: before each hypercall returns, or when every thread sleeps. */
enum peers_when { PEERS_AT_ONCE, PEERS_WHEN_IDLE };
void peers_set_when(enum peers_when when);

/** Frames that the models hold for writing now. */
unsigned seam_frames_held(void);

/** Called instead of ending the process, with SHUTDOWN_*; it does not return. */
void domain_on_shutdown(void (*fn)(unsigned reason));

#endif
