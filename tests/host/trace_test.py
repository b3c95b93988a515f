# SPDX-License-Identifier: BSD-2-Clause
"""--trace, --trace-json and --stats, with an image that boots and ends."""

import json
import re
import tempfile
import unittest
from pathlib import Path

import guest

LINE = re.compile(r"^ +\d+\.\d{6}  (\w+) +(\S+) ")


class Trace(unittest.TestCase):
    def setUp(self):
        self.image = guest.image("hello")

    def categories(self, text):
        return {m[1] for line in text.splitlines() if (m := LINE.match(line))}

    def test_each_category_shows_itself_and_nothing_else(self):
        for category in ("hypercalls", "events", "xenstore", "pagetables"):
            status, _, err = guest.run(self.image, f"--trace={category}")
            self.assertEqual(status, 0)
            self.assertEqual(self.categories(err), {category})

    def test_without_it_nothing_is_shown(self):
        status, out, err = guest.run(self.image)
        self.assertEqual((status, self.categories(err)), (0, set()))
        self.assertIn("hello from hello", out)
        self.assertEqual(err.count("\n"), 2, err)

    def test_hypercalls_are_told_in_words_with_who_asked(self):
        _, _, err = guest.run(self.image, "--trace=hypercalls")
        self.assertRegex(err, r"event_channel_op +send port=\d+ += 0 +\w+ < ")
        self.assertRegex(err, r"sched_op +shutdown poweroff|vcpu_op +set_singleshot_timer")
        self.assertRegex(err, r"callback_op +register event address=0x")

    def test_json_has_an_object_on_each_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "t.json"
            status, _, err = guest.run(self.image, f"--trace-json={path}")
            self.assertEqual((status, self.categories(err)), (0, set()))
            objects = [json.loads(line) for line in path.read_text().splitlines()]
        self.assertGreater(len(objects), 50)
        for o in objects:
            self.assertLessEqual({"ns", "category", "name", "arguments"}, set(o))
        times = [o["ns"] for o in objects]
        self.assertEqual(times, sorted(times))
        self.assertTrue(any("asker" in o for o in objects))

    def test_a_file_that_cannot_be_written_is_refused(self):
        status, _, err = guest.run(self.image, "--trace-json=/no/such/folder/t.json")
        self.assertEqual((status, err.count("\n")), (66, 1))

    def test_statistics_count_what_has_happened(self):
        _, _, err = guest.run(self.image, "--stats")
        self.assertRegex(err, r"(?m)^  event_channel_op +\d+ +0 +[\d.]+ +\d+$")
        self.assertRegex(err, r"(?m)^  upcalls +\d+$")
        self.assertRegex(err, r"(?m)^  guest entered after +[\d.]+ ms$")


if __name__ == "__main__":
    unittest.main()
