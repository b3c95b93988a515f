/* SPDX-License-Identifier: BSD-2-Clause */
/* signal.h with Embox's name for how many there are. */
#ifndef SIGNAL_H
#define SIGNAL_H

#include_next <signal.h>

#define _SIG_TOTAL NSIG

#endif
