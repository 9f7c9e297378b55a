"""What keeps a draft from being published, at the field concerned, with what to do; and
how much it asks of a household."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from offices.builder.words import WORDS
from offices.builder.work import Data
from offices.models import Design, Module
from offices.modules.conditions import fields_of
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    COMPUTED,
    REF,
    S3,
    Definition,
    Field,
    definitions_of,
    without_order,
)
from offices.modules.making import PLAIN
from offices.modules.refs import RECORD, target_of
from offices.modules.rights import WRITE, ground_of
from offices.modules.soundness import BASE, FIELDS, RIGHTS, STEPS, Problem, problems
from workflow.models import Process

PARTS = (BASE, FIELDS, RIGHTS, STEPS)
CODED = re.compile(r"“[a-z][a-z0-9_.]*”（([^）]*)）")
BRACKETS = re.compile(r"[（(][^（()）]*[)）]$")


@dataclass(frozen=True)
class Again:
    """A field that asks what is held elsewhere: where, and what to refer to instead."""

    field: str
    label: str
    kind: str  # of the reference that takes its place
    held_by: str  # in words
    is_refused: bool = False


@dataclass(frozen=True)
class Burden:
    """How much a module asks: fields that somebody fills in, those of them that are
    needed, references, and values that these bring along so that nobody types them.
    """

    asked: int
    needed: int
    referred: int
    spared: int


def burden_of(definition: Definition) -> Burden:
    fields = list(definition.fields.values())
    kinds = {one.ref for one in fields if one.kind == REF}
    return Burden(
        asked=definition.asked_count,
        needed=sum(
            one.is_required and one.kind not in (REF, COMPUTED) for one in fields
        ),
        referred=sum(one.kind == REF for one in definition.every_field()),
        spared=sum(WORDS["held"].get(kind, 0) for kind in kinds),
    )


def _register_of(label: str, definition: Definition) -> str:
    """The register that holds what is so called; none of what may be anybody's."""
    registers = WORDS["registers"]
    label = BRACKETS.sub("", label).strip()
    own = {definition.about, *(one.ref for one in definition.fields.values())}
    for kind in sorted(registers, key=lambda kind: kind != definition.about):
        if kind in own and label in registers[kind]["about"]:
            return str(kind)
        if label in registers[kind]["always"]:
            return str(kind)
    return ""


def asked_again(definition: Definition) -> Iterator[Again]:
    """Fields that ask for what a register holds."""
    for one in definition.every_field():
        if one.kind in (REF, COMPUTED):
            continue
        kind = _register_of(one.label, definition)
        target = target_of(kind) if kind else None
        if target is None:
            continue
        own = definition.fields[one.within or one.name]
        name = own.name
        refused = not own.spec.get("x-asked-because")
        yield Again(name, one.label, kind, str(target.title), is_refused=refused)


def asked_elsewhere(definition: Definition, design: Design) -> Iterator[Again]:
    """Fields that another module about the same kind asks under the same name."""
    rows = Module.objects.published().filter(about=definition.about)
    if definition.about == Module.About.NONE:
        return
    rows = rows.exclude(pk=design.version.module_id)
    rows = rows.filter(street=None) | rows.filter(street=design.street)
    others = {row.published_id: row for row in rows if row.published_id}
    own = {one.label: one for one in definition.fields.values() if _is_own(one)}
    told: set[str] = set()
    for version, other in definitions_of(others).items():
        for field in other.fields.values():
            one = own.get(field.label)
            if one and one.name not in told and field.kind == one.kind:
                told.add(one.name)
                module = others[version]
                kind = f"{RECORD}{module.code}"
                yield Again(one.name, one.label, kind, str(module))


def _is_own(one: Field) -> bool:
    plain = one.label in WORDS["plain"] or len(one.label) < 3
    return one.kind not in (REF, COMPUTED) and not plain


class Check:
    """A draft looked through, for whoever would publish it."""

    def __init__(self, design: Design, user: User) -> None:
        self.design, self.user = design, user
        self.data: Data = without_order(design.version.definition)
        self.definition = Definition(self.data)

    @cached_property
    def again(self) -> list[Again]:
        """Asked though it is held elsewhere; registers first, for these are refused."""
        found = list(asked_again(self.definition))
        known = {one.field for one in found}
        other = asked_elsewhere(self.definition, self.design)
        return [*found, *(one for one in other if one.field not in known)]

    @cached_property
    def burden(self) -> Burden:
        return burden_of(self.definition)

    @cached_property
    def problems(self) -> list[Problem]:
        if not self.definition.fields:
            text = _("Nothing is asked yet: add a field.")
            return [*self._own(), Problem.at(text, part=FIELDS)]
        found = [_plain(one) for one in problems(self.data)]
        return [*found, *self._own()]

    @property
    def is_sound(self) -> bool:
        return not self.problems

    def at(self, field: str) -> list[str]:
        return [str(one) for one in self.problems if one.field == field]

    def of(self, part: str) -> list[Problem]:
        return [one for one in self.problems if one.part == part]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many, by the part in which they are mended."""
        return {part: len(self.of(part)) for part in PARTS}

    def _own(self) -> list[Problem]:
        return [
            *(Problem.at(text, part=BASE) for text in self._lasting()),
            *self._fields(),
            *(Problem.at(text, part=RIGHTS) for text in self._posts()),
        ]

    def _lasting(self) -> Iterator[str]:
        ends_on = self.data.get("ends_on")
        if self.design.street_id and not ends_on:
            yield _("Say until when it is asked: a street's module has an end date.")
        if ends_on and ends_on < timezone.localdate().isoformat():
            yield _("The end date is over: choose a later one.")
        if not self.data.get("owner"):
            yield _("Choose the office that owns it.")

    def _fields(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for one in self.definition.fields.values():
            if one.label in seen:
                text = _("Two fields are called “%(name)s”: name one otherwise.")
                yield Problem.at(text % {"name": one.label}, one.name, FIELDS)
            seen.add(one.label)
            if text := self._waits_in_vain(one):
                yield Problem.at(text, one.name, FIELDS)
        for again in self.again:
            if again.is_refused:
                text = _(
                    "“%(name)s” is held by the register (%(register)s): refer to it"
                    " instead, or say why it is asked again."
                )
                told = {"name": again.label, "register": again.held_by}
                yield Problem.at(text % told, again.field, FIELDS)

    def _waits_in_vain(self, one: Field) -> str:
        """A condition that asks for a choice which is there no longer."""
        condition = one.when or {}
        for name in fields_of(condition):
            other = self.definition.fields.get(name)
            if other is None or other.kind not in (CHOICE, CHOICES):
                continue
            wanted = condition.get("in", [condition.get("is")])
            codes = {choice.code for choice in other.choices}
            if "filled" not in condition and not codes & set(map(_hashable, wanted)):
                told = {"name": one.label, "other": other.label}
                return (
                    _(
                        "“%(name)s” waits for a choice of “%(other)s” that is"
                        " there no longer: choose again when it is asked."
                    )
                    % told
                )
        return ""

    def _posts(self) -> Iterator[str]:
        owner = self.data.get("owner", "")
        opens = self.definition.opens(S3) or []
        street = self.design.street_id
        if S3 in self.definition.levels and ground_of(self.user, opens, owner, street):
            yield _(
                "There are sensitive fields (S3), and you could open them yourself:"
                " let another administrator publish it, or take your post out of the"
                " column."
            )
        writers = {entry["role"] for entry in self.definition.rights(WRITE)}
        if writers and not writers & _openers(self.definition):
            yield _(
                "By this procedure none of those who may write can make a new entry:"
                " choose other posts or another procedure."
            )


def _hashable(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else str(value)


def _plain(one: Problem) -> Problem:
    """Without the codes, which nobody here has given."""
    return Problem.at(CODED.sub(r"“\1”", one), one.field, one.part)


def _openers(definition: Definition) -> set[str]:
    """The roles that may make a new entry by its procedure."""
    if definition.flow:
        return {entry["role"] for entry in definition.rights(WRITE)}
    rows = Process.objects.filter(kind="record", in_use=True)
    process = rows.filter(code=definition.process or PLAIN).order_by("-version").first()
    if process is None:
        return set()
    moves = [move for move in process.moves if move.from_state_id is None]
    return {str(who.get("role", "")) for move in moves for who in move.who}
