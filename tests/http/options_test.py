#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The server's options, its limits, its log and its end: each case starts one of its own.

    HTTPD=build/native/tests/http/httpd-epoll tests/run_unittest.py http tests/http/options_test.py
"""

import contextlib
import os
import subprocess
import time
import unittest

import server
from case import FILES, HEAD, HttpCase, in_parallel
from client import Client, ProtocolError
from server import Server

site = None


def setUpModule():
    global site
    site = server.Site()


def tearDownModule():
    site.remove()


class Options(HttpCase):

    def run_program(self, *options) -> subprocess.CompletedProcess:
        return subprocess.run([server.PROGRAM, *options], capture_output=True, text=True, timeout=20)

    def assert_start_refused(self, status: int, message: str, *options):
        ended = self.run_program(*options)
        self.assertEqual((ended.returncode, ended.stdout), (status, ""))
        self.assertRegex(ended.stderr, "^httpd: .*" + message)
        self.assertEqual(ended.stderr.count("\n"), 1)

    def test_an_idle_connection_is_closed(self):
        with Server(site.root, "-t", "1") as s, Client(s.address) as silent, Client(s.address) as served:
            self.assert_file(served.get("/small.txt"), "small.txt")
            self.assertTrue(silent.is_closed())
            self.assertTrue(served.is_closed())

    def test_too_many_busy_clients_are_503(self):
        with Server(site.root, "-c", "4") as s, contextlib.ExitStack() as stack:
            busy = [stack.enter_context(Client(s.address)) for _ in range(4)]
            for c in busy:
                c.send(b"GET /small.txt HTTP/1.1\r\n")
            time.sleep(0.1)
            for _ in range(5):
                with Client(s.address) as late:
                    late.send((HEAD + "\r\n").encode())
                    response = late.read()
                    self.assertEqual((response.status, response["retry-after"]), (503, "1"))
                    self.assertTrue(late.is_closed())
            for c in busy:
                c.send(b"Host: x\r\n\r\n")
                self.assert_file(c.read(), "small.txt")

    def test_a_crowd_far_above_the_limit_is_answered_or_waits(self):
        def fetch(_):
            with Client(s.address) as c:
                return c.get("/1m.bin", "Connection: close").status
        with Server(site.root, "-c", "4") as s:
            statuses = in_parallel(60, fetch)
        self.assertEqual(set(statuses) - {200, 503}, set())
        self.assertIn(200, statuses)

    def test_idle_connections_make_room(self):
        with Server(site.root, "-c", "4") as s, contextlib.ExitStack() as stack:
            idle = [stack.enter_context(Client(s.address)) for _ in range(4)]
            self.assert_file(idle[1].get("/small.txt"), "small.txt")
            time.sleep(1.2)
            with Client(s.address) as c:
                self.assert_file(c.get("/small.txt"), "small.txt")
            self.assertTrue(idle[0].is_closed())
            self.assert_file(idle[3].get("/small.txt"), "small.txt")

    def test_a_listing_is_given_only_when_asked_for(self):
        with Server(site.root, "-i") as s, Client(s.address) as c:
            page = c.get("/bare/").body.decode()
            self.assertIn('href="./one.txt"', page)
            self.assertIn("&lt;b&gt;&amp;&#39;&quot;.txt</a>", page)
            self.assertIn('href="./%3Cb%3E&\'%22.txt"', page)
            self.assertNotIn("<b>", page)
            self.assertEqual(c.get("/bare").status, 301)
            self.assert_file(c.get("/sub/"), "sub/index.html")
            self.assertEqual(c.get("/none/").status, 404)

    def test_a_listing_that_is_too_long_is_cut(self):
        crowd = site.root / "crowd"
        crowd.mkdir()
        for i in range(1000):
            (crowd / f"{'n' * 60}{i}").touch()
        with Server(site.root, "-i") as s, Client(s.address) as c:
            response = c.get("/crowd/")
            self.assertLessEqual(len(response.body), 65536)
            self.assertIn(b"no room for", response.body)
            self.assertTrue(response.body.endswith(b"</ul>\n"))

    def test_the_log_has_a_line_for_each_answer(self):
        with Server(site.root) as s:
            with Client(s.address) as c:
                c.get("/10k.bin")
                c.get("/big.bin")
                c.get("/no%22ne")
                c.send(b'ev\x1bil "\r\n\r\n')
                c.read()
            s.stop()
        lines = [line.split("] ", 1)[1].rsplit(" ", 1)[0] for line in s.lines if "] " in line]
        self.assertEqual(lines[0], '"GET /10k.bin HTTP/1.1" 200 10240')
        self.assertEqual(lines[1], f'"GET /big.bin HTTP/1.1" 200 {len(FILES["big.bin"])}')
        self.assertRegex(lines[2], r'^"GET /no%22ne HTTP/1.1" 404 \d+$')
        self.assertRegex(lines[3], r'^"ev\\x1Bil \\x22" 400 \d+$')
        self.assertRegex(s.lines[1], r"^127\.0\.0\.1 - - \[\d\d/...\/\d{4}:\d\d:\d\d:\d\d \+0000\] ")

    def test_the_log_can_be_switched_off(self):
        with Server(site.root, "-l", "off") as s:
            with Client(s.address) as c:
                c.get("/")
            s.stop()
        self.assertEqual(len(s.lines), 1)

    def test_the_log_leaves_lines_out_under_load(self):
        with Server(site.root) as s:
            with Client(s.address) as c:
                for _ in range(3):
                    c.send((HEAD + "\r\n").encode() * 2000)
                    for _ in range(2000):
                        c.read()
                    time.sleep(1)
                c.get("/")
            s.stop()
        told = sum(int(line.split()[2]) for line in s.lines if "lines left out" in line)
        written = sum('"GET / ' in line for line in s.lines)
        self.assertEqual(written + told, 6001)
        self.assertLess(written, 3000)

    def test_one_address_can_be_listened_on(self):
        with Server(site.root, "-a", "127.0.0.1") as s, Client(s.address) as c:
            self.assertEqual(c.get("/").status, 200)
            with self.assertRaises(ConnectionRefusedError):
                Client(("127.0.0.2", s.address[1]))

    def test_ipv6_is_served_beside_ipv4(self):
        with Server(site.root) as s:
            try:
                c = Client(("::1", s.address[1]))
            except OSError as error:
                self.skipTest(f"no IPv6 here: {error.strerror}")
            with c:
                self.assertEqual(c.get("/").status, 200)
            s.stop()
        self.assertTrue(any(line.startswith("::1 - - ") for line in s.lines))

    def test_wrong_options_are_refused_in_one_line(self):
        for options in [["-x"], ["-p"], ["-p", "x"], ["-p", "65536"], ["-p", "-1"], ["-t", "0"], ["-c", "0"],
                        ["-l", "maybe"], ["word"], ["-"], ["-pp", "1"], [""]]:
            self.assert_start_refused(2, "the options are -p PORT", *options)

    def test_a_missing_root_is_refused_in_one_line(self):
        for root in "/none/such", str(site.root / "10k.bin"), "/" + "a" * 300:
            self.assert_start_refused(1, "name a directory with -r ROOT", "-r", root)

    def test_a_taken_port_is_refused_in_one_line(self):
        with Server(site.root) as s:
            port = str(s.address[1])
            self.assert_start_refused(
                1, f"port {port}: choose another with -p", "-p", port, "-r", str(site.root))

    def test_an_address_that_is_none_of_ours_is_refused_in_one_line(self):
        for text in "192.0.2.1", "localhost", "1.2.3", "::g":
            self.assert_start_refused(1, "leave -a out", "-p", "0", "-a", text, "-r", str(site.root))

    def test_nothing_to_serve_is_said(self):
        empty = site.root / "empty-folder"
        empty.mkdir()
        with Server(empty) as s:
            time.sleep(0.1)
            s.stop()
        self.assertIn("0 files", s.lines[0])
        self.assertIn("no files to serve: name a directory", s.lines[1])

    def test_a_fifo_is_not_served(self):
        os.mkfifo(site.root / "fifo.txt")
        with Server(site.root) as s, Client(s.address) as c:
            self.assertEqual(c.get("/fifo.txt").status, 404)
        (site.root / "fifo.txt").unlink()

    def test_a_file_that_shrinks_while_it_is_sent_ends_the_connection(self):
        path = site.root / "shrinks.bin"
        path.write_bytes(FILES["big.bin"])
        with Server(site.root) as s:
            with Client(s.address, receive_buffer=4096) as c:
                c.send(b"GET /shrinks.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                c.receive()
                os.truncate(path, 1000)
                with self.assertRaises((ProtocolError, ConnectionResetError)):
                    c.read()
            with Client(s.address) as c:
                self.assert_file(c.get("/10k.bin"), "10k.bin")

    def test_all_is_given_back_at_the_end(self):
        with Server(site.root) as s:
            with contextlib.ExitStack() as stack:
                for i in range(30):
                    c = stack.enter_context(Client(s.address, receive_buffer=4096))
                    c.send([b"GET /", b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n" * 20, b"bad\r\n\r\n"][i % 3])
                time.sleep(0.3)
                self.assertEqual(s.stop(), 0, "\n".join(s.lines[-20:]))


if __name__ == "__main__":
    unittest.main()
