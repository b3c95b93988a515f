/* SPDX-License-Identifier: BSD-2-Clause */
/* What the image is. */
#ifndef DEBUG_BUILDINFO_H
#define DEBUG_BUILDINFO_H

/**
 * The image's name and Domik's version. No date: the same sources make the same image.
 * Context: any.
 */
char *buildinfo_date(void);

#endif
