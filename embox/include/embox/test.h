/* SPDX-License-Identifier: BSD-2-Clause */
/* All that a file of tests needs. */
#ifndef EMBOX_TEST_H
#define EMBOX_TEST_H

#include <stdint.h>
#include <stdio.h> /* what sources find here */
#include <string.h>

#include <framework/test/assert.h>
#include <framework/test/emit.h>
#include <framework/test/self.h>

#endif
