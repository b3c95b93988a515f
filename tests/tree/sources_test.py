# SPDX-License-Identifier: BSD-2-Clause
"""What every source file of ours has, and what none may have."""

import re
import shutil
import subprocess
import unittest

from tree import LAYERS, ROOT, files

OURS = [*LAYERS, "host", "tests", "tools"]
SPDX = "SPDX-License-Identifier: BSD-2-Clause"
TARGET_IF = re.compile(
    r"^\s*#\s*(el)?if.*(__x86_64__|__i386__|__amd64__|__LP64__|__SIZEOF_POINTER__)", re.MULTILINE
)
DOC = re.compile(r"/\*\*(?P<doc>.*?)\*/\s*(?P<what>[^;{]*)", re.DOTALL)
DOC_ARGUMENT = re.compile(r"^\s*\*\s*@(\w+)", re.MULTILINE)


def text_of(path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


class Sources(unittest.TestCase):
    def test_each_file_names_its_licence_at_the_top(self):
        sources = files("*.c", "*.h", "*.S", "*.lds", "*.py", "meson.build", folders=OURS)
        self.assertGreater(len(sources), 50)
        bad = [str(p) for p in sources if SPDX not in "\n".join(text_of(p).splitlines()[:3])]
        self.assertEqual(bad, [])

    def test_each_source_opens_by_saying_its_job(self):
        opens = re.compile(rf"/\* {SPDX} \*/\n/\*")
        bad = [str(p) for p in files("*.c", "*.h") if not opens.match(text_of(p))]
        self.assertEqual(bad, [])

    def test_no_source_asks_for_the_target(self):
        bad = [str(p) for p in files("*.c") if TARGET_IF.search(text_of(p))]
        self.assertEqual(bad, [])

    def test_no_code_is_switched_off_and_no_note_is_left(self):
        left = re.compile(r"^\s*#\s*if 0|\b(TODO|FIXME|XXX)\b", re.MULTILINE)
        bad = [str(p) for p in files("*.c", "*.h", "*.S") if left.search(text_of(p))]
        self.assertEqual(bad, [])

    def test_each_source_is_built_by_something(self):
        named = "".join(text_of(p) for p in files("meson.build", "Mybuild", "*.py", "*.sh", folders=OURS))
        sources = files("*.c", "*.S", folders=[*LAYERS, "host", "tests"])
        names = re.compile(r"[\w./-]+").findall(named)
        known = {name.rsplit("/", 1)[-1] for name in names}  # a loop may name files without .c
        bad = [str(p) for p in sources if p.name not in known and p.stem not in known]
        self.assertEqual(bad, [])

    def test_documented_arguments_are_those_of_the_function(self):
        bad = []
        for path in files("*.h"):
            for match in DOC.finditer(text_of(path)):
                what = match["what"]
                for argument in DOC_ARGUMENT.findall(match["doc"]):
                    if not re.search(rf"\b{argument}\b", what):
                        bad.append(f"{path}: @{argument} before {what.split('(')[0].strip()}")
        self.assertEqual(bad, [])


class Formatter(unittest.TestCase):
    def test_the_formatter_has_nothing_to_change(self):
        if not shutil.which("clang-format"):
            self.skipTest("clang-format is not installed: apt-get install clang-format")
        sources = [str(ROOT / p) for p in files("*.c", "*.h", folders=[*LAYERS, "host", "tests"])]
        command = ["clang-format", "--dry-run", "-Werror", *sources]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        bad = sorted({line.split(":")[0] for line in done.stderr.splitlines() if ": error:" in line})
        self.assertEqual([str(b).removeprefix(f"{ROOT}/") for b in bad], [])
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
