#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make one object of a command's objects, with only those names global that the image asks for.

    partial.py ID KIND ARCHIVE OUTPUT -- OBJCOPY COMPILER...

main() becomes main_ID, so that many commands share an image; everything else that the command defines
is its own (two commands may have the same names). A KIND that begins with open- leaves the rest global.
One that ends in app is a command marked @App: its variables get places of their own, with names at
their ends (embox/app.c), and its main() is app_main_ID.
"""

import subprocess
import sys
from pathlib import Path

KEPT = ("main_{0}", "__unit__{0}", "__test_suite__{0}", "app_main_{0}", "__app_data_{0}",
        "__app_data_end_{0}", "__app_bss_{0}", "__app_bss_end_{0}")
APP_SCRIPT = """SECTIONS
{{
	.data.app.{0} 0 : {{ __app_data_{0} = .; *(.data .data.*) __app_data_end_{0} = .; }}
	.bss.app.{0} 0 : {{ __app_bss_{0} = .; *(.bss .bss.* COMMON) __app_bss_end_{0} = .; }}
}}
"""


def run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    at = sys.argv.index("--")
    name, kind, archive, output = sys.argv[1:at]
    objcopy, *compiler = sys.argv[at + 1:]
    whole = Path(output).with_suffix(".whole.o")
    script = []
    if kind.endswith("app"):
        path = Path(output).with_suffix(".lds")
        path.write_text(APP_SCRIPT.format(name), encoding="utf-8")
        script = [f"-Wl,-T,{path}"]
    run([*compiler, "-r", "-nostdlib", *script, "-Wl,--whole-archive", archive,
         "-Wl,--no-whole-archive", "-o", str(whole)])
    defined = subprocess.run(["nm", "--defined-only", "--extern-only", "--format=posix", str(whole)],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    if "main" not in {line.split()[0] for line in defined.splitlines()}:
        sys.exit(f"{name.replace('__', '.')} has @AutoCmd and no main(): give it one, or remove the mark")
    keep = [] if kind.startswith("open-") else [f"--keep-global-symbol={k.format(name)}"
                                                for k in KEPT]
    entry = f"app_main_{name}" if script else f"main_{name}"
    run([objcopy, f"--redefine-sym=main={entry}", str(whole), output])
    if keep:
        run([objcopy, *keep, output])
    whole.unlink()


if __name__ == "__main__":
    main()
