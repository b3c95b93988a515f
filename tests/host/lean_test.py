# SPDX-License-Identifier: BSD-2-Clause
"""Lean code (host/lean.h) calls no library: checked in what the compiler has made of it.

A loop that clears an array may have become a call of memset(), which uses the vector
registers that the guest still needs.
"""

import os
import subprocess
import unittest
from pathlib import Path

FOLDER = Path(os.environ.get("HOST_BUILD", "build/native/host"))
LIBRARIES = ("lean", "domain", "models", "tool")
# Where the guest's registers are never in the processor, or host_full() comes first.
ALLOWED = {
    "fsbase": {"getauxval", "sigaction", "__sigsetjmp", "siglongjmp"},
    "hypercall_models": {"memset"},
}
HOT = ("context", "emulate", "evtchn", "fsbase", "hypercall", "hypercall_cpu",
       "hypercall_info", "hypercall_models", "mmu", "timer", "tlb", "trap", "types", "walk")


def symbols(path: Path, *options: str) -> set[str]:
    out = subprocess.run(["nm", *options, str(path)], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in out.stdout.splitlines()
            if len(line.split()) > 1 and not line.endswith(":")}


class Lean(unittest.TestCase):
    def test_hot_files_call_nothing_of_the_library(self):
        ours = {"_GLOBAL_OFFSET_TABLE_"}
        for name in LIBRARIES:
            ours |= symbols(FOLDER / f"libhost-{name}.a", "--defined-only")
        for name in HOT:
            with self.subTest(name):
                found = list(FOLDER.glob(f"libhost-lean.a.p/{name}.c.o"))
                self.assertEqual(len(found), 1)
                foreign = symbols(found[0], "--undefined-only") - ours
                self.assertEqual(foreign - ALLOWED.get(name, set()), set())


if __name__ == "__main__":
    unittest.main()
