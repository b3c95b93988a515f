# SPDX-License-Identifier: BSD-2-Clause
"""From tokens to what the file says: Mybuild, *.my and mods.conf share one grammar.

    file        [package NAME] {import NAME} {annotations entity}
    entity      [static|abstract] module NAME [extends NAME] { {annotations member} }
                annotation NAME { {annotations [option] TYPE NAME [= value]} }
                interface NAME [extends names] { {annotations feature NAME [extends names]} }
                configuration NAME { {annotations include NAME [(option = value, …)], …} }
    member      depends, provides, requires NAMES; source, object STRINGS; option TYPE NAME [= value]
    annotation  @NAME [(value)] or @NAME(name = value, …)
"""

import stat
from pathlib import Path

from lexer import Token, tokenize
from problem import Place, Problem, near
from syntax import Annotation, Entity, File, Option, Reference, Source, Value

MODIFIERS = ("static", "abstract")
ENTITIES = (*MODIFIERS, "module", "annotation", "interface", "configuration")
MEMBERS = ("depends", "provides", "requires", "source", "object", "option")
VALUES = "a string, a number, true, false or the name of a module"


def parse_file(path: Path) -> File:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting
            inside = path / "mods.conf"
            raise Problem(Place(path, 0), "this is not a file",
                          f"name {inside}" if inside.is_file() else "put a file in its place")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Problem(Place(path, line), "this is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise Problem(Place(path, 0), f"cannot be read: {error.strerror}",
                      "name a file that you may read") from error
    return parse_text(text, path)


def parse_text(text: str, path: Path) -> File:
    return _Parser(tokenize(text, path), path).file()


class _Parser:
    def __init__(self, tokens: list[Token], path: Path):
        self.tokens, self.path, self.at = [*tokens, tokens[-1]], path, 0  # one may look beyond the next

    # --- tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def place(self) -> Place:
        return Place(self.path, self.token.line)

    def next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def accept(self, text: str) -> bool:
        """Step over a mark or keyword if it comes next."""
        if self.token.text == text and self.token.kind in ("name", text):
            self.at += 1
            return True
        return False

    def expect(self, kind: str, what: str) -> Token:
        if self.token.kind != kind:
            raise self.unexpected(what)
        return self.next()

    def unexpected(self, wanted: str, known: tuple[str, ...] = ()) -> Problem:
        hint = near(self.token.text, known) if self.token.kind == "name" else ""
        return Problem(self.place(), f"here stands {self.token}",
                       hint or f"{wanted} must come here; what stands before may be unfinished")

    # --- parts

    def names(self) -> list[Reference]:
        found = []
        while True:
            place = self.place()
            found.append(Reference(self.expect("name", "a name").text, place))
            if not self.accept(","):
                return found

    def value(self) -> Value:
        token = self.next()
        if token.kind in ("string", "number"):
            return Value(token.kind, token.text)
        if token.kind == "name":
            kind = "boolean" if token.text in ("true", "false") else "reference"
            return Value(kind, token.text)
        self.at -= 1
        raise self.unexpected(VALUES)

    def named_values(self) -> dict[str, Value]:
        """What stands between ( and ), each with its name."""
        values = {}
        while True:
            name = self.expect("name", "the name of an option")
            self.expect("=", "'='")
            values[name.text] = self.value()
            if self.accept(")"):
                return values
            self.expect(",", "',' or ')'")

    def annotations(self) -> list[Annotation]:
        found = []
        while self.token.kind == "@":
            place = self.place()
            self.next()
            name = self.expect("name", "the name of an annotation").text
            values = {}
            if self.accept("("):
                if self.tokens[self.at + 1].kind == "=":
                    values = self.named_values()
                else:
                    values = {"value": self.value()}
                    self.expect(")", "')'")
            found.append(Annotation(name, values, place))
        return found

    # --- the file

    def file(self) -> File:
        file = File(self.path)
        if self.accept("package"):
            file.package = self.expect("name", "the name of the package").text
        while self.accept("import"):
            file.imports.append(self.expect("name", "the name to import").text)
        while self.token.kind != "end":
            annotations = self.annotations()
            if self.accept("configuration"):
                self.expect("name", "the name of the configuration")
                self.configuration(file)
            else:
                file.entities.append(self.entity(file.package, annotations))
        return file

    def entity(self, package: str, annotations: list[Annotation]) -> Entity:
        place, modifiers = self.place(), []
        while self.token.text in MODIFIERS and self.token.kind == "name":
            if self.token.text in modifiers:
                raise Problem(self.place(), f"'{self.token.text}' comes twice", "remove one")
            modifiers.append(self.next().text)
        if modifiers and self.token.text != "module":
            raise self.unexpected("'module'", ("module", *MODIFIERS))
        if self.token.kind != "name" or self.token.text not in ENTITIES:
            raise self.unexpected("'module'", ENTITIES)
        kind = self.next().text
        entity = Entity(kind, package, self.expect("name", f"the name of the {kind}").text, place,
                        annotations, "static" in modifiers, "abstract" in modifiers)
        if "." in entity.name:
            raise Problem(place, f"'{entity.name}' has a dot in it",
                          "name the package at the top of the file: package a.b")
        if self.accept("extends"):
            bases = self.names()
            if kind == "module" and len(bases) > 1:
                raise Problem(place, f"'{entity.name}' extends several modules", "name only one")
            entity.extends = bases[0]
        self.expect("{", f"'{{' after the name of the {kind}")
        while not self.accept("}"):
            marks = self.annotations()
            if kind == "module":
                self.member(entity, marks)
            elif kind == "interface":
                self.feature()
            else:
                self.accept("option")
                entity.options.append(self.option(marks))
        return entity

    def word(self, known: tuple[str, ...]) -> str:
        if self.token.kind != "name" or self.token.text not in known:
            raise self.unexpected(", ".join(known) + " or '}'", known)
        return self.next().text

    def member(self, entity: Entity, marks: list[Annotation]) -> None:
        word = self.word(MEMBERS)
        if word == "option":
            entity.options.append(self.option(marks))
        elif word in ("source", "object"):
            for place, path in self.strings():
                if word == "source":  # an object is read and has no effect, as in Embox
                    entity.sources.append(Source(path, place, marks))
        else:
            for reference in self.names():
                reference.annotations = marks
                if word == "depends":  # nothing provides or requires anything yet
                    entity.depends.append(reference)

    def strings(self) -> list[tuple[Place, str]]:
        found = []
        while True:
            place = self.place()
            found.append((place, self.expect("string", 'a file name in "…"').text))
            if not self.accept(","):
                return found

    def option(self, marks: list[Annotation]) -> Option:
        kind = self.expect("name", "string, number or boolean").text
        place = self.place()
        name = self.expect("name", "the name of the option").text
        return Option(kind, name, self.value() if self.accept("=") else None, place, marks)

    def feature(self) -> None:
        self.word(("feature",))
        self.expect("name", "the name of the feature")
        if self.accept("extends"):
            self.names()

    def configuration(self, file: File) -> None:
        self.expect("{", "'{'")
        while not self.accept("}"):
            marks = self.annotations()
            self.word(("include",))
            while True:
                place = self.place()
                item = Reference(self.expect("name", "the name of a module").text, place, marks)
                if self.accept("("):
                    item.values = self.named_values()
                file.includes.append(item)
                if not self.accept(","):
                    break
