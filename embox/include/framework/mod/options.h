/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values of a module's options, which the reader writes as
 *
 *     #define OPTION_NUMBER_embox__net__thing__port 80
 *
 * into a header that is included before the source. Types are STRING, NUMBER, BOOLEAN. A
 * string's value is bare words. An option without a value stays an unknown name, so that
 * the build says which.
 */
#ifndef FRAMEWORK_MOD_OPTIONS_H
#define FRAMEWORK_MOD_OPTIONS_H

#include <util/macro.h>

/* Only the module's id is expanded: a type or an option may have the name of a macro. */
#define OPTION_PASTE(before, id, after)     OPTION_PASTE_RAW(before, id, after)
#define OPTION_PASTE_RAW(before, id, after) before##id##after

#define OPTION_MODULE_GET(module, type, name)                                            \
	OPTION_PASTE(OPTION_##type##_, module, __##name)
#define OPTION_GET(type, name) OPTION_PASTE(OPTION_##type##_, __EMBUILD_MOD__, __##name)

#define OPTION_MODULE_STRING_GET(module, name)                                           \
	MACRO_STRING(OPTION_PASTE(OPTION_STRING_, module, __##name))
#define OPTION_STRING_GET(name)                                                          \
	MACRO_STRING(OPTION_PASTE(OPTION_STRING_, __EMBUILD_MOD__, __##name))

/* For #if. */
#define OPTION_IS(before, id, after)     OPTION_IS_RAW(before, id, after)
#define OPTION_IS_RAW(before, id, after) defined(before##id##after)

#define OPTION_MODULE_DEFINED(module, type, name)                                        \
	OPTION_IS(OPTION_##type##_, module, __##name)
#define OPTION_DEFINED(type, name) OPTION_IS(OPTION_##type##_, __EMBUILD_MOD__, __##name)

#endif
