/* SPDX-License-Identifier: BSD-2-Clause */
/* How the domain ends, from inside the host. domain.h is what main() sees. */
#ifndef HOST_LIFE_H
#define HOST_LIFE_H

#include "host/domain.h"

/** The domain ends now. On the host's stack only, and not for lean code. */
void life_end(enum domain_end why) __attribute__((noreturn));

/** At each tick: does the guest still take events? */
void life_watch(void);

#endif
