# SPDX-License-Identifier: BSD-2-Clause
"""What an instance is compiled from, and with which arguments; what we cannot build is refused here."""

import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from closure import Instance
from problem import Place, Problem, near
from syntax import Entity, Source

COMPILED = (".c", ".S")
CXX = (".cpp", ".cxx", ".cc", ".C")
REFUSED_MARKS = {
    "Build": "it is built by a script of its own",
    "BuildDepends": "it needs a library that a script builds",
    "BuildArtifactPath": "it is built by a script of its own",
    "Rule": "a source of it is made by a rule of make",
    "Generated": "a source of it is made by a script",
    "AddPrefix": "its sources are downloaded",
    "Postbuild": "a script changes the image after linking",
    "CxxCmd": "it is C++",
}
REFUSED_SUFFIXES = {
    ".mk": "a part of a makefile",
    ".a": "a library that is already compiled",
    ".o": "an object that is already compiled",
    ".st": "a program for a PLC",
    **{suffix: "C++" for suffix in CXX},
}
ADVICE = "leave the module out, or give its sources as C files beside its description"


@dataclass
class Export:
    """A file that all modules of the image see as <name>."""

    name: str
    file: Path
    place: Place


@dataclass
class RootFile:
    """A file for the RAM disk."""

    name: str
    file: Path
    mode: int
    place: Place


@dataclass
class Parts:
    sources: list[Path] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    headers: list[Path] = field(default_factory=list)  # for the module's header
    exports: list[Export] = field(default_factory=list)
    root_files: list[RootFile] = field(default_factory=list)


@dataclass
class Places:
    """What $(…) in a path means."""

    checkout: Path | None
    conf_dir: Path | None

    def is_system(self, folder: Path) -> bool:
        """Does the folder have headers that Domik has too?"""
        return self.checkout is not None and any(
            folder.is_relative_to(self.checkout / "src" / name) for name in ("compat", "include"))

    def expand(self, text: str, place: Place) -> str:
        known = {}
        if self.checkout:
            known |= {"ROOT_DIR": self.checkout, "SRC_DIR": self.checkout / "src"}
        if self.conf_dir:
            known["CONF_DIR"] = self.conf_dir

        def replace(match: re.Match) -> str:
            if match[1] in known:
                return str(known[match[1]])
            raise Problem(place, f"$({match[1]}) has no value here",
                          f"known are {', '.join(known) or 'none'}: leave the module out")

        return re.sub(r"\$\((\w+)\)", replace, text)


def collect(instance: Instance, places: Places) -> Parts:
    """Sources of the module and of all that it extends, each from the folder of its description."""
    parts = Parts()
    for entity in instance.line:
        for mark in entity.annotations:
            _refuse(entity, mark)
        for source in entity.sources:
            _source(entity, source, places, parts)
    return parts


def _refuse(entity: Entity, mark) -> None:
    name = mark.name.rpartition(".")[2]
    if name in REFUSED_MARKS:
        raise Problem(mark.place, f"{entity.full_name} has @{name}: {REFUSED_MARKS[name]}", ADVICE)


def _marks(entity: Entity, source: Source, name: str) -> list[str]:
    return [m.text() for part in (entity, source) for m in part.all(name)]


def _source(entity: Entity, source: Source, places: Places, parts: Parts) -> None:
    for mark in source.annotations:
        _refuse(entity, mark)
    if source.path.startswith("^"):
        raise Problem(source.place, f"{source.path} is made or downloaded by make", ADVICE)
    if "$(" in source.path:
        file = Path(places.expand(source.path, source.place))
    else:
        file = source.place.file.parent / source.path
    _require_plain(source.place, source.path)
    if not os.path.isfile(file):
        names = [p.name for p in file.parent.glob("*") if p.is_file()] \
            if os.path.isdir(file.parent) else []
        raise Problem(source.place, f"{entity.full_name}: there is no file {source.path}",
                      near(file.name, names) or f"it should be {file}")
    if source.annotation("InitFS"):
        parts.root_files.append(_root_file(source, file))
        return
    exported = export_name(source)
    if exported:
        parts.exports.append(Export(exported, file, source.place))
    _by_suffix(entity, source, file, places, parts)


def export_name(source: Source) -> str:
    """Under which name all modules see it; "" if they do not."""
    mark = source.annotation("IncludeExport")
    if mark is None:
        return ""
    name = mark.text("target_name") or Path(source.path).name
    folder = mark.text("path") or mark.text()
    return _below(mark.place, f"{folder}/{name}" if folder else name)


def _below(place: Place, name: str) -> str:
    """A name that leads nowhere else than below the folder that it is for."""
    _require_plain(place, name)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or not parts:
        raise Problem(place, f"'{name}' is not below the folder that it is for",
                      "name a file, or folders and a file, without '..'")
    return "/".join(parts)


def _require_plain(place: Place, text: str) -> None:
    """No line ends and the like, in which neither the build's files nor C's can name anything."""
    if any(ord(c) < 0x20 for c in text):
        raise Problem(place, f"{text[:60]!r} has a line end or another control character in it",
                      "remove it from the string")


def _root_file(source: Source, file: Path) -> RootFile:
    mark = source.annotation("InitFS")
    name = mark.text("target_name") or file.name
    mode = mark.text("chmod", "0644")
    if not re.fullmatch("[0-7]{3,4}", mode):
        raise Problem(mark.place, f"chmod=\"{mode}\" is no mode of a file", 'write chmod="0644" or its like')
    return RootFile(_below(mark.place, f"{mark.text('target_dir')}/{name}"), file, int(mode, 8),
                    source.place)


def _by_suffix(entity: Entity, source: Source, file: Path, places: Places, parts: Parts) -> None:
    if file.name.endswith(".lds.S"):
        raise Problem(source.place, f"{source.path} is a part of a linker script", ADVICE)
    if file.suffix in REFUSED_SUFFIXES:
        raise Problem(source.place, f"{source.path} is {REFUSED_SUFFIXES[file.suffix]}", ADVICE)
    if file.suffix == ".h":
        parts.headers.append(file)
    elif file.suffix in COMPILED:
        if file not in parts.sources:
            parts.sources.append(file)
        _add(parts.args, _arguments(entity, source, places))


def _add(args: list[str], more: list[list[str]]) -> None:
    """Arguments of one source go to all of its module; each comes once."""
    for words in more:
        if not any(args[i : i + len(words)] == words for i in range(len(args))):
            args.extend(words)


def _arguments(entity: Entity, source: Source, places: Places) -> list[list[str]]:
    place, found = source.place, []
    for name in ("IncludePathBefore", "IncludePath", "DefineMacro", "IncludeHeader"):
        for text in _marks(entity, source, name):
            _require_plain(place, text)
    for name in ("IncludePathBefore", "IncludePath"):
        for text in _marks(entity, source, name):
            folder = Path(places.expand(text, place))
            if not folder.is_absolute():
                folder = (places.checkout or place.file.parent) / folder
            if places.is_system(folder):  # Embox's C library: ours comes first
                found.append(["-idirafter", str(folder)])
            else:
                found.append([f"-I{folder}"])
    found += [[f"-D{text}"] for text in _marks(entity, source, "DefineMacro")]
    found += [_words(place, text) for text in _marks(entity, source, "Cflags") if text.strip()]
    found += [["-include", text] for text in _marks(entity, source, "IncludeHeader")]
    return found


def _words(place: Place, text: str) -> list[str]:
    """What a shell would make of it."""
    try:
        return shlex.split(" ".join(text.split("\n")))
    except ValueError as error:
        raise Problem(place, f"@Cflags: a quote in {text!r} is not closed", "close it") from error
