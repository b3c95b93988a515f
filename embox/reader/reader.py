#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The reader of Embox's module descriptions, as meson.build calls it.

    reader.py plan --image NAME --out DIR [--embox DIR] [--own DIR]... [--conf FILE]
                   [--project DIR]... [--include NAME]... [--init LINE]...
    reader.py plan --out DIR --choice FILE    the same words from a file of ./domik build --embox

writes the image's headers and table into DIR, and prints what to compile (plan.py, lines()).
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import plan  # noqa: E402
from output import Output  # noqa: E402
from problem import Problem  # noqa: E402


def request_of(options: argparse.Namespace) -> plan.Request:
    if options.choice:
        return request_of_words(json.loads(options.choice.read_text(encoding="utf-8")))
    return plan.Request(options.image, options.embox, options.conf, options.include, options.init,
                        options.own, options.project)


def request_of_words(words: dict) -> plan.Request:
    """What tools/embox_choice.py keeps of a user's wishes."""
    return plan.Request(words["image"], Path(words["embox"]) if words["embox"] else None,
                        Path(words["conf"]) if words["conf"] else None,
                        words["include"], words["init"],
                        project=[Path(folder) for folder in words.get("project", [])])


def main() -> None:
    parser = argparse.ArgumentParser(description="resolve module descriptions for an image")
    commands = parser.add_subparsers(dest="command", required=True)
    words = commands.add_parser("plan")
    words.add_argument("--image")
    words.add_argument("--out", type=Path, required=True)
    words.add_argument("--choice", type=Path)
    words.add_argument("--embox", type=Path)
    words.add_argument("--conf", type=Path)
    words.add_argument("--own", type=Path, action="append", default=[])
    words.add_argument("--project", type=Path, action="append", default=[])
    words.add_argument("--include", action="append", default=[])
    words.add_argument("--init", action="append", default=[])
    options = parser.parse_args()
    output = Output(options.out)
    made = plan.make(request_of(options), output)
    plan.write(made, output)
    print("\n".join(plan.lines(made)))
    for path in plan.watched(made):
        print(f"watch\t{path}")
    for note in made.closure.notes:
        print(note, file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        sys.exit(str(problem))
