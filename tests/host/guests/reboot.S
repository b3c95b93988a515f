/* SPDX-License-Identifier: BSD-2-Clause */
/* Reboots. */
#include "guest.inc"
	shutdown SHUTDOWN_reboot
