# SPDX-License-Identifier: BSD-2-Clause
"""The image of Embox modules that a user asks for: --embox DIR, --project DIR, --include NAME,
--conf FILE, --init LINE.

What is asked for is kept in build/embox/IMAGE.json, one file for each image, from where meson.build
takes it; build/embox/list.txt names them all. Nothing is written into the checkout.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Optional

from say import Refusal, step

IMAGE = "embox"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("modules of Embox (embox/README.md)")
    group.add_argument("--embox", type=Path, metavar="DIR", help="a checkout of Embox")
    group.add_argument("--project", type=Path, action="append", default=[], metavar="DIR",
                       help="a folder of your own modules beside the checkout; again for more")
    group.add_argument("--include", action="append", default=[], metavar="MODULE",
                       help="a module for the image, embox.cmd.net.httpd for example; again for more")
    group.add_argument("--conf", type=Path, metavar="MODS.CONF",
                       help="a configuration; scripts and rootfs/ beside it are used too")
    group.add_argument("--init", action="append", default=[], metavar="LINE",
                       help="a command line that the image runs when it is up; again for more, one"
                            " after the other unless a line ends in &")


def is_given(options: argparse.Namespace) -> bool:
    return bool(options.embox or options.project or options.include or options.conf or options.init)


def choose(root: Path, options: argparse.Namespace) -> Optional[str]:
    """Keep what is asked for, if it can be resolved; returns the image's name."""
    if not is_given(options):
        return None
    if not options.include and not options.conf:
        raise Refusal("which modules? --include NAME, or --conf MODS.CONF"
                      " (./domik embox list DIR tells what there is)")
    name = options.image or IMAGE
    _require_free(root, name)
    words = {
        "image": name,
        "embox": str(options.embox.resolve()) if options.embox else "",
        "conf": str(options.conf.resolve()) if options.conf else "",
        "project": [str(folder.resolve()) for folder in options.project],
        "include": options.include,
        "init": options.init,
    }
    words["seen"] = _check(root, words)
    folder = root / "build" / "embox"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{name}.json", json.dumps(words, indent=1) + "\n")
    _list(root, folder)
    return name


def _require_free(root: Path, name: str) -> None:
    """An image's name is a part of files' names, and none of an image of Domik's own."""
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise Refusal(f"--image {name!r} is no name for an image: take letters, digits, - and _")
    for path in (root / "build").glob("pv*/own-images.txt"):
        if name in path.read_text(encoding="utf-8").split():
            raise Refusal(f"--image {name}: Domik has an image of this name; take another one")


def _check(root: Path, words: dict) -> str:
    """Refuse before anything is built, with all of the reader's reasons. Returns a number that is
    another one when there is something else to build: the file that keeps it then asks for it."""
    sys.path.insert(0, str(root / "embox" / "reader"))
    import plan  # imported late: most builds have no Embox modules
    import reader
    from output import Output
    from problem import Problem
    request = reader.request_of_words(words)
    try:
        library = plan.load_library(request.checkout, project=request.project)
        library.require_readable()
    except Problem as problem:
        raise Refusal(str(problem)) from problem
    try:
        output = Output(root / "build" / "embox" / "check")
        made = plan.make(request, output, library)
        plan.write(made, output)
    except Problem as first:
        raise Refusal("\n".join(map(str, plan.problems(request, library) or [first]))) from first
    for note in made.closure.notes:
        step(note)
    text = "\n".join([*plan.lines(made), *map(str, plan.watched(made))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _list(root: Path, folder: Path) -> None:
    """Name all choices; a build directory that has not seen the list yet is told of it."""
    path = folder / "list.txt"
    _write(path, "".join(f"{choice}\n" for choice in sorted(folder.glob("*.json"))))
    for built in (root / "build").glob("pv*/build.ninja"):
        if "build/embox/list.txt" in built.read_text(encoding="utf-8"):
            continue  # Ninja looks at it by itself
        subprocess.run(["meson", "setup", "--reconfigure", str(built.parent)], cwd=root,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
