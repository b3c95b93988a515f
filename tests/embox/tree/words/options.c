/* SPDX-License-Identifier: BSD-2-Clause */
/* Options as C sees them. */
#include <limits.h>

#include <framework/mod/options.h>

#include "../suite.h"

#if OPTION_GET(NUMBER, number) != 42
#error "a number must be good for #if"
#endif

#if OPTION_DEFINED(NUMBER, without)
#define IS_DEFINED 1
#else
#define IS_DEFINED 0
#endif

const struct test_options test_options = {
	.number = OPTION_GET(NUMBER, number),
	.text = OPTION_STRING_GET(text),
	.flag = OPTION_GET(BOOLEAN, flag),
	.symbol = OPTION_GET(STRING, symbol),
	.untouched = OPTION_GET(NUMBER, untouched),
	.is_defined = IS_DEFINED,
};
