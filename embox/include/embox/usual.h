/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before each source of a checkout: what Embox's standard headers bring along one
 * through the other, and its sources rely on.
 */
#ifndef EMBOX_USUAL_H
#define EMBOX_USUAL_H

#ifndef __ASSEMBLER__
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#endif

#endif
