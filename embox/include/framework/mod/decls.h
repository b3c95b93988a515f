/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of a module's objects, made from its id. */
#ifndef FRAMEWORK_MOD_DECLS_H
#define FRAMEWORK_MOD_DECLS_H

#include <framework/mod/types.h>
#include <util/macro.h>

#define __MOD(id)        MACRO_CONCAT(__mod__, id)
#define __MOD_UNIT(id)   MACRO_CONCAT(__unit__, id)
#define __MOD_SUITE(id)  MACRO_CONCAT(__test_suite__, id)
#define __MOD_CMD(id)    MACRO_CONCAT(__mod_cmd__, id)
#define __MOD_LOGGER(id) MACRO_CONCAT(__mod_logger__, id)

#endif
