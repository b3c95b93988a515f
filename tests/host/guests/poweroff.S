/* SPDX-License-Identifier: BSD-2-Clause */
/* Powers off. */
#include "guest.inc"
	shutdown SHUTDOWN_poweroff
