#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make one object of a command's objects, with only those names global that the image asks for.

    partial.py ID ARCHIVE OUTPUT [--open] -- OBJCOPY COMPILER...

main() becomes main_ID, so that many commands share an image; everything else that the command defines
is its own (two commands may have the same names). --open leaves the rest global.
"""

import subprocess
import sys
from pathlib import Path

KEPT = ("main_{0}", "__unit__{0}", "__test_suite__{0}", "__mod__{0}")


def run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    at = sys.argv.index("--")
    name, archive, output, *flags = sys.argv[1:at]
    objcopy, *compiler = sys.argv[at + 1:]
    whole = Path(output).with_suffix(".whole.o")
    run([*compiler, "-r", "-nostdlib", "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive",
         "-o", str(whole)])
    defined = subprocess.run(["nm", "--defined-only", "--extern-only", "--format=posix", str(whole)],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    if "main" not in {line.split()[0] for line in defined.splitlines()}:
        sys.exit(f"{name.replace('__', '.')} has @AutoCmd and no main(): give it one, or remove the mark")
    keep = [] if "--open" in flags else [f"--keep-global-symbol={k.format(name)}" for k in KEPT]
    run([objcopy, f"--redefine-sym=main=main_{name}", str(whole), output])
    if keep:
        run([objcopy, *keep, output])
    whole.unlink()


if __name__ == "__main__":
    main()
