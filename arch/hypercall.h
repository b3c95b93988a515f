/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw hypercalls: number and word arguments in, Xen's own result out (negative Xen
 * errno). Callers outside arch/ use the typed ones of xen/hypercall.h, which translate
 * the errors.
 *
 * The target's header gives arch_hypercall1() .. arch_hypercall5(), calls into the page
 * that Xen filled.
 */
#ifndef ARCH_HYPERCALL_H
#define ARCH_HYPERCALL_H

#include <stdint.h>
#include <xen/xen.h>

#include "target_hypercall.h"

#endif
