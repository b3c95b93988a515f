# SPDX-License-Identifier: BSD-2-Clause
"""What cannot be built is refused with file, line, reason and what to do."""

import os
import unittest

from checkout import CheckoutCase, plan
from closure_test import CONF

# What is wrong; src/Mybuild; the line; a word of the reason; a word of the advice. Included is p.a.
REFUSED = [
    ("an unknown dependency", "package p\nmodule a {\n depends p.bee\n}\nmodule been { }", 3,
     "no module 'p.bee'", "did you mean 'p.been'?"),
    ("a dependency without its package", "package p\nmodule a { depends sock }", 2,
     "no module 'sock'", "correct the name"),
    ("an unknown base", "package p\nmodule a extends b { }", 2, "no module 'b'", "correct the name"),
    ("an unknown annotation", "package p\nmodule a { @NoRuntim depends b }\nmodule b { }", 2,
     "no annotation @NoRuntim", "did you mean 'NoRuntime'?"),
    ("a cycle of extends", "package p\nmodule a extends b { }\nmodule b extends c { }\n"
     "module c extends b { }", 4, "cycle of extends: p.b -> p.c -> p.b", "remove one"),
    ("no implementation", "package p\nmodule a {\n depends api }\nabstract module api { }", 3,
     "p.api is abstract, and nothing here implements it", "extends p.api"),
    ("several implementations", "package p\nmodule a { depends api }\nabstract module api { }\n"
     "module x extends api { }\nmodule y extends api { }", 2, "several", "p.x, p.y"),
    ("a recommendation that is none", "package p\nmodule a { depends api }\n@DefaultImpl(x)\n"
     "abstract module api { }\nmodule x { }", 3, "no implementation", "extend p.api"),
    ("two of one line", "package p\nmodule a { depends x, y }\nabstract module api { }\n"
     "module x extends api { }\nmodule y extends api { }", 2, "both extend p.api", "leave one out"),
    ("a default of the wrong type", "package p\nmodule a {\n option number n=\"5\"\n}", 3,
     "n is a number", "without quotes"),
    ("a boolean in quotes", "package p\nmodule a { option boolean b=\"true\" }", 2,
     "b is a boolean", "true or false"),
    ("a name for a string", "package p\nmodule a { option string s=hello }", 2,
     "s is a string", '"…"'),
    ("a source that is not there", 'package p\nmodule a {\n source "main.cc.c", "mainn.C"\n}', 3,
     "there is no file mainn.C", "main.cc.c"),
    ("C++", 'package p\nmodule a { source "a.cpp" }', 2, "is C++", "leave the module out"),
    ("a makefile", 'package p\nmodule a { source "a.mk" }', 2, "makefile", "leave the module out"),
    ("a library", 'package p\nmodule a { source "a.a" }', 2, "already compiled", "C files"),
    ("a linker script", 'package p\nmodule a { source "a.lds.S" }', 2, "linker script", "leave"),
    ("a build script", 'package p\n@Build(stage=1,script="make")\nmodule a { }', 2, "@Build", "leave"),
    ("a library of a build script", "package p\n@BuildDepends(b)\nmodule a { }\nmodule b { }", 2,
     "@BuildDepends", "leave"),
    ("a rule of make", 'package p\nmodule a { @Rule(file="x") source "a.c" }', 2, "@Rule", "leave"),
    ("a downloaded source", 'package p\nmodule a { @AddPrefix("^BUILD/x") source "a.c" }', 2,
     "@AddPrefix", "leave"),
    ("a made source", 'package p\nmodule a { source "^BUILD/a.c" }', 2, "^BUILD/a.c", "leave"),
    ("a folder that has no value", 'package p\nmodule a { @IncludePath("$(EXTERNAL_BUILD_DIR)/x")\n'
     ' source "a.c" }', 3, "$(EXTERNAL_BUILD_DIR)", "ROOT_DIR"),
    ("what Domik has not", "package p\nmodule a { depends embox.driver.can }", 2,
     "a Xen domain has no such device", "leave the module out"),
    ("two exports of one name", 'package p\nmodule a { depends b @IncludeExport source "x.h" }\n'
     'module b { @IncludeExport(target_name="x.h") source "y.h" }', 3, "<x.h> is also exported",
     "target_name"),
    ("an interface", "package p\nmodule a { depends i }\ninterface i { }", 2, "is an interface",
     "name a module"),
    ("a recommendation of itself", "package p\n@DefaultImpl(a) abstract module a { }", 2,
     "no implementation", "extend p.a"),
    ("a recommendation of nothing", "package p\n@DefaultImpl abstract module a { }", 2,
     "name of a module is missing", "write one"),
    ("an unfinished annotation", "package p\nmodule a { }\n@Cmd(", 3, "end of the file", "unfinished"),
    ("a number of many digits", "package p\nmodule a {\n option number n=" + "9" * 5000 + "}", 3,
     "more than 64 bits", "smaller"),
    ("a number beyond 64 bits", "package p\nmodule a { option number n=0x10000000000000000 }", 2,
     "more than 64 bits", "smaller"),
    ("a number that C cannot read", "package p\nmodule a { option number n=089 }", 2, "octal", "remove"),
    ("an unknown type", "package p\nmodule a { option nubmer n=1 }", 2, "is a nubmer", "'number'?"),
    ("an export outside of its folder", 'package p\nmodule a { @IncludeExport(path="../..")\n'
     'source "x.h" }', 2, "not below", "without '..'"),
    ("a file outside of the root", 'package p\nmodule a {\n@InitFS(target_dir="a/../../b") source "x.h" }',
     3, "not below", "without '..'"),
    ("a mode that is none", 'package p\nmodule a { @InitFS(chmod="u+x") source "x.h" }', 2,
     'chmod="u+x"', "0644"),
    ("an export in another one", 'package p\nmodule a {\n @IncludeExport(path="q") source "x.h"\n'
     ' @IncludeExport(target_name="q") source "y.h" }', 3, "lies in <q>", "target_name"),
    ("a name with a line end", 'package p\nmodule a { source "a\\nb.c" }', 2, "control", "remove"),
    ("a name that is too long", 'package p\nmodule a { source "' + "x" * 5000 + '.c" }', 2,
     "there is no file", "did you mean"),
    ("a macro with a line end", 'package p\nmodule a { @DefineMacro("A=\\n") source "a.c" }', 2,
     "control", "remove"),
    ("a quote that is not closed", 'package p\nmodule a { @Cflags("-DA=\\"x") source "a.c" }', 2,
     "not closed", "close it"),
    ("a command without a source", "package p\n@AutoCmd module a { }", 2, "no source", "remove"),
    ("a sign that cannot be seen", "package p\nmodule a { \x7f }", 2, "0x7f", "remove it"),
    ("an option that is several lines", "package p\nmodule a {\n option string s='''x\ny'''\n}", 3,
     "line end", "remove it"),
]

# What is wrong; the configuration's line 3; a word of the reason; a word of the advice.
CONFIGURED = [
    ("an unknown module", "include p.aa", "no module 'p.aa'", "did you mean 'p.a'?"),
    ("a number for a string", "include p.a(s=5)", "s is a string", '"…"'),
    ("a string for a number", 'include p.a(n="5")', "n is a number", "without quotes"),
    ("a number for a boolean", "include p.a(b=1)", "b is a boolean", "true or false"),
    ("an unknown option", "include p.a(num=1)", "no option 'num'", "n"),
    ("a level that is none", "@Runlevel(5) include p.a", "no run level 5", "0 to 4"),
    ("an unknown annotation", "@Runlevl(1) include p.a", "no annotation @Runlevl", "Runlevel"),
    ("a level without a number", "@Runlevel include p.a", "without a number", "0 to 4"),
    ("a broken line", "include p.a(n=)", "')'", "a number"),
]


class Refusals(CheckoutCase):
    def test_each_refusal_names_file_and_line_and_says_what_to_do(self):
        for what, text, line, reason, advice in REFUSED:
            with self.subTest(what):
                path = self.describe(text)
                self.write("src/embox/Mybuild", "package embox.driver\nmodule can { }")
                for name in ("a.cpp", "a.mk", "a.a", "a.lds.S"):
                    self.write(f"src/{name}")
                problem = self.refusal("p.a")
                self.assertEqual((problem.place.file, problem.place.line), (path, line))
                self.assertIn(reason, problem.reason)
                self.assertIn(advice, problem.advice)

    def test_a_configuration_is_refused_at_its_own_line(self):
        self.describe("package p\nmodule a { option number n=1 option string s=\"x\""
                      " option boolean b=true }")
        for what, text, reason, advice in CONFIGURED:
            with self.subTest(what):
                problem = self.refusal(conf=CONF.format(text))
                self.assertEqual(problem.place.file.name, "mods.conf")
                self.assertEqual(problem.place.line, 3)
                self.assertIn(reason, problem.reason)
                self.assertIn(advice, problem.advice)

    def test_all_that_is_wrong_with_a_configuration_is_told_with_the_lines_that_ask_for_it(self):
        self.describe("package p\nmodule a { option number n=1 depends nothing }\nmodule b { }")
        conf = self.write("conf/mods.conf", CONF.format("include p.a\ninclude p.b(x=1)\ninclude p.b"))
        request = plan.Request("image", self.top, conf)
        found = [str(p) for p in plan.problems(request, plan.load_library(self.top))]
        self.assertEqual(len(found), 2)
        self.assertIn("src/Mybuild:2: ", found[0])
        self.assertIn("(p.a is included at", found[0])
        self.assertIn("mods.conf:3)", found[0])
        self.assertIn("mods.conf:4: p.b has no option 'x'", found[1])

    def test_a_broken_file_stops_all_that_is_built_from_the_checkout(self):
        self.describe("package p\nmodule a { }")
        broken = self.write("platform/x.my", "package x\nmodule b {\n depend c\n}")
        problem = self.refusal("p.a")
        self.assertEqual((problem.place.file, problem.place.line), (broken, 3))

    def test_a_module_that_is_described_twice_is_refused(self):
        self.describe("package p\nmodule a { }")
        self.write("src/z/Mybuild", "package p\n\nmodule a { }")
        problem = self.refusal("p.a")
        self.assertEqual(problem.place.line, 3)
        self.assertIn("src/Mybuild:2", problem.reason)

    def test_a_folder_that_is_no_checkout_is_refused(self):
        (self.top / "mk").rmdir()
        self.assertIn("no checkout", self.refusal("p.a").reason.replace("not a", "no"))

    def test_an_annotation_has_the_values_that_its_description_names(self):
        self.describe('package p\n\n@Cmd(nam="x") module a { }')
        self.write("mk/lang/Cmd.my", "package mybuild.lang\nannotation Cmd { string name string help }")
        problem = self.refusal("p.a")
        self.assertEqual(problem.place.line, 3)
        self.assertEqual((problem.reason, problem.advice), ("@Cmd has no 'nam'", "did you mean 'name'?"))

    def test_what_is_no_file_is_not_waited_for(self):
        self.describe("package p\nmodule a { }")
        os.mkfifo(self.top / "src/x.my")
        self.assertIn("src/x.my: this is not a file", str(self.refusal("p.a")))
        (self.top / "src/x.my").unlink()
        self.write("conf/mods.conf")
        request = plan.Request("image", self.top, self.top / "conf")
        problem, = plan.problems(request, plan.load_library(self.top))
        self.assertIn("conf/mods.conf", problem.advice)

    def test_a_configuration_of_nothing_is_refused(self):
        self.describe("package p\nmodule a { }")
        self.assertIn("includes no module", self.refusal(conf=CONF.format("")).reason)

    def test_two_commands_of_one_name_are_refused(self):
        self.describe('package p\n@AutoCmd @Cmd(name="go") module a { source "a.c" }\n'
                      '@AutoCmd @Cmd(name="go") module b { source "b.c" }')
        self.assertIn("both the command 'go'", self.refusal("p.a", "p.b").reason)

    def test_what_a_configuration_names_and_a_domain_cannot_have_is_left_out_and_said(self):
        self.describe("package p\nmodule a { }")
        self.write("src/embox/Mybuild", "package embox.driver\nmodule can { }")
        made = self.make(conf=CONF.format("include p.a\ninclude embox.driver.can"))
        self.assertEqual(self.names(made), ["p.a"])
        self.assertEqual(len(made.closure.notes), 1)
        self.assertIn("mods.conf:4: left out embox.driver.can", made.closure.notes[0])


if __name__ == "__main__":
    unittest.main()
