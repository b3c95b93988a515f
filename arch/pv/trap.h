/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants that entry.S and C share. */
#ifndef ARCH_PV_TRAP_H
#define ARCH_PV_TRAP_H

#define TRAP_VECTORS     32
#define TRAP_BREAKPOINT  3
#define TRAP_OVERFLOW    4
#define TRAP_UPCALL      256     /* arch_regs.vector of an event */
#define TRAPS_WITH_ERROR 0x27d00 /* Xen pushes an error code for 8, 10 to 14 and 17 */
#define BOOT_STACK_BYTES 16384   /* the lowest page becomes the guard */
#define STACK_BYTES      16      /* alignment that C wants */

#endif
