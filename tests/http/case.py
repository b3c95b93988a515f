# SPDX-License-Identifier: BSD-2-Clause
"""What the files of cases share."""

import hashlib
import unittest
from concurrent.futures import ThreadPoolExecutor

import site_files
from client import Response

FILES = site_files.files()
BIG_SUM = hashlib.sha256(FILES["big.bin"]).hexdigest()
HEAD = "GET / HTTP/1.1\r\nHost: x\r\n"  # of a request, to be continued


def in_parallel(n: int, job) -> list:
    with ThreadPoolExecutor(n) as pool:
        return [f.result() for f in [pool.submit(job, i) for i in range(n)]]


class HttpCase(unittest.TestCase):
    def assert_file(self, response: Response, name: str):
        self.assertEqual(response.status, 200)
        self.assertTrue(response.body == FILES[name], f"{name} has arrived changed")
