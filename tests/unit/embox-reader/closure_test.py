# SPDX-License-Identifier: BSD-2-Clause
"""What an image consists of: dependencies, implementations, options, the order of enabling."""

import unittest

from checkout import CheckoutCase, Output, Problem, plan

CONF = "package genconfig\nconfiguration conf {{\n{}\n}}\n"


class Closure(CheckoutCase):
    def test_what_is_named_brings_what_it_depends_on_and_no_more(self):
        self.describe("package p\nmodule a { depends b }\nmodule b { @NoRuntime depends c }\n"
                      "module c { }\nmodule d { }")
        self.assertEqual(self.names(self.make("p.a")), ["p.a", "p.b", "p.c"])

    def test_a_name_is_looked_up_in_its_package_before_the_whole_tree(self):
        self.describe("package p\nmodule a { depends q.b }")
        self.write("src/q/Mybuild", "package q\nmodule b { }")
        self.write("src/pq/Mybuild", "package p.q\nmodule b { }")
        self.assertEqual(self.names(self.make("p.a")), ["p.a", "p.q.b"])

    def test_an_import_gives_a_short_name(self):
        self.describe("package p\nimport far.away.*\nimport near.c\nmodule a { depends b, c }")
        self.write("src/q/x.my", "package far.away\nmodule b { }")
        self.write("src/r/x.my", "package near\nmodule c { }")
        self.assertEqual(self.names(self.make("p.a")), ["p.a", "far.away.b", "near.c"])

    def test_a_folder_of_ones_own_lies_beside_the_checkout(self):
        self.describe("package p\nmodule a { }")
        place = self.top.parent / "mine"
        place.mkdir()
        (place / "Mybuild").write_text("package mine\nmodule b { depends p.a }")
        made = plan.make(plan.Request("image", self.top, None, ["mine.b"], project=[place]),
                         Output(self.out))
        self.assertEqual(self.names(made), ["mine.b", "p.a"])
        self.assertTrue(made.has_foreign)
        self.assertIn(place / "Mybuild", plan.watched(made))
        (place / "Mybuild").unlink()
        with self.assertRaises(Problem) as caught:
            plan.load_library(self.top, project=[place])
        self.assertIn("no descriptions", caught.exception.reason)

    def test_what_domik_provides_stands_for_the_checkouts(self):
        self.describe('package embox.compat.posix.net\nmodule socket { source "s.c" depends p.other }')
        self.write("src/p/Mybuild", "package p\nmodule a { depends embox.compat.posix.net.socket }\n"
                                    "module other { }")
        made = self.make("p.a")
        self.assertEqual(self.names(made), ["p.a"])
        self.assertIn("libc.socket", made.needs())

    def test_modules_of_a_checkout_get_a_zero_page_and_ours_alone_do_not(self):
        self.describe("package p\nmodule a { }")
        self.write("src/f/Mybuild", "package embox.framework\nmodule mod { }")
        self.assertIn("embox.zero_page", self.make("p.a").needs())
        self.assertNotIn("embox.zero_page", self.make("embox.framework.mod").needs())

    def test_a_mandatory_module_that_nothing_depends_on_stays_out(self):
        self.describe("package p\n@Mandatory module kernel { }\nmodule a { }")
        self.assertEqual(self.names(self.make("p.a")), ["p.a"])

    def test_a_test_brings_what_it_is_for(self):
        self.describe("package p\n@TestFor(b) module t { }\nmodule b { }")
        made = self.make("p.t")
        self.assertEqual([i.name for i, _ in made.order], ["p.b", "p.t"])


class Undeclared(CheckoutCase):
    def test_a_library_whose_header_is_included_comes_in_though_nothing_depends_on_it(self):
        self.describe('package p\nmodule a { source "a.c" }\n'
                      'static module lib { @IncludeExport(path="lib") source "x.h" depends more }\n'
                      "module more { }")
        self.write("src/a.c", "  # include <lib/x.h>\n")
        made = self.make("p.a")
        self.assertEqual(set(self.names(made)), {"p.a", "p.lib", "p.more"})
        self.assertIn("a.c: includes <lib/x.h> of p.lib", made.closure.notes[0])

    def test_a_header_that_is_ours_or_that_two_export_brings_nothing(self):
        self.describe('package p\nmodule a { source "a.c" }\n'
                      'static module b { @IncludeExport(path="util") source "log.h"\n'
                      ' @IncludeExport source "two.h" }\n'
                      'static module c { @IncludeExport source "two.h" }')
        self.write("src/a.c", "#include <util/log.h>\n#include <two.h>\n")
        self.assertEqual(self.names(self.make("p.a")), ["p.a"])


ABSTRACT = """package p
module user { depends api }
@DefaultImpl(first) abstract module api { }
module first extends api { }
module second extends api { depends more }
module more { }
"""


class Implementations(CheckoutCase):
    def test_the_recommended_one_is_taken(self):
        self.describe(ABSTRACT)
        self.assertEqual(self.names(self.make("p.user")), ["p.user", "p.first"])

    def test_one_that_is_named_takes_its_place_in_either_order(self):
        self.describe(ABSTRACT)
        for include in (("p.user", "p.second"), ("p.second", "p.user")):
            self.assertEqual(set(self.names(self.make(*include))), {"p.user", "p.second", "p.more"})

    def test_without_a_recommendation_the_only_one_is_taken(self):
        self.describe("package p\nabstract module api { }\nmodule one extends api { }")
        self.assertEqual(self.names(self.make("p.api")), ["p.one"])

    def test_a_recommendation_may_be_abstract_itself(self):
        self.describe("package p\n@DefaultImpl(mid) abstract module api { }\n"
                      "@DefaultImpl(leaf) abstract module mid extends api { }\n"
                      "module leaf extends mid { }")
        self.assertEqual(self.names(self.make("p.api")), ["p.leaf"])

    def test_sources_of_what_is_extended_are_compiled_with_it(self):
        self.describe('package p\nabstract module api { source "api.c" }\n'
                      'module one extends api { source "one.c" }')
        made = self.make("p.one")
        self.assertEqual([s.name for s in made.parts["p.one"].sources], ["one.c", "api.c"])

    def test_a_module_that_is_not_abstract_may_be_extended(self):
        self.describe("package p\nmodule base { }\nmodule more extends base { }\nmodule a { depends base }")
        self.assertEqual(self.names(self.make("p.a")), ["p.a", "p.base"])
        self.assertEqual(set(self.names(self.make("p.a", "p.more"))), {"p.a", "p.more"})


class Options(CheckoutCase):
    TEXT = ('package p\nabstract module api { option number n=1 option string s="base" }\n'
            'module one extends api { option string s="own" option boolean b=false option number free }')

    def values(self, *include, conf=""):
        made = self.make(*include, conf=conf)
        return {o.name: text for o, text in made.closure.instances[0].options}

    def test_own_ones_hide_those_of_the_base_and_one_without_a_value_is_not_defined(self):
        self.describe(self.TEXT)
        self.assertEqual(self.values("p.one"), {"s": "own", "b": "0", "n": "1"})

    def test_a_configuration_gives_other_values(self):
        self.describe(self.TEXT)
        conf = CONF.format('include p.one(n=0x10, b=true, s="x y", free=3)')
        self.assertEqual(self.values(conf=conf), {"s": "x y", "b": "1", "n": "16", "free": "3"})

    def test_of_two_includes_of_a_module_the_last_counts_alone(self):
        self.describe(self.TEXT)
        conf = CONF.format("@Runlevel(1) include p.one(n=7)\ninclude p.one(b=true)")
        self.assertEqual(self.values(conf=conf), {"s": "own", "b": "1", "n": "1"})
        self.assertEqual(self.make(conf=conf).order[0][1], 2)


class Order(CheckoutCase):
    def order(self, conf):
        made = self.make(conf=CONF.format(conf))
        return [(i.module.name, level) for i, level in made.order], made.closure.notes

    def test_levels_come_in_turn_and_within_one_the_includes(self):
        self.describe("package p\nmodule a { }\nmodule b { }\nmodule c { }\nmodule d { }")
        order, _ = self.order("@Runlevel(3) include p.a\ninclude p.b\n@Runlevel(0) include p.c\ninclude p.d")
        self.assertEqual(order, [("c", 0), ("b", 2), ("d", 2), ("a", 3)])

    def test_a_dependency_comes_down_to_the_lowest_level_of_those_that_need_it(self):
        self.describe("package p\nmodule a { depends deep }\nmodule b { depends deep }\n"
                      "module deep { depends deeper }\nmodule deeper { }")
        order, _ = self.order("include p.b\n@Runlevel(1) include p.a\n@Runlevel(3) include p.deep")
        self.assertEqual(order, [("deeper", 1), ("deep", 1), ("a", 1), ("b", 2)])

    def test_a_chain_of_any_length_is_followed(self):
        chain = "".join(f"module m{i} {{ depends m{i + 1} }}\n" for i in range(1100))
        self.describe(f"package p\n{chain}module m1100 {{ }}")
        order, _ = self.order("include p.m0")
        self.assertEqual([order[0][0], order[-1][0], len(order)], ["m1100", "m0", 1101])

    def test_no_runtime_asks_for_no_order(self):
        self.describe("package p\nmodule a { @NoRuntime depends b }\nmodule b { @NoRuntime depends a }")
        order, notes = self.order("include p.a\ninclude p.b")
        self.assertEqual((order, notes), ([("a", 2), ("b", 2)], []))

    def test_a_cycle_of_dependencies_is_cut_and_said(self):
        self.describe("package p\nmodule a { depends b }\nmodule b { depends c }\nmodule c { depends a }")
        order, notes = self.order("include p.a")
        self.assertEqual([name for name, _ in order], ["c", "b", "a"])
        self.assertEqual(len(notes), 1)
        self.assertIn("p.a -> p.b -> p.c -> p.a", notes[0])
        self.assertIn("mods.conf:3", notes[0])


if __name__ == "__main__":
    unittest.main()
