/* SPDX-License-Identifier: BSD-2-Clause */
/* EMBOX_CMD(), for a source that registers its command itself. */
#ifndef EMBOX_CMD_H
#define EMBOX_CMD_H

#include <framework/cmd/self.h>

#endif
