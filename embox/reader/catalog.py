# SPDX-License-Identifier: BSD-2-Clause
"""Which commands, or suites of tests, of a checkout build here: each is resolved, compiled and linked against the names
that Domik defines.

Ninja does the work and remembers it (build/embox/list-TARGET). A command links if every name that is
left after unused parts are dropped is one of Domik's, or of its own modules.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import plan
from library import Library
from output import Output
from problem import Problem
from tables import is_command

RULES = """\
rule cc
  command = rm -f $out; $cmd -MD -MF $out.d -o $out -c $in 2> $out.err
  depfile = $out.d
  deps = gcc
  description = compiling for $who
rule ar
  command = rm -f $out; ar csrDT $out $in
rule link
  command = rm -f $out; $cmd $in -o $out 2> $out.err
  description = linking $who
"""
# What kind, which binding, and NAME of a readelf line
SYMBOL = re.compile(r"\s(FUNC|OBJECT|NOTYPE|TLS)\s+(GLOBAL|WEAK)\s+\w+\s+(?!UND)\w+\s+([\w$.]+)$",
                    re.MULTILINE)
ERROR = re.compile(r"^(\S+?:\d+)(?::\d+)?: (?:fatal )?error: (.*)", re.MULTILINE)
UNDEFINED = re.compile(r"undefined reference to `([^']+)'")


@dataclass
class Verdict:
    module: str
    command: str
    reason: str = ""  # why it does not build
    objects: list[Path] = field(default_factory=list)
    linked: Path | None = None


def test_modules(library: Library) -> list[str]:
    """Modules with a suite of tests among their sources."""
    found = []
    for name, module in library.modules.items():
        files = [s.place.file.parent / s.path for s in module.sources if s.path.endswith(".c")]
        if any(f.is_file() and b"EMBOX_TEST_SUITE" in f.read_bytes() for f in files):
            found.append(name)
    return sorted(found)


def command_modules(library: Library) -> list[str]:
    return sorted(name for name, m in library.modules.items()
                  if any(a.name.rpartition(".")[2] in ("AutoCmd", "CxxCmd") for a in m.annotations))


class Catalog:
    def __init__(self, library: Library, build_dir: Path, folder: Path):
        self.library, self.build_dir, self.folder = library, build_dir, folder
        self.lines = [f"builddir = {_ninja(str(folder))}", RULES]  # Ninja runs where the pattern does

    def run(self, modules: list[str]) -> list[Verdict]:
        verdicts = [self._plan(name) for name in modules]
        self._write_names()
        (self.folder / "build.ninja").write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        subprocess.run(["ninja", "-k", "0", "-C", str(self.build_dir), "-f",
                        str(self.folder / "build.ninja")], check=False, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for verdict in verdicts:
            if not verdict.reason:
                verdict.reason = _failure(verdict, self.library.checkout)
        return verdicts

    # --- what Ninja is told

    def _pattern(self) -> tuple[list[str], str]:
        """The compiler's words up to the files, as Meson has them for probe.c."""
        commands = json.loads((self.build_dir / "compile_commands.json").read_text())
        entry = next(c for c in commands if c["file"].endswith("embox/reader/probe.c"))
        words = shlex.split(entry["command"])
        kept = words[: words.index("-MD")]
        kept.append("-fdiagnostics-color=never")
        return kept, shlex.join(kept[: 2 if kept[1].startswith("-m") else 1])

    def _plan(self, name: str) -> Verdict:
        module = self.library.modules[name]
        mark = module.annotation("Cmd") or module.annotation("CxxCmd")
        verdict = Verdict(name, mark.text("name", module.name) if mark else module.name)
        output = Output(self.folder / name)
        try:
            made = plan.make(plan.Request(name, self.library.checkout, None, [name]), output,
                             self.library)
            plan.write(made, output)
        except Problem as problem:
            where = str(problem.place).removeprefix(f"{self.library.checkout}/")
            verdict.reason = f"{problem.reason} ({where})"
            return verdict
        if name in made.closure.provided:
            verdict.reason = "Domik itself stands for it"
            return verdict
        self._compile(made, verdict)
        return verdict

    def _compile(self, made: plan.Plan, verdict: Verdict) -> None:
        words, compiler = self._pattern()
        folder = self.folder / verdict.module
        inputs, archives = [], []
        for instance in made.closure.instances:
            parts = made.parts[instance.name]
            args = words + [f"-I{folder}/export", f"-I{folder}/include", "-idirafter",
                            f"{self.library.checkout}/src/include", "-include",
                            f"{folder}/include/config/{plan.slashed(instance)}.h",
                            f"-D__EMBUILD_MOD__={instance.id}", *parts.args]
            objects = []
            for number, source in enumerate(parts.sources):
                target = folder / f"{instance.id}.{number}.o"
                self._edge("cc", target, [source], verdict, shlex.join(args))
                objects.append(target)
            verdict.objects += objects
            if instance.module.is_static and not is_command(instance) and objects:
                archive = folder / f"{instance.id}.a"
                self._edge("ar", archive, objects, verdict, "")
                archives.append(archive)
            else:
                inputs += objects
        table = folder / "table.o"
        self._edge("cc", table, [folder / f"{verdict.module}-table.c"], verdict,
                   shlex.join([*words, f"-I{folder}/include"]))
        inputs.append(table)
        verdict.objects.append(table)
        verdict.linked = folder / "linked"
        command = any(is_command(i) and i.name == verdict.module for i in made.closure.instances)
        entry = "main" if command else f"__test_suite__{verdict.module.replace('.', '__')}"
        drop = "-Wl,--gc-sections " if command else ""  # cases of a suite are named by nobody
        link = (f"{compiler} -nostdlib -static {drop}-Wl,-e,{entry} -Wl,-u,{entry}"
                " -Wl,-z,noexecstack -Wl,--start-group")
        known = self.folder / "names.o"
        self._edge("link", verdict.linked, [*inputs, *archives, known], verdict, link)

    def _edge(self, rule: str, target: Path, inputs: Iterable[Path], verdict: Verdict,
              command: str) -> None:
        files = " ".join(_ninja(str(i)) for i in inputs)
        self.lines += [f"build {_ninja(str(target))}: {rule} {files}",
                       f"  cmd = {command.replace('$', '$$')}", f"  who = {verdict.command}"]

    def _write_names(self) -> None:
        """An object with every name that can be linked."""
        ours = [p for p in self.build_dir.glob("lib*.a")
                if p.name.startswith(("libarch", "libkernel", "libxen.", "libnet", "liblibc",
                                      "libembox."))]
        libc = list(self.build_dir.glob("subprojects/picolibc*/**/libc.a"))
        names = linkable(_symbols(ours), _symbols(libc))
        body = [".text"]
        for kind, section in (("code", ".text"), ("TLS", '.section .tbss,"awT",@nobits')):
            body.append(section)
            for name in sorted(n for n, k in names.items() if (k == "TLS") == (kind == "TLS")):
                body += [f".weak {name}", f"{name}: .zero 8" if kind == "TLS" else f"{name}:"]
        source = Output(self.folder).write("names.s", "\n".join(body) + "\n")
        _, compiler = self._pattern()
        self.lines += [f"build {_ninja(str(self.folder / 'names.o'))}: cc {_ninja(str(source))}",
                       f"  cmd = {compiler}", "  who = all"]


def _symbols(archives: Iterable[Path]) -> str:
    return subprocess.run(["readelf", "-sW", *map(str, archives)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def linkable(ours: str, libc: str) -> dict[str, str]:
    """The names that Domik and the C library define, each with its kind. An object of the library that
    defines a name of ours too does not count: for its other names it would be linked, and collide."""
    names = {name: kind for kind, _, name in SYMBOL.findall(ours)}
    for member in libc.split("\nFile: "):
        found = SYMBOL.findall(member)
        if not any(binding == "GLOBAL" and name in names for _, binding, name in found):
            names = {**{name: kind for kind, _, name in found}, **names}
    return names


def _ninja(path: str) -> str:
    return re.sub(r"([$ :])", r"$\1", path)


def _failure(verdict: Verdict, checkout: Path | None) -> str:
    """Why Ninja did not get to the end of it; "" if it did."""
    for target in verdict.objects:
        if not target.exists():
            text = target.with_name(target.name + ".err").read_text(errors="replace")
            match = ERROR.search(text)
            if not match:
                return f"does not compile: see {target}.err"
            where = match[1].removeprefix(f"{checkout}/")
            return f"does not compile: {match[2]} ({where})"
    if verdict.linked and not verdict.linked.exists():
        text = verdict.linked.with_name("linked.err").read_text(errors="replace")
        names = sorted(set(UNDEFINED.findall(text)))
        if names:
            more = f" and {len(names) - 6} more" if len(names) > 6 else ""
            return "does not link: there is no " + ", ".join(names[:6]) + more
        return "does not link: " + (text.strip().splitlines() or ["no message"])[-1]
    return ""
