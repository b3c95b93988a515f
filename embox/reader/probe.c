/* SPDX-License-Identifier: BSD-2-Clause */
/* Its compile command is the pattern for modules that ./domik embox list tries (embox/reader/catalog.py). */
extern const char embox_probe;
const char embox_probe = 1;
