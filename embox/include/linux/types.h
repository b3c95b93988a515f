/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of a known width and byte order, by their names in Linux. */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include <endian.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t __u8;
typedef int8_t __s8;
typedef uint16_t __u16, __be16, __le16;
typedef int16_t __s16;
typedef uint32_t __u32, __be32, __le32;
typedef int32_t __s32;
typedef uint64_t __u64, __be64, __le64;
typedef int64_t __s64;
typedef uint16_t __sum16;

#ifndef __BYTE_ORDER
#define __LITTLE_ENDIAN 1234
#define __BIG_ENDIAN    4321
#define __BYTE_ORDER    __LITTLE_ENDIAN
#endif

#endif
