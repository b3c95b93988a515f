/* SPDX-License-Identifier: BSD-2-Clause */
/* An old name of syslog.h. */
#include <syslog.h>
