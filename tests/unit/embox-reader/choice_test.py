# SPDX-License-Identifier: BSD-2-Clause
"""What ./domik keeps of a user's wishes, and what it says of those that cannot be had."""

import argparse
import contextlib
import io
import json
import sys
import unittest
import unittest.mock

from checkout import ROOT, CheckoutCase

sys.path.insert(0, str(ROOT / "tools"))
import embox_choice  # noqa: E402
from say import Refusal  # noqa: E402


class Choice(CheckoutCase):
    def setUp(self):
        super().setUp()
        self.root = self.top.parent / "root"
        (self.root / "build").mkdir(parents=True)
        (self.root / "embox").symlink_to(ROOT / "embox")
        self.describe("package p\nmodule a { }\nmodule b { depends nothing }")

    def choose(self, *words):
        parser = argparse.ArgumentParser()
        parser.add_argument("--image")
        embox_choice.add_arguments(parser)
        with contextlib.redirect_stdout(io.StringIO()):
            return embox_choice.choose(self.root, parser.parse_args(words))

    def kept(self, image):
        return json.loads((self.root / "build/embox" / f"{image}.json").read_text())

    def test_without_a_wish_nothing_is_kept(self):
        self.assertIsNone(self.choose("--image", "httpd"))
        self.assertFalse((self.root / "build/embox").exists())

    def test_each_image_is_kept_and_named_in_the_list(self):
        self.assertEqual(self.choose("--embox", str(self.top), "--include", "p.a"), "embox")
        self.choose("--embox", str(self.top), "--include", "p.a", "--image", "mine", "--init", "x y")
        self.assertEqual(self.kept("mine")["include"], ["p.a"])
        self.assertEqual(self.kept("mine")["init"], ["x y"])
        self.choose("--project", str(self.top / "src"), "--include", "p.a", "--image", "alone")
        self.assertEqual(self.kept("alone")["project"], [str(self.top / "src")])
        names = [line.rsplit("/", 1)[1] for line in
                 (self.root / "build/embox/list.txt").read_text().splitlines()]
        self.assertEqual(names, ["alone.json", "embox.json", "mine.json"])

    def test_a_folder_of_modules_of_ones_own_goes_with_a_checkout_or_without(self):
        own = self.top.parent / "own"
        own.mkdir()
        (own / "Mybuild").write_text("package mine\nmodule c { depends p.a }\nmodule d { }")
        self.choose("--embox", str(self.top), "--project", str(own), "--include", "mine.c")
        self.assertEqual(self.kept("embox")["project"], [str(own.resolve())])
        self.choose("--project", str(own), "--include", "mine.d")
        with self.assertRaisesRegex(Refusal, "nowhere"):
            self.choose("--project", str(own / "nowhere"), "--include", "mine.d")

    def test_each_build_directory_is_told_of_the_list_until_it_knows_it(self):
        for target, text in (("pv32", "build build.ninja: x ../../build/embox/list.txt"), ("pv64", "x")):
            (self.root / "build" / target).mkdir()
            (self.root / "build" / target / "build.ninja").write_text(text)
        wish = ("--embox", str(self.top), "--include", "p.a")
        for _ in range(2):  # a first try that was cut off is made up for
            with unittest.mock.patch("subprocess.run") as run:
                self.choose(*wish)
            told = [call.args[0][-1] for call in run.call_args_list if "meson" in call.args[0]]
            self.assertEqual(told, [str(self.root / "build/pv64")])

    def test_a_change_of_the_checkout_changes_what_is_kept_and_the_same_again_does_not(self):
        wish = ("--embox", str(self.top), "--include", "p.a")
        self.choose(*wish)
        path = self.root / "build/embox/embox.json"
        before = (path.stat().st_mtime_ns, self.kept("embox")["seen"])
        self.choose(*wish)
        self.assertEqual((path.stat().st_mtime_ns, self.kept("embox")["seen"]), before)
        self.write("src/new/Mybuild", "package q\nmodule c { }")
        self.choose(*wish)
        self.assertNotEqual(self.kept("embox")["seen"], before[1])

    def test_what_cannot_be_resolved_is_refused_and_not_kept(self):
        with self.assertRaises(Refusal) as caught:
            self.choose("--embox", str(self.top), "--include", "p.b", "--include", "p.z")
        self.assertIn("src/Mybuild:3: there is no module 'nothing'", str(caught.exception))
        self.assertIn("--include p.z: there is no module 'p.z'", str(caught.exception))
        self.assertFalse((self.root / "build/embox/embox.json").exists())

    def test_names_of_images_are_plain_and_not_those_of_domiks_own(self):
        (self.root / "build/pv32").mkdir()
        (self.root / "build/pv32/own-images.txt").write_text("hello\nhttpd\n")
        for name in ("../x", "a/b", "a b", "-x", "", "a.b", "httpd"):
            with self.subTest(name), self.assertRaises(Refusal) as caught:
                self.choose("--embox", str(self.top), "--include", "p.a", f"--image={name or ' '}")
            self.assertIn("--image", str(caught.exception))
        self.assertFalse((self.root / "build/embox").exists())

    def test_what_is_wrong_with_files_and_lines_is_refused_here_too(self):
        self.describe('package p\nmodule a { @IncludeExport(path="q") source "x.h"\n'
                      ' @IncludeExport(target_name="q") source "y.h" }\nmodule c { }')
        for words, reason in ((("p.a",), "lies in <q>"), (("p.c", "--init", "a\nb"), "control"),
                              (("p.c", "--init", "\udcff"), "control"), (("p.c", "--conf", "/"), "not a file")):
            with self.subTest(words), self.assertRaises(Refusal) as caught:
                self.choose("--embox", str(self.top), "--include", *words)
            self.assertIn(reason, str(caught.exception))

    def test_a_checkout_alone_is_not_enough(self):
        with self.assertRaises(Refusal) as caught:
            self.choose("--embox", str(self.top))
        self.assertIn("--include", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
