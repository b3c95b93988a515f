# SPDX-License-Identifier: BSD-2-Clause
"""The C file that tells an image's framework which modules it has (embox/include/framework)."""

import textwrap

from closure import Instance
from syntax import Annotation

HEAD = """\
/* Written by embox/reader for the image {image}; changes are lost. */
#include <framework/app.h>
#include <framework/cmd/api.h>
#include <framework/mod/types.h>
#include <framework/test/types.h>
#include <util/log.h>

"""


def quote(text: str) -> str:
    """A C string of any text; its bytes are UTF-8."""
    parts = []
    for line in text.splitlines(keepends=True) or [""]:
        body = "".join(_character(byte) for byte in line.encode())
        parts.append(f'"{body}"')
    return "\n\t".join(parts)


def _character(byte: int) -> str:
    special = {0x0A: "\\n", 0x09: "\\t", 0x22: '\\"', 0x5C: "\\\\", 0x3F: "\\?"}
    return special.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}")


def mark_of(instance: Instance, name: str) -> Annotation | None:
    """An annotation of the module, or of what it extends."""
    return next((a for e in instance.line for a in e.annotations
                 if a.name.rpartition(".")[2] == name), None)


def is_command(instance: Instance) -> bool:
    return mark_of(instance, "AutoCmd") is not None


def is_app(instance: Instance) -> bool:
    """Does the command begin with fresh variables each time?"""
    return is_command(instance) and mark_of(instance, "App") is not None


def command_name(instance: Instance) -> str:
    mark = mark_of(instance, "Cmd")
    return mark.text("name") or instance.module.name if mark else instance.module.name


def _manual(text: str) -> str:
    return textwrap.dedent(text.expandtabs(8)).strip("\n").rstrip()


def _module(instance: Instance, level: int) -> str:
    module, id_ = instance.module, instance.id
    text = (f"extern const struct embox_unit __unit__{id_} __attribute__((weak));\n"
            f"extern const struct test_suite __test_suite__{id_} __attribute__((weak));\n"
            f"extern struct mod __mod__{id_};\n"
            f"struct mod __mod__{id_} = {{\n"
            f"\t.pkg_name = {quote(module.package)},\n\t.mod_name = {quote(module.name)},\n"
            f"\t.runlevel = {level},\n"
            f"\t.unit = &__unit__{id_},\n\t.suite = &__test_suite__{id_},\n}};\n")
    level_option = next((v for o, v in instance.options if o.name == "log_level"), None)
    if level_option is not None:
        text += (f"extern struct mod_logger __mod_logger__{id_};\n"
                 f"struct mod_logger __mod_logger__{id_} = {{{quote(module.name)}, {level_option}}};\n")
    return text + _command(instance) + "\n"


def _command(instance: Instance) -> str:
    mark, id_ = mark_of(instance, "Cmd"), instance.id
    if mark is None and not is_command(instance):
        return ""
    brief = mark.text("help") if mark else ""
    details = _manual(mark.text("man")) if mark else ""
    text = (f"extern const struct cmd_desc __mod_cmd__{id_};\n"
            f"const struct cmd_desc __mod_cmd__{id_} = {{\n"
            f"\t{quote(command_name(instance))},\n\t{quote(brief)},\n\t{quote(details)},\n}};\n")
    if is_command(instance):
        text += f"int main_{id_}(int argc, char **argv);\n" + (_app(id_) if is_app(instance) else "")
        text += (f"ARRAY_SPREAD_ADD(__cmd_registry, {{main_{id_}, &__mod_cmd__{id_},"
                 f" &__mod__{id_}}});\n")
    return text


def _app(id_: str) -> str:
    """The main() of a command marked @App."""
    places = [f"__app_{part}_{id_}" for part in ("data", "data_end", "bss", "bss_end")]
    return ("".join(f"extern char {place}[];\n" for place in places)
            + f"int app_main_{id_}(int argc, char **argv);\n"
            f"int main_{id_}(int argc, char **argv)\n{{\n"
            f"\tstatic struct embox_app app = {{app_main_{id_}, {', '.join(places)}, 0}};\n\n"
            "\treturn embox_app_run(&app, argc, argv);\n}\n")


def table_text(image: str, order: list[tuple[Instance, int]]) -> str:
    body = "".join(_module(instance, level) for instance, level in order)
    rows = "".join(f"\t&__mod__{instance.id},\n" for instance, _ in order) or "\t0,\n"
    return (f"{HEAD.format(image=image)}{body}struct mod *const embox_mods[] = {{\n{rows}}};\n"
            f"const unsigned embox_mods_n = {len(order)};\n")
