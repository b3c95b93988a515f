/* SPDX-License-Identifier: BSD-2-Clause */
/* Has an exception for which it has set no handler. */
#include "guest.inc"
	ud2
