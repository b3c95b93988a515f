# SPDX-License-Identifier: BSD-2-Clause
"""All that the build has to know of one image with Embox modules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import provided
from closure import Closure, Instance, bind_options
from headers import write_exports, write_headers
from library import Library
from order import enable_order
from output import Output
from parser import parse_file
from problem import Place, Problem
from sources import Parts, Places, RootFile, collect
from syntax import Reference
from tables import command_name, is_app, is_command, mark_of, table_text
from undeclared import Exports

EMBOX = Path(__file__).resolve().parents[1]
LIBC_INCLUDE = EMBOX.parent / "libc-glue" / "include"
START = "embox.init.system_start_service"  # runs what --init says
SCRIPTS = {"start_script.inc": "embox.init.start_script", "system_start.inc": START}
ZERO_PAGE = "embox.zero_page"  # modules of a checkout may read what a null pointer points to
ALWAYS = ("embox.framework",)
LISTED = "\x1f"  # a character that no path and no argument has


@dataclass
class Request:
    """What an image is asked to have."""

    image: str
    checkout: Path | None = None
    conf: Path | None = None
    include: list[str] = field(default_factory=list)
    init: list[str] = field(default_factory=list)
    own: list[Path] = field(default_factory=list)  # further folders of our descriptions
    project: list[Path] = field(default_factory=list)  # and of theirs, beside the checkout


@dataclass
class Plan:
    request: Request
    library: Library
    closure: Closure
    order: list[tuple[Instance, int]]
    parts: dict[str, Parts]  # by the module's full name

    @property
    def has_foreign(self) -> bool:
        return any(self.library.is_foreign(i.module) for i in self.closure.instances)

    def needs(self) -> list[str]:
        """Modules of Domik."""
        found = list(ALWAYS) + ([ZERO_PAGE] if self.has_foreign else [])
        for entry in self.closure.provided.values():
            found += entry.needs
        return list(dict.fromkeys(found))

    def root_files(self) -> list[RootFile]:
        """What goes into the RAM disk, later ones over earlier ones."""
        found = [f for parts in self.parts.values() for f in parts.root_files]
        folder = self.request.conf.parent / "rootfs" if self.request.conf else None
        for path in sorted(folder.rglob("*")) if folder and folder.is_dir() else []:
            name = str(path.relative_to(folder))
            if not (path.is_file() or path.is_dir()):
                raise Problem(Place(path, 0), "this is neither a file nor a folder",
                              "remove it: a link to nowhere, for example, cannot be packed")
            if not name.isprintable():
                raise Problem(Place(folder, 0), f"{name!r} is not a name for a file of the image",
                              "rename it, in UTF-8 and without control characters")
            if path.name != ".gitkeep":
                found.append(RootFile(name, path, path.stat().st_mode & 0o777, Place(path, 0)))
        return found


def load_library(checkout: Path | None, own: Sequence[Path] = (),
                 project: Sequence[Path] = ()) -> Library:
    library = Library(provided.load(EMBOX / "provided.table"))
    for folder in (EMBOX, *own):
        library.add_own(folder)
    library.require_readable()
    if checkout:
        library.add_checkout(checkout)
    for folder in project:
        library.add_project(folder)
    return library


def make(request: Request, output: Output, library: Library | None = None) -> Plan:
    """Resolve what is asked for; refuse at the first thing that cannot be built."""
    library = library or load_library(request.checkout, request.own, request.project)
    library.require_readable()
    includes = _includes(request)
    places = Places(request.checkout, _write_conf(request, output))
    notes = []
    while True:
        closure = Closure(library)
        closure.resolve(includes)
        parts = {i.name: _parts(i, library, places) for i in closure.instances}
        more = _undeclared(library, parts, notes)
        if not more or any(m.name == i.name for m in more for i in includes):
            break
        includes = more + includes
    closure.notes += notes + _unused_scripts(request, closure)
    order = enable_order(closure.instances, closure.notes)
    _require_commands_differ(order)
    return Plan(request, library, closure, order, parts)


def problems(request: Request, library: Library) -> list[Problem]:
    """Each include by itself: all that is wrong with a configuration, not only the first."""
    found: dict[Place, Problem] = {}
    places = Places(request.checkout, request.conf.parent if request.conf else EMBOX)
    try:
        includes = _includes(request)
    except Problem as problem:
        return [problem]
    for include in includes:
        try:
            closure = Closure(library)
            closure.resolve([include])
            for instance in closure.instances:
                _parts(instance, library, places)
        except Problem as problem:
            if include.place.line and include.place != problem.place:
                problem.reason += f" ({include.name} is included at {include.place})"
            found.setdefault(problem.place, problem)
    return list(found.values())


def _parts(instance: Instance, library: Library, places: Places) -> Parts:
    for entity in instance.line:
        library.check_annotations(entity)
    bind_options(instance)
    parts = collect(instance, places)
    if is_command(instance) and not parts.sources:
        raise Problem(mark_of(instance, "AutoCmd").place, f"{instance.name} has @AutoCmd and no source"
                      " with a main()", "name its source, or remove the mark")
    return parts


def _undeclared(library: Library, parts: dict[str, Parts], notes: list[str]) -> list[Reference]:
    """Libraries of the checkout that the sources use and nothing depends on."""
    if not library.checkout:
        return []
    exports = library.exports or Exports(library, [EMBOX / "include", LIBC_INCLUDE,
                                                   library.checkout / "src" / "include"])
    library.exports = exports
    seen = {e.name for p in parts.values() for e in p.exports}
    files = {f for p in parts.values() for f in [*p.sources, *p.headers, *(e.file for e in p.exports)]}
    found = {}
    for file, header, module in exports.missing(sorted(files), seen):
        if module.full_name not in found:
            found[module.full_name] = Reference(module.full_name, Place(file, 0))
            notes.append(f"{file}: includes <{header}> of {module.full_name}, which nothing depends"
                         " on: added")
    return list(found.values())


def _includes(request: Request) -> list[Reference]:
    includes = []
    if request.conf:
        includes += parse_file(request.conf).includes
        if not includes:
            raise Problem(Place(request.conf, 0), "this configuration includes no module",
                          "write: configuration conf { include NAME }")
    asked = list(request.include)
    if request.init:
        asked.append(START)
    return includes + [Reference(name, Place(Path(f"--include {name}"), 0)) for name in asked]


def _write_conf(request: Request, output: Output) -> Path:
    """The folder that stands for the configuration's: its scripts, and the lines of --init."""
    for script in SCRIPTS:
        theirs = request.conf.parent / script if request.conf else None
        text = f'#include "{theirs}"\n' if theirs and theirs.is_file() else ""
        if script == "system_start.inc":
            lines = [_c_text(line) for line in request.init]
            text = "".join([text + (",\n" if text and lines else ""),
                            *(f'"{line}",\n' for line in lines)])
        output.write(f"conf/{script}", text)
    for path in sorted(request.conf.parent.iterdir()) if request.conf else []:
        if path.is_file() and path.name not in SCRIPTS:
            output.link(f"conf/{path.name}", path)
    return output.folder / "conf"


def _unused_scripts(request: Request, closure: Closure) -> list[str]:
    """Scripts that lie beside the configuration, with nobody to run them."""
    names = {instance.name for instance in closure.instances}
    found = [(request.conf.parent / script, module) for script, module in SCRIPTS.items()
             if request.conf and module not in names]
    return [f"{script}: nothing runs this; include {module} to have it run"
            for script, module in found if script.is_file()]


def _c_text(line: str) -> str:
    if not line.replace("\t", " ").isprintable():
        raise Problem(None, f"--init {line!r}: a line end or another control character, or not UTF-8",
                      "give each line an --init of its own")
    return line.replace("\\", "\\\\").replace('"', '\\"')


def _require_commands_differ(order: list[tuple[Instance, int]]) -> None:
    """Two of one name: the shell could start only one of them."""
    seen: dict[str, Instance] = {}
    for instance, _ in order:
        if not is_command(instance):
            continue
        name = command_name(instance)
        other = seen.setdefault(name, instance)
        if other is not instance:
            raise Problem(instance.wanted_by.place, f"{instance.name} and {other.name} are both the"
                          f" command '{name}'", "leave one out")


def write(plan: Plan, output: Output) -> None:
    """The headers, the table and the list of files for the RAM disk."""
    for instance in plan.closure.instances:
        write_headers(instance, plan.parts[instance.name], output)
    write_exports(list(plan.parts.values()), output)
    output.write(f"{plan.request.image}-table.c", table_text(plan.request.image, plan.order))
    output.write("ramdisk.txt", "".join(f"{f.mode:o}\t{f.name}\t{f.file}\n" for f in plan.root_files()))
    output.remove_old()


def lines(plan: Plan) -> list[str]:
    """What Meson reads: a word, then fields between tabs, lists within them between LISTED."""
    found = ["needs\t" + LISTED.join(plan.needs())]
    if plan.request.checkout and plan.has_foreign:
        found.append(f"after\t{plan.request.checkout / 'src' / 'include'}")
    for instance in plan.closure.instances:
        parts = plan.parts[instance.name]
        if not parts.sources:
            continue
        found.append("\t".join([
            "module", instance.id, _kind(instance),
            "foreign" if plan.library.is_foreign(instance.module) else "own",
            slashed(instance), LISTED.join(map(str, parts.sources)), LISTED.join(parts.args)]))
    for f in plan.root_files():
        found.append(f"{'folder' if f.file.is_dir() else 'file'}\t{f.name}\t{f.file}")
    return found


def _kind(instance: Instance) -> str:
    """How its objects become a part of the image."""
    mark = mark_of(instance, "AutoCmd")
    if mark is None:
        return "archive" if instance.module.is_static else "objects"
    return ("open-" if mark.text("preserve_locals") == "true" else "") + \
        ("app" if is_app(instance) else "command")


def slashed(instance: Instance) -> str:
    return instance.name.replace(".", "/")


def watched(plan: Plan) -> list[Path]:
    """Files whose change asks for a new plan."""
    conf = plan.request.conf
    scripts = [conf.parent / s for s in SCRIPTS] if conf else []
    return [EMBOX / "provided.table", *([conf] if conf else []),
            *(s for s in scripts if s.is_file()), *plan.library.files]
