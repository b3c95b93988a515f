# SPDX-License-Identifier: BSD-2-Clause
"""The language of module descriptions: what a file says, and where it is broken."""

import unittest
from pathlib import Path

import checkout  # noqa: F401  puts the reader on the path
from parser import parse_file, parse_text
from problem import Problem

HERE = Path("there/Mybuild")


def parse(text):
    return parse_text(text, HERE)


def module(body, head="module m"):
    return parse(f"package p.q\n{head} {{\n{body}\n}}\n").entities[0]


class Language(unittest.TestCase):
    def test_a_module_has_its_package_modifiers_and_base(self):
        m = module("", "static module m extends other.base")
        self.assertEqual((m.full_name, m.is_static, m.is_abstract), ("p.q.m", True, False))
        self.assertEqual(m.extends.name, "other.base")
        self.assertTrue(module("", "abstract module m").is_abstract)

    def test_lists_of_names_and_of_sources_keep_their_order(self):
        m = module('depends a, b.c\ndepends d\nsource "x.c", "y/z.c"\nsource "w.S"')
        self.assertEqual([d.name for d in m.depends], ["a", "b.c", "d"])
        self.assertEqual([s.path for s in m.sources], ["x.c", "y/z.c", "w.S"])

    def test_an_annotation_stands_for_the_member_after_it(self):
        m = module('@NoRuntime depends a, b\ndepends c\n@IncludeExport(path="n/u") source "h.h"')
        marked = [bool(d.annotation("NoRuntime")) for d in m.depends]
        self.assertEqual(marked, [True, True, False])
        self.assertEqual(m.sources[0].annotation("IncludeExport").text("path"), "n/u")

    def test_an_annotation_with_one_value_names_it_value(self):
        m = parse("package p\n@DefaultImpl(impl) @A @B(x=1, y = true)\nabstract module m { }").entities[0]
        self.assertEqual(m.annotation("DefaultImpl").text(), "impl")
        self.assertEqual(m.annotation("A").values, {})
        self.assertEqual(m.annotation("B").text("x") + m.annotation("B").text("y"), "1true")

    def test_options_have_a_type_and_perhaps_a_default(self):
        m = module('option number n=0x1F\noption string s = "a b"\noption boolean b=true\noption number free')
        self.assertEqual([(o.kind, o.name) for o in m.options],
                         [("number", "n"), ("string", "s"), ("boolean", "b"), ("number", "free")])
        self.assertEqual([o.default and o.default.text for o in m.options],
                         ["31", "a b", "true", None])

    def test_both_forms_of_strings_and_their_escapes(self):
        m = module(r"""option string a="q\"\\\t\n|\r" """ + "\n" + r"""option string b='''it''s \'\\
two "lines" \n'''""")
        self.assertEqual(m.options[0].default.text, 'q"\\\t\n|')
        self.assertEqual(m.options[1].default.text, "it''s '\\\ntwo \"lines\" \\n")

    def test_comments_may_stand_anywhere(self):
        m = module('// one "\n/* two\n lines */ depends /* in */ a // after\n')
        self.assertEqual([d.name for d in m.depends], ["a"])

    def test_lines_are_counted_through_comments_and_long_strings(self):
        m = module("/*\n\n*/ option string s='''\n\n'''\ndepends a")
        self.assertEqual(m.depends[0].place.line, 8)

    def test_a_caret_lets_a_keyword_be_a_name(self):
        self.assertEqual(module("depends ^module").depends[0].name, "module")

    def test_all_other_entities_are_read(self):
        file = parse("package p\nimport a.b\nimport c.*\nannotation X { string value = \"d\" }\n"
                     "interface I extends J { feature f extends g, h }\n"
                     "module m { provides I.f requires I.g object \"o.o\" }")
        self.assertEqual([e.kind for e in file.entities], ["annotation", "interface", "module"])
        self.assertEqual(file.imports, ["a.b", "c.*"])

    def test_a_configuration_lists_its_includes(self):
        file = parse("package genconfig\nconfiguration conf {\n@Runlevel(1) include a.b(x=1,y=\"z\"), c\n"
                     "include d\n}")
        self.assertEqual([i.name for i in file.includes], ["a.b", "c", "d"])
        self.assertEqual({k: v.text for k, v in file.includes[0].values.items()}, {"x": "1", "y": "z"})
        self.assertEqual(file.includes[1].annotation("Runlevel").text(), "1")
        self.assertIsNone(file.includes[2].annotation("Runlevel"))


# What is wrong; the text; the line; a word of the reason; a word of the advice.
BROKEN = [
    ("an unended string", 'package p\nmodule m {\n source "x.c\n}', 3, "does not end", '"'),
    ("an unended long string", "package p\nmodule m {\n option string s='''x\n}", 3, "does not end", "'''"),
    ("an unended comment", "package p\n/* module", 2, "does not end", "*/"),
    ("a strange character", "package p\nmodule m; { }", 2, "';'", "remove"),
    ("a missing brace", 'package p\nmodule m {\n source "a.c"\n', 4, "end of the file", "'}'"),
    ("a misspelt keyword", "package p\nmodule m {\n depend x\n}", 3, "'depend'", "did you mean 'depends'?"),
    ("a misspelt entity", "package p\nmodul m { }", 2, "'modul'", "did you mean 'module'?"),
    ("a missing name", "package p\nmodule { }", 2, "'{'", "the name of the module"),
    ("a source without quotes", "package p\nmodule m { source a.c }", 2, "'a.c'", '"…"'),
    ("an option without a value", "package p\nmodule m { option number n = }", 2, "'}'", "a number"),
    ("a modifier twice", "package p\nstatic static module m { }", 2, "twice", "remove"),
    ("two bases", "package p\nmodule m extends a, b { }", 2, "several", "only one"),
    ("a list that goes on", "package p\nmodule m { depends a, }", 2, "'}'", "a name"),
]


class Broken(unittest.TestCase):
    def test_what_is_broken_is_refused_with_its_line_and_what_to_do(self):
        for what, text, line, reason, advice in BROKEN:
            with self.subTest(what):
                with self.assertRaises(Problem) as caught:
                    parse(text)
                problem = caught.exception
                self.assertEqual((problem.place.file, problem.place.line), (HERE, line))
                self.assertIn(reason, problem.reason)
                self.assertIn(advice, problem.advice)
                self.assertIn(f"there/Mybuild:{line}: ", str(problem))

    def test_a_file_that_is_no_text_or_not_there_is_refused(self):
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Mybuild"
            path.write_bytes(b"package p\n// caf\xe9\n")
            with self.assertRaises(Problem) as caught:
                parse_file(path)
            self.assertEqual(caught.exception.place.line, 2)
            with self.assertRaises(Problem):
                parse_file(Path(folder) / "none")


if __name__ == "__main__":
    unittest.main()
