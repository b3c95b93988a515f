# SPDX-License-Identifier: BSD-2-Clause
"""`./domik run`: a domain from an image, in domik-host or on real Xen, until Ctrl-C."""

import argparse
import ipaddress
import re
import socket
from pathlib import Path
from typing import Optional

import embox_choice
from job import TARGETS
from lab import GUEST
from say import Refusal

MIB = 1 << 20
SHIM_MB = {"pv64": 0, "pv32": 24}
FLOOR_MB = {"pv64": 4, "pv32": 32}
CMDLINE_MAX = 1023
LAB_NET = ipaddress.IPv4Network("192.168.2.0/24")
LAB_TAKEN = ("192.168.2.0", "192.168.2.2", "192.168.2.3", "192.168.2.10", "192.168.2.255")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--xen", action="store_true",
                        help="on real Xen, with a Linux dom0 in QEMU (default: domik-host, a"
                             " process of this machine)")
    parser.add_argument("--target", choices=TARGETS, default="pv64",
                        help="(default: pv64; pv32 needs --xen, which it implies)")
    parser.add_argument("--image", metavar="NAME",
                        help="(default: httpd; with --embox, --include or --conf: embox)")
    parser.add_argument("--root", type=Path, metavar="DIR",
                        help="folder to serve (default: apps/www, a small site of ours)")
    parser.add_argument("--memory", type=int, metavar="MB",
                        help="memory of the domain (default: what image and files need)")
    parser.add_argument("--port", type=int, default=8080,
                        help="port of 127.0.0.1 (with domik-host of ::1 too) that leads to the"
                             " domain's port 80 (default: 8080)")
    parser.add_argument("--args", metavar='"…"', help="the program's own words")
    parser.add_argument("--ip", metavar="ADDR/LEN[,GATEWAY]|dhcp",
                        help=f"the domain's ip= word (default: it reads {GUEST} from XenStore)")
    parser.add_argument("--trace", metavar="LIST",
                        help="domik-host: show hypercalls,events,grants,xenstore,rings,"
                             "pagetables,net, or all")
    parser.add_argument("--stats", action="store_true",
                        help="domik-host: counts and times at the end")
    embox_choice.add_arguments(parser)


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


def run(root: Path, options: argparse.Namespace) -> int:
    on_xen = options.xen or options.target != "pv64"
    if on_xen and (options.trace or options.stats):
        raise Refusal("--trace and --stats are domik-host's: leave out --xen and --target pv32")
    check_port(options.port)
    guest_address(options.ip)
    command_line(options.ip, options.args)
    options.image = embox_choice.choose(root, options) or options.image or "httpd"
    if on_xen:  # imported late: it brings the lab along
        import run_xen as where
    else:
        import run_host as where
    return where.run(root, options)
