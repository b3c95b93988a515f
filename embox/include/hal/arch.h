/* SPDX-License-Identifier: BSD-2-Clause */
/* Embox's view of the processor: nothing that a library or command may use. */
#ifndef HAL_ARCH_H
#define HAL_ARCH_H

#endif
