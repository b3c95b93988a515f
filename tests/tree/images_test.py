# SPDX-License-Identifier: BSD-2-Clause
"""What every built image has to be: where it lies, what may be written or executed, what is not linked."""

import re
import subprocess
import unittest
from pathlib import Path

from tree import ROOT, TARGETS, build_dir

BASE = 4 << 20  # VIRT_BASE: the toolstack aligns memory to 4 MiB
PAGE = 4096
SEGMENT = re.compile(
    r"^\s+(\w+)\s+0x\w+ 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) (...) 0x\w+$", re.MULTILINE
)  # fmt: skip


def images() -> list[Path]:
    return sorted(p for t in TARGETS for p in build_dir(t).glob("*.debug.elf"))


def segments(image: Path) -> list[tuple[str, int, int, str]]:
    """Type, address, bytes in memory and rights."""
    command = ["readelf", "-lW", str(image)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [(k, int(a, 16), int(m, 16), r.replace(" ", "")) for k, a, _, m, r in SEGMENT.findall(text)]


def symbols(image: Path) -> dict[str, int]:
    command = ["nm", str(image)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return {words[2]: int(words[0], 16) for line in lines if len(words := line.split()) == 3}


def linked_from(image: Path, library: str) -> set[str]:
    """Members of an archive that gave the image at least one byte."""
    text = image.with_name(image.name.replace(".debug.elf", ".map")).read_text(encoding="utf-8")
    _, _, text = text.partition("Linker script and memory map")
    piece = rf"^ \.(?:text|rodata|data|bss)\S*\s+0x0*[1-9a-f]\w*\s+0x[1-9a-f]\w* \S*{library}\((\S+)\)$"
    return set(re.findall(piece, text, re.MULTILINE))


class Images(unittest.TestCase):
    def setUp(self):
        self.images = images()
        if not self.images:
            self.skipTest("no image is built: ./domik build")

    def check_each(self, complaint):
        """complaint(image) says what is wrong, or nothing."""
        found = [f"{i.relative_to(ROOT)}: {text}" for i in self.images if (text := complaint(i))]
        self.assertEqual(found, [])

    def test_nothing_is_both_written_and_executed(self):
        self.check_each(
            lambda i: [s for s in segments(i) if s[0] == "LOAD" and "W" in s[3] and "E" in s[3]]
        )

    def test_rights_change_only_between_pages(self):
        def overlap(image):
            loads = sorted(s[1:] for s in segments(image) if s[0] == "LOAD")
            assert len(loads) == 3, loads
            ends = [(a + n + PAGE - 1) // PAGE * PAGE for a, n, _ in loads]
            return [hex(a) for (a, _, _), end in zip(loads[1:], ends) if a < end or a % PAGE]

        self.check_each(overlap)

    def test_images_start_where_memory_does(self):
        self.check_each(lambda i: min(s[1] for s in segments(i) if s[0] == "LOAD") != BASE)

    def test_the_hypercall_page_has_a_page_of_its_own_in_the_text(self):
        def misplaced(image):
            at = symbols(image)
            page = at["hypercall_page"]
            return page % PAGE or not at["text_start"] < page == at["text_end"] - PAGE

        self.check_each(misplaced)

    def test_the_domain_builder_finds_its_notes(self):
        def missing(image):
            command = ["readelf", "-nW", str(image)]
            text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            return "Xen " not in text

        self.check_each(missing)

    def test_the_allocator_of_the_c_library_is_not_linked(self):
        self.check_each(lambda i: {m for m in linked_from(i, "libc.a") if "malloc" in m})

    def test_no_compiler_library_code_that_may_use_a_red_zone_is_linked_on_pv64(self):
        self.check_each(lambda i: i.parent.name == "pv64" and linked_from(i, "libgcc.a"))


if __name__ == "__main__":
    unittest.main()
