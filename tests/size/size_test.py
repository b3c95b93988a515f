# SPDX-License-Identifier: BSD-2-Clause
"""The httpd image stays small: no folder grows unnoticed, and the whole keeps its promise."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import size_report  # noqa: E402

IMAGE = "httpd"
GROWTH = 0.02  # of a folder, without a new table in the same commit
SLACK = 64  # bytes that no folder has to account for
LIMIT = 250_000  # bytes of the stripped image

MAP = """
 .text.unused   0x0000000000000000       0x10 libkernel.a.p/kernel_heap.c.o

Linker script and memory map

.text           0x0000000000400000     0x2903
 *(.text.entry)
 .text.entry    0x0000000000400000       0x20 libarch.a.p/arch_pv64_entry.S.o
 *fill*         0x0000000000400020       0x10
 .text.a_function_with_a_long_name
                0x0000000000400030      0x100 libkernel.a.p/kernel_heap.c.o
                0x0000000000400030                a_function_with_a_long_name
 .text.printf   0x0000000000400130       0x80 subprojects/picolibc-1.8.10/newlib/libc.a(x_printf.c.o)

.rodata         0x0000000000403000       0x18
 .rodata        0x0000000000403000       0x18 libkernel.a.p/kernel_heap.c.o

.data           0x0000000000404000        0x8
 .data.x        0x0000000000404000        0x8 libnet.lwip.a.p/subprojects_lwip-2.2.1_src_core_tcp.c.o

.bss            0x0000000000405000       0x40
 .bss.y         0x0000000000405000       0x40 liblibc.fd.a.p/libc-glue_fd.c.o

.debug_info     0x0000000000000000     0x1000
 .debug_info    0x0000000000000000     0x1000 libkernel.a.p/kernel_heap.c.o
"""


def growth(now: dict, before: dict) -> list[str]:
    """The folders that grew by more than they may."""
    bad = []
    for name, sizes in now.items():
        old = before.get(name, size_report.Sizes()).stored
        if sizes.stored > old * (1 + GROWTH) + SLACK:
            bad.append(f"{name}: {old} -> {sizes.stored} bytes")
    return bad


class Size(unittest.TestCase):
    def check_target(self, target: str):
        now = size_report.measure(target, IMAGE)
        if now is None:
            self.skipTest(f"build/{target} has no {IMAGE}: ./domik build --target {target}")
        bad = growth(now, size_report.read_table(IMAGE).get(target, {}))
        self.assertEqual(bad, [], "if it is worth it: ./domik size --update, in the same commit")
        self.assertLessEqual(size_report.stripped_bytes(target, IMAGE), LIMIT)

    def test_no_folder_of_httpd_has_grown_unnoticed_on_pv64(self):
        self.check_target("pv64")

    def test_no_folder_of_httpd_has_grown_unnoticed_on_pv32(self):
        self.check_target("pv32")


class Report(unittest.TestCase):
    def test_the_map_is_counted_by_folder_and_kind(self):
        sizes = size_report.Sizes
        self.assertEqual(
            size_report.read_map(MAP),
            {
                "arch": sizes(text=0x20),
                "kernel": sizes(text=0x118),
                "picolibc": sizes(text=0x80),
                "lwip": sizes(data=8),
                "libc-glue": sizes(bss=0x40),
            },
        )

    def test_growth_past_the_limit_is_reported(self):
        before = {"net": size_report.Sizes(text=10_000)}
        self.assertEqual(growth({"net": size_report.Sizes(text=10_200)}, before), [])
        self.assertEqual(len(growth({"net": size_report.Sizes(text=10_300)}, before)), 1)
        self.assertEqual(len(growth({"new": size_report.Sizes(data=100)}, before)), 1)

    def test_the_table_says_what_was_measured(self):
        table = {"pv64": {"net": size_report.Sizes(1, 2, 3)}}
        line = size_report.table_text("x", table).splitlines()[-1]
        self.assertEqual(line.split(), ["pv64", "net", "1", "2", "3"])


if __name__ == "__main__":
    unittest.main()
