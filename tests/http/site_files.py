#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write the site that the HTTP cases ask for: always the same bytes, names and times.

    tests/http/site_files.py DIR|FILE.tar [--big MB]
"""

import argparse
import gzip
import io
import os
import random
import tarfile
from pathlib import Path

BIG_MB = 4  # of big.bin
MTIME = 1704164645  # Tue, 02 Jan 2024 03:04:05 GMT
MTIME_TEXT = "Tue, 02 Jan 2024 03:04:05 GMT"
PAGE = b"<!doctype html><title>page</title>" + b"<p>The same words again and again.</p>\n" * 400


def noise(name: str, size: int) -> bytes:
    return random.Random(name).randbytes(size)


def files(big_mb: int = BIG_MB) -> dict[str, bytes]:
    """Each file's name and content."""
    return {
        "index.html": b"<!doctype html><title>site</title><h1>It works</h1>\n",
        "page.html": PAGE,
        "page.html.gz": gzip.compress(PAGE, mtime=0),
        "small.txt": b"a small file\n",
        "2048.bin": noise("2048", 2048),
        "2049.bin": noise("2049", 2049),
        "10k.bin": noise("10k", 10240),
        "64k.bin": noise("64k", 65536),
        "1m.bin": noise("1m", 1 << 20),
        "big.bin": noise("big", big_mb << 20),
        "empty.txt": b"",
        "style.css": b"p { color: black }\n",
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>\n",
        "unknown.xyz": b"?",
        "two words.txt": b"two words\n",
        "\u00fcber.txt": b"umlaut\n",
        "a+b.txt": b"plus\n",
        "%41.txt": b"percent\n",
        "sub/index.html": b"<title>sub</title>\n",
        "sub/deep/er/leaf.txt": b"leaf\n",
        "bare/one.txt": b"one\n",
        "bare/<b>&'\".txt": b"markup\n",
    }


def write(root: Path, big_mb: int) -> None:
    for name, content in files(big_mb).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (MTIME, MTIME))


def write_tar(archive: Path, big_mb: int) -> None:
    with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in files(big_mb).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), MTIME
            tar.addfile(entry, io.BytesIO(content))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("where", type=Path, metavar="DIR|FILE.tar")
    parser.add_argument("--big", type=int, default=BIG_MB, metavar="MB", help="size of big.bin")
    args = parser.parse_args()
    if args.where.suffix == ".tar":
        write_tar(args.where, args.big)
    else:
        write(args.where, args.big)


if __name__ == "__main__":
    main()
