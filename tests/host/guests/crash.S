/* SPDX-License-Identifier: BSD-2-Clause */
/* Says that it has crashed. */
#include "guest.inc"
	shutdown SHUTDOWN_crash
