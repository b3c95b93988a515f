# SPDX-License-Identifier: BSD-2-Clause
"""From the modules that a configuration includes to all that the image consists of.

An instance is one line of inheritance in the build: a module with all that it extends. What depends on
any of the line gets the one instance; a more special module that is asked for later takes its place.
What is abstract at the end becomes its recommended implementation, or its only one.
"""

from dataclasses import dataclass, field

from library import Found, Library
from problem import Problem, near
from provided import Entry
from syntax import Entity, Option, Reference

KINDS = ("string", "number", "boolean")


@dataclass(eq=False)
class Instance:
    line: list[Entity]  # the module itself, then what it extends
    wanted_by: Reference
    include: Reference | None = None  # the configuration's words for it
    needs: list[tuple["Instance", bool]] = field(default_factory=list)  # and: does order matter?
    options: list[tuple[Option, str]] = field(default_factory=list)  # and the value, as a macro's body

    @property
    def module(self) -> Entity:
        return self.line[0]

    @property
    def name(self) -> str:
        return self.module.full_name

    @property
    def id(self) -> str:
        return identifier(self.module)

    @property
    def runlevel(self) -> int:
        mark = self.include and self.include.annotation("Runlevel")
        return int(mark.text()) if mark else 2


def identifier(entity: Entity) -> str:
    return entity.full_name.replace(".", "__")


@dataclass
class Closure:
    library: Library
    instances: list[Instance] = field(default_factory=list)  # in the order in which they were asked for
    provided: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def resolve(self, includes: list[Reference]) -> None:
        last = {}
        for include in includes:  # the last one of a module counts, and alone
            self.library.check_marks(include.annotations)
            found = self.library.find(include, "")
            last.pop(found.name, None)
            last[found.name] = (found, include)
        for found, include in last.values():
            self._include(found, include)
        while self._add_needs() or self._implement():
            pass

    def _include(self, found: Found, include: Reference) -> None:
        if found.module is None:
            entry = found.provided
            if entry.absent:
                self.notes.append(f"{include.place}: left out {found.name}: {entry.absent}")
            else:
                self.provided[found.name] = entry
                if include.values:
                    self.notes.append(f"{include.place}: {found.name} is Domik's own, and has no"
                                      f" option {', '.join(include.values)}")
            return
        mark = include.annotation("Runlevel")
        if mark and mark.text() not in ("0", "1", "2", "3", "4"):
            raise Problem(mark.place, f"there is no run level {mark.text() or 'without a number'}", "name one from 0 to 4")
        instance = self._get(found.module, include)
        if instance.module is found.module or instance.include is None:
            instance.include = include

    def _get(self, module: Entity, wanted_by: Reference) -> Instance:
        """The instance of a module's line, new or made more special."""
        line = self.library.line(module)
        for instance in self.instances:
            if module in instance.line:
                return instance
            if instance.module in line:
                instance.line, instance.wanted_by = line, wanted_by
                return instance
            common = next((e for e in line if e in instance.line), None)
            if common:
                raise Problem(
                    wanted_by.place,
                    f"{module.full_name} and {instance.name} both extend {common.full_name}, and an"
                    f" image has one of them (the other is asked for at {instance.wanted_by.place})",
                    "leave one out")
        instance = Instance(line, wanted_by)
        self.instances.append(instance)
        return instance

    def _add_needs(self) -> bool:
        """Add what the instances depend on; was there anything new?"""
        before = [(i, i.module) for i in self.instances]
        for instance in self.instances:  # grows on the way
            instance.needs = []
            for entity in instance.line:
                for reference, ordered in _dependencies(entity):
                    self._need(instance, entity, reference, ordered)
        after = [(i, i.module) for i in self.instances]
        return len(before) != len(after) or any(a[1] is not b[1] for a, b in zip(before, after))

    def _need(self, instance: Instance, entity: Entity, reference: Reference, ordered: bool) -> None:
        found = self.library.find(reference, entity.package)
        if found.module is not None:
            other = self._get(found.module, reference)
            if other is not instance:
                instance.needs.append((other, ordered))
        elif found.provided.absent:
            raise Problem(reference.place, f"{entity.full_name} depends on {found.name}, which is not"
                          f" here: {found.provided.absent}", "leave the module out")
        else:
            self.provided[found.name] = found.provided

    def _implement(self) -> bool:
        """Replace what is abstract by an implementation; was there any?"""
        abstract = [i for i in self.instances if i.module.is_abstract]
        for instance in abstract:
            module, reference = self._implementation(instance)
            line = self.library.line(module)
            if instance.module not in line[1:]:
                raise Problem(reference.place, f"{module.full_name} is no implementation of"
                              f" {instance.name}", f"make it extend {instance.name}")
            instance.line = line
        return bool(abstract)

    def _implementation(self, instance: Instance) -> tuple[Entity, Reference]:
        abstract = instance.module
        mark = abstract.annotation("DefaultImpl")
        if mark:
            reference = Reference(mark.text(), mark.place)
            found = self.library.find(reference, abstract.package)
            module = found.module or self.library.modules.get(found.name)
            if module:
                return module, reference
        direct = [m for m in self.library.modules.values()
                  if m.extends and m.extends.name.rpartition(".")[2] == abstract.name
                  and self.library.base(m) is abstract]
        if len(direct) == 1:
            return direct[0], Reference(direct[0].full_name, direct[0].place)
        names = ", ".join(sorted(m.full_name for m in direct))
        raise Problem(instance.wanted_by.place, f"{instance.name} is abstract, and nothing here"
                      " implements it" if not direct else f"{instance.name} is abstract, and"
                      " several modules implement it",
                      f"include one of {names}" if direct else
                      f"describe a module that extends {instance.name}")


def _dependencies(entity: Entity) -> list[tuple[Reference, bool]]:
    """What a module names, and whether it must be started later than that."""
    found = [(d, d.annotation("NoRuntime") is None) for d in entity.depends]
    for mark in entity.all("TestFor"):
        found.append((Reference(mark.text(), mark.place), True))
    return found


def bind_options(instance: Instance) -> None:
    """Give each option its value: the configuration's, or its own."""
    include = instance.include
    given = dict(include.values) if include else {}
    instance.options, seen = [], set()
    for entity in instance.line:
        for option in entity.options:
            if option.name in seen:
                continue
            seen.add(option.name)
            value = given.pop(option.name, None)
            kind = option.kind if option.kind in KINDS else "reference"
            place = include.place if value else option.place
            value = value or option.default
            if value is None:
                continue  # OPTION_DEFINED tells
            if value.kind != kind:
                raise Problem(place, f"{instance.name}: option {option.name} is a {option.kind}, and"
                              f" {value.text!r} is a {value.kind}",
                              _correction(option.kind))
            text = str(int(value.text == "true")) if kind == "boolean" else value.text
            instance.options.append((option, text))
    for name in given:
        raise Problem(include.place, f"{instance.name} has no option '{name}'",
                      near(name, seen) or f"its options: {', '.join(sorted(seen)) or 'none'}")


def _correction(kind: str) -> str:
    known = {"string": 'write it in "…"', "number": "write digits without quotes",
             "boolean": "write true or false without quotes"}
    return known.get(kind) or near(kind, KINDS) or "write the name of a module without quotes"
