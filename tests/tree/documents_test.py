# SPDX-License-Identifier: BSD-2-Clause
"""What the READMEs say that can be checked: paths, the boot order, a chapter in each folder."""

import re
import unittest
from pathlib import Path

from tree import LAYERS, ROOT, TARGETS, build_dir

FOLDERS = [*LAYERS, "host", "tests", "tools", "subprojects"]
# `kernel/heap.c` in a text; names with placeholders or wildcards are not paths.
PATH = re.compile(r"`((?:%s)/[\w./-]+)`" % "|".join(FOLDERS))
# The list under "## Boot order" of kernel/README.md:  1. `xen.evtchn` ...
BOOT_STEP = re.compile(r"^\d+\. `([\w.-]+)`", re.MULTILINE)


def readmes() -> list[Path]:
    return [ROOT / "README.md", *(p for f in FOLDERS for p in (ROOT / f).rglob("README.md"))]


def written_boot_order() -> list[str]:
    text = (ROOT / "kernel/README.md").read_text(encoding="utf-8")
    _, _, chapter = text.partition("## Boot order\n")
    return BOOT_STEP.findall(chapter.split("\n## ")[0])


class Documents(unittest.TestCase):
    def test_each_folder_has_a_chapter(self):
        missing = [f for f in [".", *FOLDERS] if not (ROOT / f / "README.md").is_file()]
        self.assertEqual(missing, [])

    def test_paths_named_in_the_text_exist(self):
        bad = []
        for readme in readmes():
            for name in PATH.findall(readme.read_text(encoding="utf-8")):
                if not (ROOT / name).exists():
                    bad.append(f"{readme.relative_to(ROOT)}: {name}")
        self.assertEqual(bad, [])

    def test_the_written_boot_order_is_the_built_one(self):
        for target in TARGETS:
            built = build_dir(target) / "httpd-boot-order.txt"
            if not built.is_file():
                self.skipTest(f"build/{target} has no httpd: ./domik build --target {target}")
            self.assertEqual(written_boot_order(), built.read_text(encoding="utf-8").split())


if __name__ == "__main__":
    unittest.main()
