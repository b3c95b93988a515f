#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Order modules by what they need, and write the table from which kernel/module.c starts them.

    modgen.py order ROOT... -- SPEC...                         print the closure of the roots in boot order
    modgen.py table IMAGE MODTAB.C ORDER.TXT ROOT... -- SPEC... write the image's table and boot order

A SPEC is NAME;INIT;WORDS;NEED,NEED,... and comes from a dictionary entry in a meson.build beside the sources:

    modules += {
      'xen.grant': {'src': files('grant.c'), 'init': 'grant_start', 'needs': ['kernel', 'xen.evtchn']},
    }

    src           the sources
    needs         modules that are linked too and start earlier
    init          function  int NAME(void)  called at boot, 0 or -errno; a module without one is only linked
    words         its table of command-line words (kernel/cmdline.h)
    inc, args     further include folders and compiler arguments
    general_regs  true: compiled without vector registers (runs in traps and upcalls)
    foreign       true: not our code, compiled without our warnings

Modules that do not depend on each other keep the order of their declarations. A need that no meson.build
declares and a cycle stop the build.
"""

import argparse
import difflib
import sys
from dataclasses import dataclass
from pathlib import Path


class ModuleError(Exception):
    """The declarations do not fit together; the text says which and how."""


@dataclass
class Module:
    name: str
    init: str
    words: str
    needs: list[str]


def parse_specs(specs: list[str]) -> dict[str, Module]:
    modules = {}
    for spec in specs:
        name, init, words, needs = spec.split(";")
        if words and not init:
            raise ModuleError(f"module '{name}' has 'words' but no 'init'")
        modules[name] = Module(name, init, words, [need for need in needs.split(",") if need])
    return modules


def look_up(modules: dict[str, Module], name: str, wanted_by: str) -> Module:
    if name in modules:
        return modules[name]
    near = difflib.get_close_matches(name, modules, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise ModuleError(f"{wanted_by} needs '{name}', which no meson.build declares{hint}")


def closure(modules: dict[str, Module], roots: list[str]) -> set[str]:
    """Everything that the roots need, themselves included."""
    found: set[str] = set()
    todo = [(root, "the image") for root in roots]
    while todo:
        name, wanted_by = todo.pop()
        module = look_up(modules, name, wanted_by)
        if name not in found:
            found.add(name)
            todo += [(need, f"module '{name}'") for need in module.needs]
    return found


def find_cycle(modules: dict[str, Module], stuck: set[str]) -> list[str]:
    """A path back to where it began; each of the stuck modules needs another stuck one."""
    path = [min(stuck)]
    while True:
        following = next(need for need in modules[path[-1]].needs if need in stuck)
        if following in path:
            return path[path.index(following) :] + [following]
        path.append(following)


def boot_order(modules: dict[str, Module], roots: list[str]) -> list[str]:
    """The closure of the roots, each after all that it needs, otherwise as declared."""
    needed = closure(modules, roots)
    waiting = [name for name in modules if name in needed]
    order: list[str] = []
    while waiting:
        ready = (name for name in waiting if all(need in order for need in modules[name].needs))
        name = next(ready, None)
        if name is None:
            raise ModuleError("cycle: " + " -> ".join(find_cycle(modules, set(waiting))))
        order.append(name)
        waiting.remove(name)
    return order


def started_needs(modules: dict[str, Module], name: str) -> set[str]:
    """The modules with an init function that this one needs, looking through those without."""
    result: set[str] = set()
    for need in modules[name].needs:
        result |= {need} if modules[need].init else started_needs(modules, need)
    return result


def modtab_source(modules: dict[str, Module], order: list[str], image: str) -> str:
    started = [modules[name] for name in order if modules[name].init]
    index = {module.name: number for number, module in enumerate(started)}
    lines = [
        f"/* Written by kernel/modgen.py for the image {image}. */",
        '#include "kernel/cmdline.h"',
        '#include "kernel/module.h"',
        "",
        *(f"int {module.init}(void);" for module in started),
        *(f"extern const struct cmdline_word {module.words}[];" for module in started if module.words),
        "",
        f'const char image_name[] = "{image}";',
        f"const unsigned modtab_n = {len(started)};",
        "const struct module modtab[] = {",
    ]
    for module in started:
        needs = sorted(index[need] for need in started_needs(modules, module.name))
        numbers = f"(const unsigned char[]){{{', '.join(map(str, needs))}}}" if needs else "0"
        lines.append(
            f'\t{{"{module.name}", {module.init}, {numbers}, {len(needs)}, {module.words or 0}}},'
        )
    return "\n".join([*lines, "\t{0, 0, 0, 0, 0},", "};", ""])


def boot_order_text(modules: dict[str, Module], order: list[str]) -> str:
    return "".join(f"{name}\n" for name in order if modules[name].init)


def run(words: list[str]) -> None:
    split = words.index("--")
    parser = argparse.ArgumentParser(description="order modules by what they need")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("order").add_argument("roots", nargs="+")
    table = commands.add_parser("table")
    table.add_argument("image")
    table.add_argument("modtab", type=Path)
    table.add_argument("order_text", type=Path)
    table.add_argument("roots", nargs="+")
    options = parser.parse_args(words[:split])

    modules = parse_specs(words[split + 1 :])
    order = boot_order(modules, options.roots)
    if options.command == "order":
        print("\n".join(order))
    else:
        options.modtab.write_text(modtab_source(modules, order, options.image), encoding="utf-8")
        options.order_text.write_text(boot_order_text(modules, order), encoding="utf-8")


if __name__ == "__main__":
    try:
        run(sys.argv[1:])
    except ModuleError as error:
        sys.exit(str(error))
