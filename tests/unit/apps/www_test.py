# SPDX-License-Identifier: BSD-2-Clause
"""The site that is served by default: small, whole, and its compressed form up to date."""

import gzip
import html.parser
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[3]
WWW = ROOT / "apps" / "www"
SIZE_LIMIT = 30_000  # bytes, all files together


class Links(html.parser.HTMLParser):
    """Gathers what a page refers to, and whether its tags are closed."""

    VOID = {"meta", "link", "img", "br"}

    def __init__(self, text: str):
        super().__init__()
        self.links, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.links += [value for name, value in attributes if name in ("href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing")


class Www(unittest.TestCase):
    def test_the_site_is_small(self):
        self.assertLess(sum(p.stat().st_size for p in WWW.rglob("*")), SIZE_LIMIT)

    def test_every_link_leads_to_a_file_and_every_tag_is_closed(self):
        for page in WWW.glob("*.html"):
            parsed = Links(page.read_text())
            self.assertEqual(parsed.open, [], page.name)
            for link in parsed.links:
                target = WWW / (link.lstrip("/") or "index.html")
                self.assertTrue(target.is_file(), f"{page.name} leads to {link}")

    def test_every_source_that_a_page_names_exists(self):
        for page in WWW.glob("*.html"):
            for name in re.findall(r"<code>([a-z-]+/[\w./-]+\.[ch])</code>", page.read_text()):
                self.assertTrue((ROOT / name).is_file(), f"{page.name} names {name}")

    def test_compressed_forms_are_up_to_date(self):
        packed = list(WWW.glob("*.gz"))
        self.assertTrue(packed)
        for path in packed:
            self.assertEqual(gzip.decompress(path.read_bytes()), path.with_suffix("").read_bytes(),
                             f"gzip -9nk {path.with_suffix('')}")


if __name__ == "__main__":
    unittest.main()
