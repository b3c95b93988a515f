/* SPDX-License-Identifier: BSD-2-Clause */
/* What the domain builder leaves for the run. domain.h is what main() sees of it. */
#ifndef HOST_BUILDER_H
#define HOST_BUILDER_H

#include <stdint.h>

#include "host/guest.h"

/** The registers at the first instruction. */
void builder_start_state(struct guest_regs *r);

/** As configured: seconds that the guest may have events off; 0 = for ever. */
uint64_t builder_watchdog_s(void);

#endif
