#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""HTTP from outside: right behaviour, and every kind of bad input that we could think of.

    HTTPD=build/native/tests/http/httpd-epoll tests/run_unittest.py http tests/http/http_test.py
    LAB_URL=http://127.0.0.1:8080 tests/run_unittest.py http tests/http/http_test.py
"""

import contextlib
import gzip
import hashlib
import random
import threading
import time
import unittest
from urllib.parse import quote

import server
from case import BIG_SUM, FILES, HEAD, HttpCase, in_parallel
from client import Client
from site_files import MTIME_TEXT, PAGE

under_test = None


def setUpModule():
    global under_test
    under_test = server.UnderTest()


def tearDownModule():
    under_test.end()


def new_client(**options) -> Client:
    return Client(under_test.address, **options)


class Case(HttpCase):
    def assert_still_serves(self):
        with new_client() as c:
            self.assert_file(c.get("/10k.bin"), "10k.bin")

    def assert_refused(self, request: bytes, status: int):
        """It is answered with this status, and the connection ends."""
        with new_client() as c:
            c.send(request)
            response = c.read()
            self.assertEqual((response.status, response["connection"]), (status, "close"), request)
            self.assertTrue(c.is_closed(), request)


class Files(Case):
    def test_the_root_is_its_index_page(self):
        with new_client() as c:
            response = c.get("/")
        self.assert_file(response, "index.html")
        self.assertEqual(response["content-type"], "text/html; charset=utf-8")
        self.assertEqual(response["last-modified"], MTIME_TEXT)
        self.assertEqual(response["accept-ranges"], "bytes")
        self.assertRegex(response["etag"], r'^"[0-9a-f]+-[0-9a-f]+"$')
        self.assertRegex(
            response["date"],
            r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] 20\d\d \d\d:\d\d:\d\d GMT$")

    def test_every_file_arrives_whole(self):
        with new_client() as c:
            for name in FILES:
                self.assert_file(c.get("/" + quote(name)), name)

    def test_head_says_what_get_would(self):
        with new_client() as c:
            for target in "/", "/1m.bin", "/empty.txt", "/none", "/sub", "/%zz":
                get, head = c.get(target), c.ask("HEAD", target)
                for response in get, head:
                    del response.fields["date"]
                self.assertEqual((get.status, get.fields), (head.status, head.fields), target)

    def test_media_types_follow_the_ending(self):
        types = {"/style.css": "text/css; charset=utf-8", "/drawing.svg": "image/svg+xml",
                 "/small.txt": "text/plain; charset=utf-8", "/unknown.xyz": "application/octet-stream",
                 "/page.html.gz": "application/gzip"}
        with new_client() as c:
            for target, media_type in types.items():
                self.assertEqual(c.ask("HEAD", target)["content-type"], media_type)

    def test_what_is_not_there_is_404(self):
        with new_client() as c:
            for target in "/none", "/none/", "/sub/none.txt", "/10k.bin/", "/10k.bin/x", "/bare/":
                response = c.get(target)
                self.assertEqual(response.status, 404, target)
                self.assertIn(b"404 Not Found", response.body)

    def test_a_directory_without_its_slash_is_redirected(self):
        with new_client() as c:
            for target, location in {"/sub": "/sub/", "/sub?a=b": "/sub/?a=b", "/sub/deep": "/sub/deep/",
                                     "/./sub/../sub": "/sub/", "/%73ub": "/sub/"}.items():
                response = c.get(target)
                self.assertEqual((response.status, response["location"]), (301, location))

    def test_a_redirect_never_leads_to_another_host(self):
        with new_client() as c:
            for target in "//sub", "///sub", "/%2fsub", "/.//sub":
                self.assertEqual(c.get(target)["location"], "/sub/", target)

    def test_a_query_is_ignored(self):
        with new_client() as c:
            self.assert_file(c.get("/10k.bin?x=/../y&z"), "10k.bin")

    def test_names_are_decoded_once(self):
        with new_client() as c:
            for target, name in {"/two%20words.txt": "two words.txt", "/a+b.txt": "a+b.txt",
                                 "/a%2bb.txt": "a+b.txt", "/%2541.txt": "%41.txt",
                                 "/%C3%bcber.txt": "\u00fcber.txt"}.items():
                self.assert_file(c.get(target), name)

    def test_dots_below_the_root_are_resolved(self):
        with new_client() as c:
            for target in "/sub/../10k.bin", "/./10k.bin", "/sub/deep/%2e%2e/.%2e/10k.bin", "//10k.bin":
                self.assert_file(c.get(target), "10k.bin")

    def test_there_is_no_way_out_of_the_root(self):
        ways = ["/..", "/../", "/../etc/passwd", "/sub/../../etc/passwd", "/%2e%2e/etc/passwd",
                "/..%2fetc%2fpasswd", "/%2e%2e%2fetc/passwd", "/..\\etc\\passwd", "/..%5cetc%5cpasswd",
                "/sub/..%2f..%2f..%2fetc/passwd", "/%00", "/10k.bin%00.html", "/%", "/%2", "/%zz"]
        with new_client() as c:
            for target in ways:
                self.assertEqual(c.get(target).status, 400, target)
            self.assertEqual(c.get("/%252e%252e/etc/passwd").status, 404)

    def test_a_path_that_is_too_long_is_414(self):
        with new_client() as c:
            self.assertEqual(c.get("/" + "a" * 1100).status, 414)
            self.assertEqual(c.get("/" + "%61" * 1100).status, 414)
            self.assert_file(c.get("/" + "./" * 2000 + "10k.bin"), "10k.bin")

    def test_a_big_file_has_its_checksum(self):
        with new_client() as c:
            self.assertEqual(hashlib.sha256(c.get("/big.bin").body).hexdigest(), BIG_SUM)

    def test_twenty_clients_at_once_get_the_big_file(self):
        def fetch(_):
            with new_client() as c:
                return hashlib.sha256(c.get("/big.bin").body).hexdigest()
        self.assertEqual(set(in_parallel(20, fetch)), {BIG_SUM})

    def test_a_slow_reader_gets_all(self):
        with new_client(receive_buffer=4096) as c:
            c.send(b"GET /1m.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.5)
            for _ in range(20):
                time.sleep(0.02)
                c.receive()
            self.assert_file(c.read(), "1m.bin")


class Coding(Case):
    def test_the_compressed_form_is_sent_to_those_who_take_it(self):
        with new_client() as c:
            plain, packed = c.get("/page.html"), c.get("/page.html", "Accept-Encoding: br, gzip")
        self.assert_file(plain, "page.html")
        self.assertEqual(packed["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(packed.body), PAGE)
        self.assertLess(len(packed.body), len(plain.body))
        self.assertEqual(packed["content-type"], plain["content-type"])
        self.assertEqual((plain["vary"], packed["vary"]), ("Accept-Encoding", "Accept-Encoding"))
        self.assertNotEqual(packed["etag"], plain["etag"])
        self.assertNotIn("content-encoding", plain)

    def test_a_weight_of_zero_means_no(self):
        with new_client() as c:
            for value in "gzip;q=0", "*;q=0", "identity", "gzip;q=0.000, *":
                self.assert_file(c.get("/page.html", "Accept-Encoding: " + value), "page.html")

    def test_a_file_without_a_compressed_form_is_sent_as_it_is(self):
        with new_client() as c:
            for target, name in {"/style.css": "style.css", "/10k.bin": "10k.bin"}.items():
                response = c.get(target, "Accept-Encoding: gzip")
                self.assert_file(response, name)
                self.assertNotIn("vary", response)

    def test_each_form_has_its_own_state(self):
        with new_client() as c:
            tag = c.get("/page.html", "Accept-Encoding: gzip")["etag"]
            match = "If-None-Match: " + tag
            self.assertEqual(c.get("/page.html", "Accept-Encoding: gzip", match).status, 304)
            self.assertEqual(c.get("/page.html", match).status, 200)


class Conditions(Case):
    def test_an_unchanged_file_is_not_sent_again(self):
        with new_client() as c:
            tag = c.ask("HEAD", "/10k.bin")["etag"]
            for field in [f"If-None-Match: {tag}", f"If-None-Match: W/{tag}", "If-None-Match: *",
                          f'If-None-Match: "a", {tag}', f"If-Modified-Since: {MTIME_TEXT}",
                          "If-Modified-Since: Tuesday, 02-Jan-24 03:04:05 GMT",
                          "If-Modified-Since: Tue Jan  2 03:04:05 2024"]:
                response = c.get("/10k.bin", field)
                self.assertEqual((response.status, response["etag"]), (304, tag), field)

    def test_a_changed_file_is_sent(self):
        with new_client() as c:
            for field in ['If-None-Match: "a"', "If-Modified-Since: Tue, 02 Jan 2024 03:04:04 GMT",
                          "If-Modified-Since: last week", "If-None-Match:"]:
                self.assert_file(c.get("/10k.bin", field), "10k.bin")

    def test_the_tag_outweighs_the_date(self):
        with new_client() as c:
            since = f"If-Modified-Since: {MTIME_TEXT}"
            self.assertEqual(c.get("/10k.bin", 'If-None-Match: "a"', since).status, 200)

    def test_a_failed_precondition_is_412(self):
        with new_client() as c:
            tag = c.ask("HEAD", "/10k.bin")["etag"]
            for field in ['If-Match: "a"', f"If-Match: W/{tag}",
                          "If-Unmodified-Since: Tue, 02 Jan 2024 03:04:04 GMT"]:
                self.assertEqual(c.get("/10k.bin", field).status, 412, field)
            for field in f"If-Match: {tag}", "If-Match: *", f"If-Unmodified-Since: {MTIME_TEXT}":
                self.assertEqual(c.get("/10k.bin", field).status, 200, field)

    def test_a_range_is_sent(self):
        content = FILES["10k.bin"]
        with new_client() as c:
            for text, part in {"0-0": (0, 1), "0-99": (0, 100), "10000-": (10000, 10240),
                               "-5": (10235, 10240), "-99999": (0, 10240),
                               "10239-99999": (10239, 10240), "0-": (0, 10240)}.items():
                response = c.get("/10k.bin", "Range: bytes=" + text)
                self.assertEqual(response.status, 206, text)
                self.assertEqual(response["content-range"], f"bytes {part[0]}-{part[1] - 1}/10240")
                self.assertEqual(response.body, content[part[0]:part[1]])

    def test_a_range_of_a_big_file_is_sent(self):
        with new_client() as c:
            response = c.get("/big.bin", f"Range: bytes={1 << 20}-{(3 << 20) - 1}")
            self.assertEqual(response.body, FILES["big.bin"][1 << 20:3 << 20])

    def test_a_range_behind_the_end_is_416(self):
        with new_client() as c:
            for target, text, size in [("/10k.bin", "10240-", 10240), ("/10k.bin", "-0", 10240),
                                       ("/empty.txt", "0-", 0)]:
                response = c.get(target, "Range: bytes=" + text)
                self.assertEqual((response.status, response["content-range"]),
                                 (416, f"bytes */{size}"), text)

    def test_a_range_that_we_may_ignore_gets_the_whole(self):
        with new_client() as c:
            for text in "bytes=0-1,5-6", "bytes=5-4", "bytes=x-y", "lines=0-1", "bytes", "bytes=--1":
                self.assert_file(c.get("/10k.bin", "Range: " + text), "10k.bin")

    def test_if_range_guards_the_range(self):
        with new_client() as c:
            tag = c.ask("HEAD", "/10k.bin")["etag"]
            for guard, status in {tag: 206, MTIME_TEXT: 206, '"a"': 200, f"W/{tag}": 200,
                                  "Tue, 02 Jan 2024 03:04:06 GMT": 200}.items():
                response = c.get("/10k.bin", "Range: bytes=0-9", "If-Range: " + guard)
                self.assertEqual(response.status, status, guard)


class Methods(Case):
    def test_options_names_what_is_served(self):
        with new_client() as c:
            for target in "*", "/", "/none":
                response = c.ask("OPTIONS", target)
                self.assertEqual((response.status, response["allow"]), (204, "GET, HEAD, OPTIONS"))

    def test_other_methods_of_http_are_405(self):
        with new_client() as c:
            for method in "POST", "PUT", "DELETE", "PATCH", "TRACE":
                response = c.ask(method, "/")
                self.assertEqual((response.status, response["allow"]), (405, "GET, HEAD, OPTIONS"))
            self.assertEqual(c.ask("CONNECT", "host:443").status, 405)

    def test_unknown_methods_are_501(self):
        with new_client() as c:
            for method in "BREW", "get", "PROPFIND", "X":
                self.assertEqual(c.ask(method, "/").status, 501, method)
            self.assert_file(c.get("/10k.bin"), "10k.bin")

    def test_an_absolute_target_is_served(self):
        with new_client() as c:
            for target in "http://any.host/10k.bin", "HTTP://h:81/10k.bin", "https://[::1]/10k.bin?q":
                self.assert_file(c.get(target), "10k.bin")
            self.assert_file(c.get("http://any.host"), "index.html")


class Connections(Case):
    def test_a_connection_serves_many_requests(self):
        with new_client() as c:
            for _ in range(300):
                response = c.get("/small.txt")
                self.assertNotIn("connection", response)
                self.assert_file(response, "small.txt")

    def test_a_connection_is_closed_when_asked(self):
        with new_client() as c:
            response = c.get("/10k.bin", "Connection: close")
            self.assert_file(response, "10k.bin")
            self.assertEqual(response["connection"], "close")
            self.assertTrue(c.is_closed())

    def test_http_1_0_closes_unless_asked_to_keep(self):
        with new_client() as c:
            response = c.ask("GET", "/10k.bin", "Connection: keep-alive", version="1.0")
            self.assertEqual(response["connection"], "keep-alive")
            self.assert_file(response, "10k.bin")
            self.assert_file(c.ask("GET", "/1m.bin", version="1.0"), "1m.bin")
            self.assertTrue(c.is_closed())

    def test_pipelined_requests_are_answered_in_their_order(self):
        names = ["small.txt", "10k.bin", "2048.bin", "2049.bin", "empty.txt", "64k.bin"]
        with new_client() as c:
            c.send(b"".join(f"GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for n in names))
            for name in names:
                self.assert_file(c.read(), name)

    def test_requests_pipelined_by_the_thousand_are_answered_in_their_order(self):
        targets = ["/small.txt", "/none", "/10k.bin", "/sub"] * 1000
        statuses = [200, 404, 200, 301] * 1000
        with new_client() as c:
            data = b"".join(f"GET {t} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for t in targets)
            sender = threading.Thread(target=c.send, args=[data])
            sender.start()
            self.assertEqual([c.read().status for _ in targets], statuses)
            sender.join()
            self.assertEqual(c.get("/").status, 200)

    def test_requests_sent_without_reading_the_answers_hurt_nobody(self):
        with new_client(receive_buffer=4096) as greedy:
            greedy.socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(100):
                    greedy.socket.send(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
            self.assert_still_serves()
            greedy.reset()
        self.assert_still_serves()

    def test_a_request_may_come_byte_by_byte(self):
        with new_client() as c:
            for byte in b"GET /10k.bin HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n":
                c.send(bytes([byte]))
                time.sleep(0.002)
            self.assert_file(c.read(), "10k.bin")

    def test_a_request_may_be_cut_anywhere(self):
        text = b"GET /small.txt HTTP/1.1\r\nHost: x\r\n\r\n" * 2
        with new_client() as c:
            for cut in range(1, len(text), 5):
                c.send(text[:cut])
                time.sleep(0.01)
                c.send(text[cut:])
                for _ in range(2):
                    self.assert_file(c.read(), "small.txt")

    def test_a_long_head_may_come_in_pieces(self):
        with new_client() as c:
            c.send(HEAD.encode())
            for i in range(60):
                c.send(f"X-{i}: {'y' * 200}\r\n".encode())
                time.sleep(0.002)
            c.send(b"\r\n")
            self.assert_file(c.read(), "index.html")

    def test_empty_lines_before_a_request_are_skipped(self):
        with new_client() as c:
            c.send(b"\r\n\r\n\n" + HEAD.encode() + b"\r\n\r\n\r\n" + HEAD.encode() + b"\r\n")
            for _ in range(2):
                self.assert_file(c.read(), "index.html")

    def test_a_lone_line_feed_ends_a_line(self):
        with new_client() as c:
            c.send(b"GET /10k.bin HTTP/1.1\nHost: x\n\n")
            self.assert_file(c.read(), "10k.bin")

    def test_a_client_that_has_said_all_still_gets_its_answers(self):
        with new_client() as c:
            c.send((HEAD + "\r\n").encode() * 3 + b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            c.finish()
            for _ in range(3):
                self.assert_file(c.read(), "index.html")
            self.assert_file(c.read(), "big.bin")
            self.assertTrue(c.is_closed())

    def test_an_unfinished_request_gets_no_answer(self):
        with new_client() as c:
            c.send(HEAD.encode())
            c.finish()
            self.assertTrue(c.is_closed())

    def test_two_hundred_open_connections_disturb_nobody(self):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(new_client()) for _ in range(200)]
            for c in clients[::10]:
                c.send(b"GET /")
            self.assert_still_serves()
            for c in clients[::10]:
                c.send(b"small.txt HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assert_file(c.read(), "small.txt")
            for c in clients[::2]:
                self.assert_file(c.get("/small.txt"), "small.txt")

    def test_many_clients_at_once_are_served(self):
        def fetch(i):
            with new_client() as c:
                for name in ("10k.bin", "small.txt", "64k.bin") * 5:
                    self.assert_file(c.get("/" + name), name)
        in_parallel(40, fetch)


class Departures(Case):
    def test_clients_that_leave_in_the_middle_hurt_nobody(self):
        for _ in range(20):
            with new_client() as c:
                c.send(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                c.receive()
        self.assert_still_serves()

    def test_clients_that_reset_in_the_middle_hurt_nobody(self):
        for _ in range(20):
            with new_client() as c:
                c.send(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n\r\n")
                c.receive()
                c.reset()
        self.assert_still_serves()

    def test_clients_that_reset_before_they_are_answered_hurt_nobody(self):
        for _ in range(50):
            with new_client() as c:
                c.send(b"GET /10k.bin HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
                c.reset()
        self.assert_still_serves()

    def test_clients_that_only_connect_hurt_nobody(self):
        for i in range(200):
            with new_client() as c:
                if i % 2:
                    c.reset()
        self.assert_still_serves()

    def test_clients_that_say_nothing_but_goodbye_are_closed(self):
        with new_client() as c:
            c.finish()
            self.assertTrue(c.is_closed())


class Bodies(Case):
    def test_a_body_is_thrown_away_and_the_next_request_is_answered(self):
        with new_client() as c:
            c.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 27\r\n\r\n"
                   b"GET /evil HTTP/1.1\r\nHost: x" + b"GET /10k.bin HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual(c.read().status, 405)
            self.assert_file(c.read(), "10k.bin")

    def test_a_body_may_come_late_and_in_pieces(self):
        with new_client() as c:
            c.send(b"GET /small.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
            self.assert_file(c.read(), "small.txt")
            for _ in range(6):
                time.sleep(0.02)
                c.send(b"x" * 10000)
            self.assert_file(c.get("/10k.bin"), "10k.bin")

    def test_a_body_that_is_too_large_is_413_and_the_answer_survives(self):
        with new_client() as c:
            c.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
            c.send(b"x" * 900000)  # a reset here could destroy the answer
            self.assertEqual(c.read().status, 413)

    def test_a_client_that_waits_is_told_to_continue(self):
        with new_client() as c:
            c.send(HEAD.encode() + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(c.read_head().status, 100)
            c.send(b"hello")
            self.assert_file(c.read(), "index.html")
            self.assert_file(c.get("/10k.bin"), "10k.bin")

    def test_a_client_that_waits_in_vain_is_refused_at_once(self):
        self.assert_refused(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                            b"Expect: 100-continue\r\n\r\n", 405)

    def test_http_1_0_is_not_told_to_continue(self):
        with new_client() as c:
            c.send(b"GET / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
            self.assert_file(c.read(), "index.html")

    def test_other_expectations_are_417(self):
        self.assert_refused(HEAD.encode() + b"Expect: miracles\r\n\r\n", 417)


class Refusals(Case):
    def test_malformed_request_lines_are_refused(self):
        for line in ["GET /", "GET", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / HTTP/1", "GET / HTP/1.1",
                     "GET /a b HTTP/1.1", "GET\t/\tHTTP/1.1", "GET a HTTP/1.1", "GET /#a HTTP/1.1",
                     "GET * HTTP/1.1", "G@T / HTTP/1.1", "GET ftp://h/ HTTP/1.1", "GET /\x7f HTTP/1.1",
                     "GET /\u00e9 HTTP/1.1", "GET http://u@h/ HTTP/1.1"]:
            self.assert_refused(f"{line}\r\nHost: x\r\n\r\n".encode(), 400)

    def test_malformed_fields_are_refused(self):
        for field in [b"X : y", b" X: y", b"X: y\r\n folded", b"no colon", b": y", b"X\x00: y", b"X: \x00",
                      b"X: a\rb", b"X\xc3\xa9: y", b"X(: y", b"Host: y", b"X: \x01"]:
            self.assert_refused(HEAD.encode() + field + b"\r\n\r\n", 400)

    def test_a_host_is_needed_once_and_well_formed(self):
        for fields in "", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: u@a\r\n":
            self.assert_refused(f"GET / HTTP/1.1\r\n{fields}\r\n".encode(), 400)
        with new_client() as c:
            self.assertEqual(c.ask("GET", "/", version="1.0").status, 200)

    def test_other_versions_are_505(self):
        for version in "2.0", "0.9", "3.1":
            self.assert_refused(f"GET / HTTP/{version}\r\nHost: x\r\n\r\n".encode(), 505)

    def test_requests_whose_end_is_unclear_smuggle_nothing(self):
        hidden = "0\r\n\r\nGET /10k.bin HTTP/1.1\r\nHost: x\r\n\r\n"
        for fields, status in [("Content-Length: 4\r\nTransfer-Encoding: chunked", 400),
                               ("Transfer-Encoding: chunked\r\nContent-Length: 4", 400),
                               ("Content-Length: 4\r\nContent-Length: 4", 400),
                               ("Content-Length: 4\r\nContent-Length: 5", 400),
                               ("Content-Length: 4, 4", 400), ("Content-Length: +4", 400),
                               ("Content-Length: 4 4", 400), ("Content-Length:", 400),
                               ("Content-Length: 18446744073709551620", 400),
                               ("Transfer-Encoding: chunked", 411),
                               ("Transfer-Encoding: gzip, chunked", 501),
                               ("Transfer-Encoding: identity", 501),
                               ("Transfer-Encoding:\x0bchunked", 400),
                               ("Transfer-Encoding : chunked", 400)]:
            self.assert_refused(f"{HEAD}{fields}\r\n\r\n{hidden}".encode(), status)

    def test_a_request_line_that_is_too_long_is_414(self):
        self.assert_refused(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414)
        self.assert_refused(b"GET /" + b"a" * 20000, 414)

    def test_a_head_that_is_too_large_is_431(self):
        self.assert_refused(HEAD.encode() + b"X: " + b"y" * 17000 + b"\r\n\r\n", 431)
        self.assert_refused(HEAD.encode() + b"X: y\r\n" * 101 + b"\r\n", 431)
        self.assert_refused(HEAD.encode() + b"If-Match: y\r\n" * 60 + b"\r\n", 431)

    def test_what_is_not_http_is_refused_at_once(self):
        for data in b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x80\x2e\x01", b"\x00" * 10, b"   ":
            self.assert_refused(data, 400)

    def test_noise_is_refused_or_ignored(self):
        noise = random.Random(1)
        for _ in range(50):
            with new_client() as c:
                c.send(noise.randbytes(noise.randrange(1, 3000)))
                c.finish()
                with contextlib.suppress(ConnectionResetError):
                    while c.receive():
                        pass
                self.assertIn(c.buffer[:12], (b"", b"HTTP/1.1 400", b"HTTP/1.1 414", b"HTTP/1.1 431"))
        self.assert_still_serves()

    def test_answers_before_an_error_still_arrive(self):
        with new_client() as c:
            c.send((HEAD + "\r\n").encode() * 2 + b"nonsense\r\n\r\n" + (HEAD + "\r\n").encode())
            self.assertEqual([c.read().status for _ in range(3)], [200, 200, 400])
            self.assertTrue(c.is_closed())

    def test_an_error_survives_a_client_that_goes_on_talking(self):
        with new_client() as c:
            c.send(b"nonsense\r\n\r\n")
            for _ in range(20):
                c.send(b"x" * 10000)  # a reset here could destroy the answer
                time.sleep(0.005)
            self.assertEqual(c.read().status, 400)

    def test_a_slow_head_is_408_and_a_slow_body_is_cut(self):
        with new_client() as head, new_client() as body:
            body.send(HEAD.encode() + b"Content-Length: 1000\r\n\r\n")
            self.assert_file(body.read(), "index.html")
            start = time.monotonic()
            for byte in (HEAD * 3).encode():
                if time.monotonic() > start + 9:
                    break
                head.send(bytes([byte]))
                body.send(b"x")
                time.sleep(0.2)
            self.assertEqual(head.read().status, 408)
            self.assertTrue(head.is_closed())
            self.assertTrue(body.is_closed())


if __name__ == "__main__":
    unittest.main()
