# SPDX-License-Identifier: BSD-2-Clause
"""`./domik embox list|check DIR`: what a checkout of Embox has, and which of its commands build here."""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import build
import setup
from job import TARGETS
from say import Refusal, step

OUR_LIBRARIES = ("libarch", "libkernel", "libxen.", "libnet", "liblibc", "libembox.")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "check"),
                        help="list: try every command; check: read all descriptions")
    parser.add_argument("dir", type=Path, metavar="DIR", help="a checkout of Embox")
    parser.add_argument("--target", choices=TARGETS, default="pv64", help="(default: pv64)")
    parser.add_argument("--tests", action="store_true",
                        help="list: suites of tests instead of commands")
    parser.add_argument("--json", action="store_true", help="list: for a program to read")


def run(root: Path, options: argparse.Namespace) -> int:
    sys.path.insert(0, str(root / "embox" / "reader"))
    from problem import Problem  # imported late: it lies outside tools/
    try:
        if options.what == "check":
            return _check(options.dir.resolve())
        return _list(root, options)
    except Problem as problem:
        raise Refusal(str(problem)) from problem


def _check(folder: Path) -> int:
    import plan
    from parser import parse_file
    from problem import Problem
    began = time.monotonic()
    library = plan.load_library(folder)
    problems, n_includes = list(library.problems), 0
    for entity in library.modules.values():
        try:
            _resolve_all(library, entity)
        except Problem as problem:
            problems.append(problem)
    configurations = sorted(folder.rglob("mods.conf"))
    for path in configurations:
        try:
            n_includes += len(parse_file(path).includes)
        except Problem as problem:
            problems.append(problem)
    for problem in problems:
        print(problem)
    print(f"{len(library.files)} files of descriptions, {len(library.modules)} modules;"
          f" {len(configurations)} configurations, {n_includes} includes;"
          f" {len(problems)} problems; {time.monotonic() - began:.1f} s")
    return 1 if problems else 0


def _resolve_all(library, entity) -> None:
    library.check_annotations(entity)
    library.line(entity)
    for reference in entity.depends:
        library.find(reference, entity.package)


def _list(root: Path, options: argparse.Namespace) -> int:
    import plan
    from catalog import Catalog, command_modules, test_modules
    library = plan.load_library(options.dir.resolve())
    library.require_readable()
    setup.ensure_build_tools(root)
    out = sys.stdout
    if options.json:
        sys.stdout = sys.stderr  # what the build says is not for the program
    try:
        folder = build.configure(root, options.target)
        build.build_goals(root, options.target, _libraries(folder))
        modules = (test_modules if options.tests else command_modules)(library)
        what = "suites" if options.tests else "commands"
        step(f"trying {len(modules)} {what}; the first time takes a minute or two")
        work = root / "build" / "embox" / f"list-{what}-{options.target}"
        work.mkdir(parents=True, exist_ok=True)
        verdicts = Catalog(library, folder, work).run(modules)
    finally:
        sys.stdout = out
    if options.json:
        print(json.dumps([{"module": v.module, "command": v.command, "builds": not v.reason,
                           "reason": v.reason} for v in verdicts], indent=1))
        return 0
    for v in verdicts:
        print(f"{v.module:45} {v.reason or 'builds'}")
    good = sum(not v.reason for v in verdicts)
    print(f"{good} of {len(verdicts)} {what} build for {options.target}")
    return 0


def _libraries(folder: Path) -> list[str]:
    """Goals of the build that define Domik's names."""
    text = subprocess.run(["ninja", "-C", str(folder), "-t", "targets", "all"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    names = [line.partition(":")[0] for line in text.splitlines()]
    return [name for name in names if "/" not in name and name.endswith(".a")
            and name.startswith(OUR_LIBRARIES)] + \
        [name for name in names if name.endswith("/libc.a") and "picolibc" in name]
