/* SPDX-License-Identifier: BSD-2-Clause */
/* Seen by all modules as <domik/test/archive.h>. */
#ifndef DOMIK_TEST_ARCHIVE_H
#define DOMIK_TEST_ARCHIVE_H

int archive_called(void);
int archive_uncalled(void);

/* How many objects of the archive the image was started with. */
extern int archive_n_objects;

#endif
