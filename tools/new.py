# SPDX-License-Identifier: BSD-2-Clause
"""`./domik new NAME`: begin a program: apps/NAME.c, its module and its image."""

import argparse
import re
from pathlib import Path

from say import Refusal

PROGRAM = """/* SPDX-License-Identifier: BSD-2-Clause */
/* NAME: say here in one sentence what it does. */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("%s: started with %d words\\n", argv[0], argc - 1);
	return 0;
}
"""

MODULE = """
modules += {
  'apps.NAME': {'src': files('NAME.c'), 'needs': ['libc', 'libc.posix']},
}
images += {
  'NAME': {'roots': ['apps.NAME'], 'vif': true},
}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="small letters, digits and dashes")


def create(apps: Path, name: str) -> Path:
    """Write the program and its entries; returns the source's path."""
    source, listing = apps / f"{name}.c", apps / "meson.build"
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise Refusal(f"{name} cannot be a program's name: use small letters, digits, dashes")
    if source.exists() or f"'apps.{name}'" in listing.read_text():
        raise Refusal(f"there is a program {name} already: choose another name")
    source.write_text(PROGRAM.replace("NAME", name))
    with open(listing, "a") as file:
        file.write(MODULE.replace("NAME", name))
    return source


def run(root: Path, options: argparse.Namespace) -> int:
    try:
        source = create(root / "apps", options.name)
    except OSError as error:
        raise Refusal(f"{error.filename} cannot be written by this user: clone the tree for"
                      " yourself") from error
    print(f"wrote {source.relative_to(root)} and its entries in apps/meson.build;\n"
          f"next: ./domik run --image {options.name}")
    return 0
