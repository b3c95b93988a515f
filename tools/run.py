# SPDX-License-Identifier: BSD-2-Clause
"""`./domik run`: boot Xen, create a domU from an image, serve until Ctrl-C."""

import argparse
import http.client
import ipaddress
import re
import shlex
import socket
import threading
import time
from pathlib import Path
from typing import Optional

import build
import lab_image
import setup
import site_tar
from job import TARGETS, image_files
from lab import GUEST, Content, Forward, Lab, Result
from say import Refusal, step
from symbolize import Consoles

HERE = Path(__file__).parent
MIB = 1 << 20
SHIM_MB = {"pv64": 0, "pv32": 24}
FLOOR_MB = {"pv64": 4, "pv32": 32}
XEN_MB = 300
DOM0_MB = 768
CMDLINE_MAX = 1023
LAB_NET = ipaddress.IPv4Network("192.168.2.0/24")
LAB_TAKEN = ("192.168.2.0", "192.168.2.2", "192.168.2.10", "192.168.2.255")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", choices=TARGETS, default="pv64", help="(default: pv64)")
    parser.add_argument("--image", default="httpd", metavar="NAME", help="(default: httpd)")
    parser.add_argument("--root", type=Path, metavar="DIR",
                        help="folder to serve (default: apps/www, a small site of ours)")
    parser.add_argument("--memory", type=int, metavar="MB",
                        help="memory of the domU (default: what image and files need)")
    parser.add_argument("--port", type=int, default=8080,
                        help="port of 127.0.0.1 that leads to the domU's port 80"
                             " (default: 8080)")
    parser.add_argument("--args", metavar='"…"', help="the program's own words")
    parser.add_argument("--ip", metavar="ADDR/LEN[,GATEWAY]|dhcp",
                        help=f"the domU's ip= word (default: it reads {GUEST} from XenStore)")


def check_port(port: int) -> None:
    if not 1 <= port <= 65535:
        raise Refusal(f"--port {port}: a port is a number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Refusal(f"--port {port}: only root may use it; choose one from 1024"
                          " up") from error
        except OSError as error:
            raise Refusal(f"port {port} of 127.0.0.1 is in use: stop what uses it, or choose"
                          " another with --port N") from error


def choose_memory(asked_mb: Optional[int], target: str, cfg_mb: int, tar_bytes: int) -> int:
    """The domain's memory in MB: as asked if that can do, else what the files need."""
    files_mb = -(-tar_bytes // MIB)
    least_mb = max(FLOOR_MB[target], files_mb + files_mb // 16 + 3 + SHIM_MB[target])
    if asked_mb is None:
        return max(cfg_mb, least_mb + 8 if tar_bytes else least_mb)
    if asked_mb < least_mb:
        what = f" with {files_mb} MB of files" if files_mb > 1 else ""
        raise Refusal(f"--memory {asked_mb}: {target}{what} needs at least {least_mb} MB")
    return asked_mb


def guest_address(ip: Optional[str]) -> str:
    """Where the host's port must lead for that ip= word."""
    if ip in (None, "dhcp"):  # QEMU's DHCP server gives the same address
        return GUEST
    try:
        interface = ipaddress.IPv4Interface(ip.partition(",")[0])
    except ValueError as error:
        raise Refusal(f"--ip {ip}: {error}; give ADDR/LEN[,GATEWAY] or dhcp") from error
    address = interface.ip
    if address not in LAB_NET or str(address) in LAB_TAKEN or "/" not in ip:
        raise Refusal(f"--ip {ip}: in the lab, choose an address of {LAB_NET} with its"
                      f" length, other than {', '.join(LAB_TAKEN)}")
    return str(address)


def command_line(ip: Optional[str], args: Optional[str]) -> str:
    """The cmdline of the domain, empty when neither is given."""
    for option, text in (("--ip", ip), ("--args", args)):
        if text and re.search(r'["\\\n]', text):
            raise Refusal(f"{option}: quotes, backslashes and line ends cannot be passed on"
                          " by xl")
    line = " ".join(([f"ip={ip}"] if ip else []) + (["--", args] if args else []))
    if len(line) > CMDLINE_MAX:
        raise Refusal(f"the command line has {len(line)} characters; Xen passes on at most"
                      f" {CMDLINE_MAX}")
    return line


def cfg_value(text: str, key: str) -> Optional[str]:
    """The value of a key in an xl configuration, without its quotes."""
    match = re.search(rf"^{key}\s*=\s*(.*?)\s*$", text, re.MULTILINE)
    return match[1].strip('"') if match else None


def _check_host_memory(needed_mb: int) -> None:
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return
    match = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    if match and int(match[1]) // 1024 < needed_mb:
        raise Refusal(f"the lab needs {needed_mb} MB of this machine's memory and"
                      f" {int(match[1]) // 1024} MB are free: close something, or give the"
                      " domU less with --memory")


def run(root: Path, options: argparse.Namespace) -> int:
    check_port(options.port)
    forward = Forward(options.port, guest_address=guest_address(options.ip))
    cmdline = command_line(options.ip, options.args)
    folder = options.root or root / "apps" / "www"
    out = root / "build" / "run"
    setup.ensure_lab_tools()
    build.ensure_images(root, options.target, [options.image])
    images = image_files(root, options.target, [options.image])
    files: dict[str, Content] = {**images, "run.sh": HERE / "lab" / "run.sh"}
    cfg = images[f"{options.target}/{options.image}.cfg"].read_text()
    settings, tar_bytes = [], 0
    if options.root or cfg_value(cfg, "vif"):
        tar_bytes = site_tar.pack(folder, out / "site.tar")
        files["site.tar"] = out / "site.tar"
        settings.append("ramdisk=/lab/site.tar")
        step(f"packed {folder}: {tar_bytes // 1024} KB become the RAM disk")
    memory_mb = choose_memory(options.memory, options.target,
                              int(cfg_value(cfg, "memory") or 16), tar_bytes)
    settings += [f"memory={memory_mb}", *([f"cmdline={cmdline}"] if cmdline else [])]
    dom0_mb = DOM0_MB + 2 * (tar_bytes // MIB)
    lab_mb = max(2048, XEN_MB + dom0_mb + memory_mb + 64)
    _check_host_memory(lab_mb)
    lab_image.ensure(root)
    lab = Lab(root, out, limit_s=float("inf"), memory_mb=lab_mb, dom0_mb=dom0_mb,
              forwards=[forward])
    step(f"booting Xen and dom0 in QEMU; then a domU {options.image} ({options.target},"
         f" {memory_mb} MB)")
    words = " ".join(shlex.quote(word) for word in [options.image, *settings])
    start = f"export TARGET={options.target}\nexec bash run.sh {words}\n"
    return _Serving(lab, options, root).run(start, files)


class _Serving:
    """The lab with its one domain, watched from outside."""

    def __init__(self, lab: Lab, options: argparse.Namespace, root: Path):
        self.lab, self.options = lab, options
        self.consoles = Consoles(root)
        self.state = ""
        self.over = threading.Event()

    def run(self, start: str, files: dict[str, Content]) -> int:
        try:
            result = self.lab.run(start, files, self._line)
        except KeyboardInterrupt:
            self.over.set()
            print()
            step("stopped")
            return 0
        finally:
            self.over.set()
        return self._tell(result)

    def _tell(self, result: Result) -> int:
        if result.why:
            raise Refusal(result.why)
        if not self.state:
            raise Refusal("xl could not create the domU: see its message above")
        logs = f"logs: {result.out}"
        if self.state == "gone":
            step(f"the domU has powered itself off; {logs}")
        else:
            step(f"the domU has ended: {self.state}; {logs}")
        return result.status

    def _line(self, line: str) -> None:
        if line == "LAB-CREATED":
            step("the domU is created; its console:")
            threading.Thread(target=self._wait_for_reply, daemon=True).start()
        elif line.startswith("LAB-ENDED "):
            self.state = line.split()[1]
        else:
            shown = self.consoles.line(line)
            if shown is not None:
                print(shown, flush=True)

    def _wait_for_reply(self) -> None:
        """Ask over HTTP until the domU answers, then tell the user where it is."""
        while not self.over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.options.port, timeout=2)
            try:
                connection.request("GET", "/", headers={"Connection": "close"})
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            finally:
                connection.close()
            step(f"it answers (HTTP {status}): http://127.0.0.1:{self.options.port}/"
                 "   Ctrl-C ends it")
            return
