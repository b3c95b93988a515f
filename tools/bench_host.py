# SPDX-License-Identifier: BSD-2-Clause
"""`./domik bench host`: domik-host on this machine, and its httpd beside nginx.

Both servers hang on one bridge in a network namespace, so that a client in another one
reaches them over the same path: client -- veth -- bridge -- tap (domik-host) or veth (nginx).
"""

import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Iterator, Optional

import domik_host
import site_tar
from say import Refusal, step, warn

STARTS = 20
ROUNDS = 3
WRK_S = 4
COST = "cost-test"
SMALL, LARGE = "small.html", "large.bin"
SMALL_BYTES, LARGE_BYTES = 2048, 100_000_000
NET = "10.99.7."
CLIENT, GUEST, NGINX = NET + "1", NET + "2", NET + "3"
SWITCH_NS, CLIENT_NS, NGINX_NS = "domik-sw", "domik-cl", "domik-ng"
# The prototype's, on the machine of the figures in host/README.md.
PROTOTYPE_NS = {"cost.hypercall": "50", "cost.send_masked": "195", "cost.upcall": "354",
                "cost.clock_read": "13", "cost.guest_fault": "8300", "cost.map_and_unmap": "175",
                "cost.map_touch_unmap": "95000", "cost.timer_and_block": "25000"}

Rows = list[tuple[str, ...]]


def run(root: Path) -> int:
    for image in ("httpd", COST):
        domik_host.ensure(root, image)
    with tempfile.TemporaryDirectory(prefix="domik-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _make_site(folder / "site")
        site = folder / "site.tar"
        site_tar.pack(folder / "site", site)
        rows: Rows = [("domik-host", "", "")]
        rows += _start_times(root)
        rows += _costs(root)
        print(_table(rows), flush=True)
        missing = _missing()
        if missing:
            warn(f"beside nginx: skipped: {missing}")
            return 0
        print(_table(_beside_nginx(root, folder, site)))
    return 0


def _missing() -> str:
    """Why the two servers cannot be compared here."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    for program in ("nginx", "wrk", "ip"):
        if not shutil.which(program, path=_path()):
            package = {"nginx": "nginx-light", "ip": "iproute2"}.get(program, program)
            return f"{program} is not installed: apt-get install {package}"
    return "" if Path("/dev/net/tun").exists() else "this machine has no /dev/net/tun"


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _table(rows: Rows) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), row[1].rjust(widths[1]),
                                *(cell.rjust(width) if cell[:1].isdigit() else cell
                                  for cell, width in zip(row[2:], widths[2:]))]).rstrip()
                     for row in rows)


def _make_site(folder: Path) -> None:
    folder.mkdir()
    (folder / SMALL).write_bytes(b"x" * SMALL_BYTES)
    with open(folder / LARGE, "wb") as f:
        f.truncate(LARGE_BYTES)
    (folder / LARGE).chmod(0o644)
    folder.chmod(0o755)


# --- by itself ----------------------------------------------------------------------------------


@contextmanager
def _process(words: list[str], **options) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(3)
                break
        else:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def _first_reply_s(root: Path, site: Path) -> float:
    """From the start of the process to a whole reply."""
    port = _free_port()
    words = domik_host.command(root, "httpd", site=site,
                               net=f"user,tcp:127.0.0.1:{port}-:80")
    begin = time.monotonic()
    with _process(words):
        while time.monotonic() - begin < 20:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/", headers={"Connection": "close"})
                connection.getresponse().read()
                return time.monotonic() - begin
            except (OSError, http.client.HTTPException):
                time.sleep(0.0005)
            finally:
                connection.close()
    raise Refusal("httpd in domik-host does not answer: ./domik run shows why")


def _start_times(root: Path) -> Rows:
    step(f"process start to first reply, {STARTS} times")
    site = domik_host.pack(root, root / "apps" / "www")
    try:
        times = sorted(_first_reply_s(root, site) * 1000 for _ in range(STARTS))
    finally:
        site.unlink()
    return [("start to first reply: median", f"{statistics.median(times):.1f}", "ms"),
            ("  fastest, slowest", f"{times[0]:.1f} {times[-1]:.1f}", "ms"),
            ("  for scale: a process that does nothing", f"{_nothing_ms():.1f}", "ms")]


def _nothing_ms() -> float:
    def once() -> float:
        begin = time.monotonic()
        subprocess.run(["true"], check=False)
        return (time.monotonic() - begin) * 1000
    return statistics.median(once() for _ in range(STARTS))


def _costs(root: Path) -> Rows:
    """What an image says of the ways to the host and back."""
    image = root / "build" / "pv64" / f"{COST}.elf"
    done = subprocess.run([str(domik_host.program(root)), str(image)], capture_output=True,
                          text=True, errors="replace", stdin=subprocess.DEVNULL, check=False,
                          timeout=120)
    rows = []
    for name, value, unit in re.findall(r"^B (\S+) (\S+) (\S+)", done.stdout, re.MULTILINE):
        before = PROTOTYPE_NS.get(name)
        rows.append((name, value, unit + (f"  (the prototype: {before})" if before else "")))
    return rows or [("costs", "-", f"the image ended with status {done.returncode}")]


# --- beside nginx -------------------------------------------------------------------------------


def _inside(namespace: str) -> list[str]:
    """Words before a command that run it there. `ip -n` and `ip netns exec` mount too, which
    is refused in a chroot, whose root is no mount point."""
    return ["nsenter", f"--net=/run/netns/{namespace}"]


def _ip(*words: str, inside: str = "") -> None:
    subprocess.run([*(_inside(inside) if inside else []), "ip", *words], check=True,
                   env={**os.environ, "PATH": _path()}, stdin=subprocess.DEVNULL)


@contextmanager
def _network() -> Iterator[None]:
    """Three namespaces: the bridge with domik-host's tap, the client, nginx."""
    with ExitStack() as stack:
        for namespace in (SWITCH_NS, CLIENT_NS, NGINX_NS):
            _ip("netns", "add", namespace)
            stack.callback(_ip, "netns", "del", namespace)
        _ip("link", "add", "name", "br0", "type", "bridge", inside=SWITCH_NS)
        _ip("link", "set", "br0", "up", inside=SWITCH_NS)
        for namespace, address in ((CLIENT_NS, CLIENT), (NGINX_NS, NGINX)):
            end = namespace[-2:]
            _ip("link", "add", "name", end, "type", "veth", "peer", "name", "eth0",
                "netns", namespace, inside=SWITCH_NS)
            _ip("link", "set", end, "master", "br0", "up", inside=SWITCH_NS)
            _ip("addr", "add", f"{address}/24", "dev", "eth0", inside=namespace)
            _ip("link", "set", "eth0", "up", inside=namespace)
        _ip("tuntap", "add", "dev", "tap0", "mode", "tap", inside=SWITCH_NS)
        _ip("link", "set", "tap0", "master", "br0", "up", inside=SWITCH_NS)
        yield


def _nginx_words(folder: Path) -> list[str]:
    conf = folder / "nginx.conf"
    conf.write_text(f"""daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=16;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 80; root {folder}/site; }}
}}
""")
    return [*_inside(NGINX_NS), "nginx", "-c", str(conf), "-e", str(folder / "nginx.log")]


def _client(*words: str, limit_s: float = 120) -> str:
    done = subprocess.run([*_inside(CLIENT_NS), *words], capture_output=True,
                          text=True, check=False, env={**os.environ, "PATH": _path()},
                          stdin=subprocess.DEVNULL, timeout=limit_s)
    if done.returncode:
        raise Refusal(f"{' '.join(words[:1])} failed: {done.stderr.strip() or done.stdout}")
    return done.stdout


def _requests(address: str, connections: int, *more: str) -> float:
    text = _client("wrk", "-t", "1", "-c", str(connections), "-d", str(WRK_S), *more,
                   f"http://{address}/{SMALL}")
    if errors := re.search(r"Socket errors.*|Non-2xx.*", text):
        warn(f"{address}: {errors[0]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def _megabytes(address: str) -> float:
    text = _client("curl", "-s", "-o", "/dev/null", "-w", "%{size_download} %{speed_download}",
                   f"http://{address}/{LARGE}")
    size, speed = text.split()
    if int(size) != LARGE_BYTES:
        raise Refusal(f"{address}: {size} bytes instead of {LARGE_BYTES}")
    return float(speed) / 1e6


def _wait(address: str) -> None:
    for _ in range(100):
        with suppress(Refusal):
            _client("curl", "-s", "-o", "/dev/null", "-m", "2", f"http://{address}/{SMALL}")
            return
        time.sleep(0.1)
    raise Refusal(f"{address} does not answer in the namespaces")


def _beside_nginx(root: Path, folder: Path, site: Path) -> Rows:
    step("httpd in domik-host and nginx, by turns, over one bridge")
    words = domik_host.command(root, "httpd", site=site, memory=160,
                               cmdline=f"ip={GUEST}/24 -- -l off")
    words = [w for w in words if not w.startswith("--net=")]
    words.append(f"--net=tap=tap0,netns={SWITCH_NS}")
    measures = {
        "requests/s, 1 connection": lambda a: _requests(a, 1),
        "requests/s, 50 connections": lambda a: _requests(a, 50),
        "requests/s, 50, not kept alive": lambda a: _requests(a, 50, "-H", "Connection: close"),
        "MB/s, one file of 100 MB": _megabytes,
    }
    figures: dict[str, dict[str, list[float]]] = {name: {} for name in measures}
    environment = {**os.environ, "PATH": _path()}
    with _network(), _process(words), _process(_nginx_words(folder), env=environment):
        for address in (GUEST, NGINX):
            _wait(address)
        for _ in range(ROUNDS):
            for name, measure in measures.items():
                for address in (GUEST, NGINX):
                    figures[name].setdefault(address, []).append(measure(address))
    rows: Rows = [("over one bridge", "domik-host", "nginx", "ratio")]
    for name, by in figures.items():
        ours, theirs = (statistics.median(by[a]) for a in (GUEST, NGINX))
        rows.append((name, f"{ours:.0f}", f"{theirs:.0f}", f"{ours / theirs:.2f}"))
    return rows


def names_host(names: Optional[list[str]]) -> bool:
    """Is it this benchmark that is asked for? It does not go with those in the lab."""
    if names and "host" in names and len(names) > 1:
        raise Refusal("host measures on this machine, the others in the lab: one at a time")
    return names == ["host"]
