# SPDX-License-Identifier: BSD-2-Clause
"""What the reader writes: macros, forwarding headers, exported headers, tables, the RAM disk's list."""

import os
import subprocess
import tarfile
import unittest

from checkout import ROOT, CheckoutCase
from closure_test import CONF

import plan
import ramdisk
from output import Output

TEXT = """package p
abstract module api { option string word="hello" option number n=3 source "api.h", "api.c" }
@AutoCmd @Cmd(name="go", help="says \\"hi\\"", man='''
	NAME
		go - says ??(hi)
''')
module one extends api {
	option boolean yes=true
	option string log_level="LOG_ERR"
	@IncludeExport(path="net/util", target_name="seen.h") source "own.h"
	@DefineMacro("A=1") @Cflags("-Wno-x -fy") @IncludePath("$(SRC_DIR)/inc") source "one.c"
	@InitFS(target_dir="etc", target_name="rc", chmod="0755") source "rc.txt"
	@NoRuntime depends lib
}
static module lib { source "lib.c" }
"""


def preprocess(text, folder):
    command = ["cc", "-E", "-P", f"-I{folder}/include", f"-I{folder}/export", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.strip()


class Written(CheckoutCase):
    def setUp(self):
        super().setUp()
        self.describe(TEXT)
        self.write("src/rc.txt", "run\n")

    def value(self, header, macro):
        self.write_out("p.one")
        return preprocess(f"#include <{header}>\n{macro}\n", self.out).splitlines()[-1]

    def test_options_are_macros_of_bare_words(self):
        for macro, value in (("STRING_p__one__word", "hello"), ("NUMBER_p__one__n", "3"),
                             ("BOOLEAN_p__one__yes", "1"), ("STRING_p__one__log_level", "LOG_ERR")):
            self.assertEqual(self.value("config/p/one.h", f"OPTION_{macro}"), value)

    def test_the_abstract_name_leads_to_the_leaf(self):
        self.assertEqual(self.value("config/p/api.h", "OPTION_STRING_p__api__word"), "hello")
        self.assertEqual(self.value("module/p/api.h", "OPTION_NUMBER_p__api__n"), "3")

    def test_a_module_header_includes_the_headers_among_its_sources(self):
        self.write("src/api.h", "from_api\n")
        self.assertEqual(self.value("module/p/one.h", ""), "from_api")

    def test_an_exported_header_is_seen_under_its_name_and_follows_the_original(self):
        self.assertEqual(self.value("net/util/seen.h", "x"), "x")
        self.write("src/own.h", "changed\n")
        self.assertEqual(preprocess("#include <net/util/seen.h>\n", self.out), "changed")

    def test_arguments_of_annotations_reach_the_compiler(self):
        made = self.make("p.one")
        self.assertEqual(made.parts["p.one"].args,
                         [f"-I{self.top}/src/inc", "-DA=1", "-Wno-x", "-fy"])

    def test_headers_of_emboxs_own_c_library_come_after_ours(self):
        self.describe('package p\nmodule a { @IncludePath("$(SRC_DIR)/compat/posix/include") source "a.c" }')
        self.assertEqual(self.make("p.a").parts["p.a"].args,
                         ["-idirafter", f"{self.top}/src/compat/posix/include"])

    def test_each_module_is_told_to_meson_with_its_kind(self):
        rows = [line.split("\t") for line in plan.lines(self.make("p.one"))]
        kinds = {row[1]: row[2:4] for row in rows if row[0] == "module"}
        self.assertEqual(kinds, {"p__one": ["command", "foreign"], "p__lib": ["archive", "foreign"]})
        self.assertIn(["after", f"{self.top}/src/include"], rows)

    def test_nothing_is_rewritten_that_is_the_same_and_nothing_old_is_left(self):
        self.write_out("p.one")
        header = self.out / "include/config/p/one.h"
        before = header.stat().st_mtime_ns
        self.write_out("p.one")
        self.assertEqual(header.stat().st_mtime_ns, before)
        self.write_out("p.lib")
        self.assertFalse(header.exists())
        self.assertFalse((self.out / "export").exists())

    def test_nothing_is_written_into_the_checkout(self):
        before = sorted(self.top.rglob("*"))
        self.write_out("p.one")
        self.assertEqual(sorted(self.top.rglob("*")), before)


class Table(CheckoutCase):
    def test_the_table_is_c_that_compiles_and_has_the_modules_in_their_order(self):
        self.describe(TEXT)
        self.write("src/rc.txt")
        made = self.write_out("p.one")
        table = self.out / "image-table.c"
        include = [f"-I{ROOT}/embox/include", f"-I{ROOT}/libc-glue/include"]
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *include, str(table)],
                       check=True)
        text = table.read_text()
        rows = text[text.index("embox_mods[]"):]
        self.assertLess(rows.index("__mod__p__one"), rows.index("__mod__p__lib"))
        self.assertEqual(len(made.order), 2)
        self.assertIn('struct mod_logger __mod_logger__p__one = {"one", LOG_ERR};', text)
        self.assertNotIn("__mod_logger__p__lib", text)
        self.assertIn(r'"says \"hi\""', text)
        self.assertIn(r'"        go - says \?\?(hi)"', text)


    def test_a_command_marked_app_runs_behind_a_function_of_ours(self):
        self.describe('package p\n@App @AutoCmd module a { source "a.c" }\n'
                      '@AutoCmd(preserve_locals=true) module b { source "b.c" }')
        made = self.write_out("p.a", "p.b")
        rows = [line.split("\t") for line in plan.lines(made)]
        self.assertEqual([row[2] for row in rows if row[0] == "module"], ["app", "open-command"])
        text = (self.out / "image-table.c").read_text()
        self.assertIn("app_main_p__a, __app_data_p__a, __app_data_end_p__a", text)
        self.assertNotIn("app_main_p__b", text)


class Scripts(CheckoutCase):
    def test_scripts_beside_the_configuration_come_before_the_lines_of_init(self):
        self.describe("package p\nmodule a { }")
        self.write("conf/system_start.inc", '"first",\n')
        self.write("src/embox/Mybuild", "package embox.init\nmodule system_start_service { }")
        self.make("p.a", conf=CONF.format("include p.a"), init=('say "x\\y"',))
        text = (self.out / "conf/system_start.inc").read_text()
        self.assertEqual(text, f'#include "{self.top}/conf/system_start.inc"\n,\n"say \\"x\\\\y\\"",\n')
        self.assertEqual((self.out / "conf/start_script.inc").read_text(), "")
        self.assertTrue((self.out / "conf/mods.conf").is_symlink())

    def test_a_script_that_nothing_runs_is_said(self):
        self.describe("package p\nmodule a { }")
        self.write("src/embox/Mybuild", "package embox.init\nmodule start_script { }")
        self.write("conf/start_script.inc", '"first",\n')
        notes = self.make(conf=CONF.format("include p.a")).closure.notes
        self.assertEqual(len(notes), 1)
        self.assertIn("conf/start_script.inc: nothing runs this", notes[0])
        self.assertIn("include embox.init.start_script", notes[0])
        both = CONF.format("include p.a\ninclude embox.init.start_script")
        self.assertEqual(self.make(conf=both).closure.notes, [])


class RamDisk(CheckoutCase):
    def test_files_of_modules_and_of_rootfs_are_packed_the_later_over_the_earlier(self):
        self.describe(TEXT)
        self.write("src/rc.txt", "module\n")
        self.write("conf/rootfs/etc/rc", "rootfs\n")
        self.write("conf/rootfs/.gitkeep")
        self.write_out(conf=CONF.format("include p.one"))
        rows = ramdisk.read_list(self.out / "ramdisk.txt")
        files = [(mode, name) for mode, name, file in rows if file.is_file()]
        self.assertEqual(files, [(0o755, "etc/rc"), (0o644, "etc/rc")])
        archive = self.out / "x.tar"
        ramdisk.pack(archive, rows)
        with tarfile.open(archive) as tar:
            self.assertEqual(tar.extractfile("etc/rc").read(), b"rootfs\n")

    def test_a_folder_with_nothing_in_it_is_packed_too(self):
        self.describe("package p\nmodule a { }")
        self.write("conf/rootfs/mnt/.gitkeep")
        (self.top / "conf/rootfs/mnt").chmod(0o755)
        made = self.write_out(conf=CONF.format("include p.a"))
        self.assertNotIn("file", [line.partition("\t")[0] for line in plan.lines(made)])
        archive = self.out / "x.tar"
        ramdisk.pack(archive, ramdisk.read_list(self.out / "ramdisk.txt"))
        with tarfile.open(archive) as tar:
            self.assertEqual([(e.name, e.isdir(), e.mode) for e in tar], [("mnt", True, 0o755)])

    def test_what_cannot_be_packed_is_refused_by_its_name(self):
        self.describe("package p\nmodule a { }")
        (self.top / "conf/rootfs").mkdir(parents=True)
        for name, target, reason in ((b"away", b"/nowhere/at/all", "neither a file"),
                                     (b"a\nb", b"..", "not a name"), (b"\xff", b"..", "not a name")):
            link = os.fsencode(self.top / "conf/rootfs") + b"/" + name
            os.symlink(target, link)
            with self.subTest(name):
                problem = self.refusal(conf=CONF.format("include p.a"))
                self.assertIn(reason, problem.reason)
                self.assertIn("conf/rootfs", str(problem))
            os.unlink(link)

    def test_the_same_files_give_the_same_bytes(self):
        file = self.write("f", "x")
        for name in ("a.tar", "b.tar"):
            ramdisk.pack(self.top / name, [(0o644, "f", file)])
        self.assertEqual((self.top / "a.tar").read_bytes(), (self.top / "b.tar").read_bytes())


class Folder(CheckoutCase):
    def test_a_file_may_become_a_folder_and_a_folder_a_file(self):
        Output(self.out).write("q", "1")
        Output(self.out).link("q/x", self.write("one", "2"))
        self.assertEqual((self.out / "q/x").read_text(), "2")
        Output(self.out).write("q", "3")
        self.assertEqual((self.out / "q").read_text(), "3")

    def test_a_link_follows_a_new_target_and_may_become_a_file(self):
        one, two = self.write("one", "1"), self.write("two", "2")
        Output(self.out).link("x", one)
        self.assertEqual(Output(self.out).link("x", two).read_text(), "2")
        Output(self.out).write("x", "3")
        self.assertEqual((two.read_text(), (self.out / "x").read_text()), ("2", "3"))


if __name__ == "__main__":
    unittest.main()
