/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks to be saved. */
#include "guest.inc"
	shutdown SHUTDOWN_suspend
