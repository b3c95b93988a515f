# SPDX-License-Identifier: BSD-2-Clause
"""./domik embox list: which names a command may use."""

import sys
import unittest

from checkout import ROOT

sys.path.insert(0, str(ROOT / "embox" / "reader"))
from catalog import linkable  # noqa: E402


def listing(*members):
    """What readelf says of an archive, a list of (kind, binding, section, name) for each object."""
    lines = []
    for members_rows in members:
        lines.append("File: libc.a(some.o)\n\n   Num:    Value  Size Type    Bind   Vis      Ndx Name")
        lines += [f"     1: 00000000     8 {kind:7} {binding:6} DEFAULT {section:>4} {name}"
                  for kind, binding, section, name in members_rows]
        lines.append("")
    return "\n".join(["", *lines])


class Linkable(unittest.TestCase):
    OURS = listing([("FUNC", "GLOBAL", 1, "getopt"), ("OBJECT", "GLOBAL", 3, "optarg")])

    def test_names_of_both_count_and_wanted_ones_do_not(self):
        libc = listing([("FUNC", "GLOBAL", 1, "puts"), ("NOTYPE", "GLOBAL", "UND", "write"),
                        ("FUNC", "LOCAL", 1, "helper")], [("TLS", "WEAK", 5, "errno")])
        self.assertEqual(linkable(self.OURS, libc),
                         {"getopt": "FUNC", "optarg": "OBJECT", "puts": "FUNC", "errno": "TLS"})

    def test_an_object_that_would_collide_gives_no_other_name(self):
        libc = listing([("FUNC", "GLOBAL", 1, "getopt"), ("FUNC", "GLOBAL", 1, "getopt_long")],
                       [("FUNC", "GLOBAL", 1, "puts")])
        self.assertEqual(sorted(linkable(self.OURS, libc)), ["getopt", "optarg", "puts"])

    def test_one_whose_definition_gives_way_does(self):
        libc = listing([("FUNC", "WEAK", 1, "getopt"), ("FUNC", "GLOBAL", 1, "getsubopt")])
        self.assertIn("getsubopt", linkable(self.OURS, libc))


if __name__ == "__main__":
    unittest.main()
