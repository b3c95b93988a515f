# SPDX-License-Identifier: BSD-2-Clause
"""The headers that a module's source expects from the build.

    config/embox/cmd/net/httpd.h   its options as macros; included before each of its sources
    module/embox/cmd/net/httpd.h   that, and the headers among its sources

What a module extends has both headers too, which lead to the module's own; its option macros are
aliases. So a source may be written against the abstract name.
"""

from pathlib import PurePosixPath

from closure import KINDS, Instance, identifier
from output import Output
from problem import Problem
from sources import Parts
from syntax import Entity, Option

OPENING = "/* Written by embox/reader from the module descriptions; changes are lost. */\n"


def slashes(entity: Entity) -> str:
    return entity.full_name.replace(".", "/")


def _guarded(name: str, body: str) -> str:
    guard = "".join(c if c.isalnum() else "_" for c in name).upper()
    return f"{OPENING}#ifndef {guard}\n#define {guard}\n\n{body}\n#endif\n"


def _macro(owner: str, option: Option) -> str:
    kind = option.kind if option.kind in KINDS else "reference"
    return f"OPTION_{kind.upper()}_{owner}__{option.name}"


def _define(name: str, text: str) -> str:
    return f"#ifndef {name}\n#define {name} {text}\n#endif\n"


def config_text(instance: Instance) -> str:
    body = ""
    for option, text in instance.options:
        if "\n" in text:
            raise Problem(option.place, f"option {option.name} has a line end in its value, which a"
                          " macro cannot have", "remove it from the string")
        body += _define(_macro(instance.id, option), text)
    values = {option.name: option for option, _ in instance.options}
    for at, base in enumerate(instance.line[1:], 1):
        names = {o.name for entity in instance.line[at:] for o in entity.options}
        for name in sorted(names & set(values)):
            alias = _macro(identifier(base), values[name])
            body += _define(alias, _macro(instance.id, values[name]))
    return _guarded(f"config/{slashes(instance.module)}.h", body)


def _forward(kind: str, base: Entity, leaf: Entity) -> str:
    return _guarded(f"{kind}/{slashes(base)}.h", f"#include <{kind}/{slashes(leaf)}.h>\n")


def write_headers(instance: Instance, parts: Parts, output: Output) -> None:
    module = instance.module
    output.write(f"include/config/{slashes(module)}.h", config_text(instance))
    includes = [f"#include <config/{slashes(module)}.h>\n"]
    includes += [f'#include "{header}"\n' for header in parts.headers]
    output.write(f"include/module/{slashes(module)}.h",
                 _guarded(f"module/{slashes(module)}.h", "".join(includes)))
    for base in instance.line[1:]:
        for kind in ("config", "module"):
            output.write(f"include/{kind}/{slashes(base)}.h", _forward(kind, base, module))


def write_exports(all_parts: list[Parts], output: Output) -> None:
    taken = {}
    for export in (e for parts in all_parts for e in parts.exports):
        other = taken.setdefault(export.name, export)
        if other.file != export.file:
            raise Problem(export.place, f"<{export.name}> is also exported at {other.place}",
                          "leave one of the modules out, or give it another target_name")
    for export in taken.values():
        for folder in PurePosixPath(export.name).parents:
            if str(folder) in taken:
                raise Problem(export.place, f"<{export.name}> lies in <{folder}>, which is a file"
                              f" that is exported at {taken[str(folder)].place}",
                              "give one of the two another target_name")
        output.link(f"export/{export.name}", export.file)
