# SPDX-License-Identifier: BSD-2-Clause
"""The layer rule: a file includes only from its own folder or an earlier one."""

import unittest
from pathlib import Path

from tree import LAYERS, ROOT, files, includes, layer

# Types and macros only: open to the layers below as well.
OPEN_TO_ALL = {"kernel/addr.h", "kernel/list.h", "kernel/util.h"}
# Declares what every layer calls when it has to say something or cannot go on; arch has nobody else to call.
OPEN_TO_ARCH = {"kernel/log.h", "kernel/panic.h", "kernel/irq.h"}
# kernel/main.c composes the whole boot.
COMPOSERS = {"kernel/main.c"}


def breaks_rule(path: Path, name: str) -> bool:
    """Does this file's #include "name" point to a later layer?"""
    included = Path(name)
    if included.parts[0] not in LAYERS or str(path) in COMPOSERS or name in OPEN_TO_ALL:
        return False
    if path.parts[0] == "arch" and name in OPEN_TO_ARCH:
        return False
    return layer(included) > layer(path)


class Layers(unittest.TestCase):
    def test_no_file_includes_from_a_later_layer(self):
        bad = [
            f"{path} includes {name}"
            for path in files("*.c", "*.h", "*.S")
            for quote, name in includes(path)
            if quote == '"' and breaks_rule(path, name)
        ]
        self.assertEqual(bad, [])

    def test_the_rule_catches_a_later_layer(self):
        self.assertTrue(breaks_rule(Path("kernel/heap.c"), "net/net.h"))
        self.assertTrue(breaks_rule(Path("arch/pv/trap.c"), "kernel/thread.h"))
        self.assertFalse(breaks_rule(Path("net/net.c"), "kernel/thread.h"))
        self.assertFalse(breaks_rule(Path("kernel/main.c"), "xen/console.h"))

    def test_what_is_open_to_all_includes_only_the_same(self):
        for name in OPEN_TO_ALL:
            ours = {n for quote, n in includes(Path(name)) if quote == '"'}
            self.assertLessEqual(ours, OPEN_TO_ALL, name)

    def test_posix_headers_of_ours_are_used_from_libc_glue_on(self):
        posix = {
            str(path.relative_to("libc-glue/include"))
            for path in files("*.h", folders=["libc-glue"])
            if path.is_relative_to("libc-glue/include")
            # picolibc's own with what it leaves out: every layer may include picolibc's
            and "#include_next" not in (ROOT / path).read_text(encoding="utf-8")
        }
        bad = [
            f"{path} includes <{name}>"
            for path in files("*.c", "*.h", folders=["arch", "kernel", "xen", "net"])
            for quote, name in includes(path)
            if quote == "<" and name in posix
        ]
        self.assertEqual(bad, [])

    def test_every_include_of_ours_exists(self):
        bad = [
            f"{path} includes {name}"
            for path in files("*.c", "*.h", "*.S")
            for quote, name in includes(path)
            if quote == '"' and Path(name).parts[0] in LAYERS and not (ROOT / name).is_file()
        ]
        self.assertEqual(bad, [])


if __name__ == "__main__":
    unittest.main()
