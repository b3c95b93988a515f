/* SPDX-License-Identifier: BSD-2-Clause */
/* Reached as <module/domik/test/words/chosen.h>, whichever implementation is in the image. */
#ifndef DOMIK_TEST_CHOSEN_H
#define DOMIK_TEST_CHOSEN_H

const char *chosen_who(void);

#endif
