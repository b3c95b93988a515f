#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""How many bytes of an image come from which folder, and what changed against the committed table.

    tools/size_report.py [--image httpd] [--update] [TARGET...]

The figures are read from the linker's map of a built image (build/TARGET/IMAGE.map); the table is
tests/size/IMAGE.txt. text includes constants, data is stored and written to, bss starts as zeroes; the linker's
padding belongs to nobody and is not counted.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ["pv64", "pv32"]
FOLDERS = ["arch", "kernel", "xen", "net", "libc-glue", "apps", "tests"]

# " .text.heap_alloc  0x0000000000401000  0x1a4 libkernel.a.p/kernel_heap.c.o", maybe on two lines
PIECE = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)(?: (\S.*))?$", re.MULTILINE)
KIND = {
    ".text": "text", ".note.Xen": "text", ".rodata": "text", "tests": "text", ".init_array": "text",
    ".tdata": "data", ".data": "data", ".bss": "bss", ".tbss": "bss",
}  # fmt: skip


class Sizes(NamedTuple):
    text: int = 0
    data: int = 0
    bss: int = 0

    def plus(self, kind: str, n_bytes: int) -> "Sizes":
        return self._replace(**{kind: getattr(self, kind) + n_bytes})

    @property
    def stored(self) -> int:
        return self.text + self.data


def owner(origin: str) -> str:
    """The folder (or fetched library) that an object file of the map belongs to."""
    for library in ("picolibc", "lwip", "libgcc"):
        if library in origin:
            return library
    name = origin.rsplit("/", 1)[-1]
    return next((folder for folder in FOLDERS if name.startswith(folder + "_")), "other")


def read_map(text: str) -> dict[str, Sizes]:
    """Bytes by owner."""
    _, _, text = text.partition("Linker script and memory map")
    text = re.sub(r"^( \S+)\n +0x", r"\1 0x", text, flags=re.MULTILINE)
    sizes: dict[str, Sizes] = {}
    kind = None
    for line in text.splitlines():
        if line and not line[0].isspace():
            kind = KIND.get(line.split()[0])
        piece = PIECE.match(line)
        if kind and piece and piece[4] and piece[1] != "*fill*" and int(piece[3], 16):
            name = owner(piece[4])
            sizes[name] = sizes.get(name, Sizes()).plus(kind, int(piece[3], 16))
    return sizes


def measure(target: str, image: str) -> dict[str, Sizes] | None:
    """None when the image is not built."""
    folder = ROOT / "build" / target
    if not (folder / f"{image}.elf").is_file():
        return None
    return read_map((folder / f"{image}.map").read_text(encoding="utf-8"))


def stripped_bytes(target: str, image: str) -> int:
    return (ROOT / "build" / target / f"{image}.elf").stat().st_size


def table_path(image: str) -> Path:
    return ROOT / "tests/size" / f"{image}.txt"


def read_table(image: str) -> dict[str, dict[str, Sizes]]:
    """{target: {owner: sizes}}; empty without a table."""
    table: dict[str, dict[str, Sizes]] = {}
    if not table_path(image).is_file():
        return table
    for line in table_path(image).read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) == 5 and words[0] in TARGETS:
            table.setdefault(words[0], {})[words[1]] = Sizes(*map(int, words[2:]))
    return table


def table_text(image: str, table: dict[str, dict[str, Sizes]]) -> str:
    lines = [
        f"# Bytes of the image {image}; ./domik size --update writes this file.",
        f"# {'':6}{'folder':10}{'text':>9}{'data':>9}{'bss':>9}",
    ]
    for target, sizes in table.items():
        for name in ordered(sizes):
            lines.append(f"{target:8}{name:10}" + "".join(f"{n:9}" for n in sizes[name]))
    return "\n".join([*lines, ""])


def ordered(names) -> list[str]:
    known = [*FOLDERS, "lwip", "picolibc", "libgcc", "other"]
    return sorted(names, key=known.index)


def report(target: str, image: str, now: dict[str, Sizes], before: dict[str, Sizes]) -> None:
    print(f"{image}, {target}")
    print(f"  {'folder':10}{'text':>9}{'data':>9}{'bss':>9}   against the table")
    total = Sizes()
    for name in ordered(now.keys() | before.keys()):
        sizes = now.get(name, Sizes())
        total = Sizes(*(a + b for a, b in zip(total, sizes)))
        change = sizes.stored - before.get(name, Sizes()).stored
        numbers = "".join(f"{n:9}" for n in sizes)
        print(f"  {name:10}{numbers}   {f'{change:+}' if change else ''}".rstrip())
    print(f"  {'all':10}" + "".join(f"{n:9}" for n in total))
    print(f"  {image}.elf: {stripped_bytes(target, image)} bytes")


def main() -> int:
    parser = argparse.ArgumentParser(description="bytes of an image by folder")
    parser.add_argument("--image", default="httpd")
    parser.add_argument("--update", action="store_true", help="write the figures into the table")
    parser.add_argument("targets", nargs="*", default=TARGETS, metavar="TARGET")
    options = parser.parse_args()

    table = read_table(options.image)
    for target in options.targets:
        now = measure(target, options.image)
        if now is None:
            build = f"./domik build --target {target} --image {options.image}"
            print(f"size_report: {options.image} is not built for {target}; run: {build}", file=sys.stderr)
            return 1
        report(target, options.image, now, table.get(target, {}))
        table[target] = now
    if options.update:
        table_path(options.image).write_text(table_text(options.image, table), encoding="utf-8")
        print(f"wrote {table_path(options.image).relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
