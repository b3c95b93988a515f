/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux's names for integers of a size, as headers of protocols use them. */
#ifndef EMBOX_LINUX_TYPES_H
#define EMBOX_LINUX_TYPES_H

#include <stdint.h>
#include <sys/types.h>

typedef uint8_t __u8;
typedef int8_t __s8;
typedef uint16_t __u16, __be16, __le16, __sum16;
typedef int16_t __s16;
typedef uint32_t __u32, __be32, __le32;
typedef int32_t __s32;
typedef uint64_t __u64, __be64, __le64;
typedef int64_t __s64;

#endif
