"""A record for one reader: its values, its history, what may be done with it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from cases.models import Case
from cases.permissions import can_report
from offices.models.record import Record, RecordLink
from offices.models.record_trace import RecordChange, RecordFile, RecordNotice
from offices.modules import refs
from offices.modules.amending import may_amend
from offices.modules.case_links import cases_of
from offices.modules.changes import Line, lines_of
from offices.modules.definition import (
    FILE,
    LEVELS,
    PHOTO,
    S1,
    Definition,
    definition_of,
    definitions_of,
)
from offices.modules.keeping import values_of
from offices.modules.making import can_write_in
from offices.modules.move_forms import RecordMoveForm
from offices.modules.rights import READ, grounds_of, may_open
from offices.modules.showing import Showing, Shown
from offices.modules.there import has
from workflow import dossier
from workflow.forms import MoveForm, primary_first
from workflow.guards import refusal
from workflow.models import (
    Attachment,
    Deadline,
    PaperTemplate,
    Request,
    Transition,
)
from workflow.rights import is_barred, open_moves, post_for
from workflow.surroundings import Surroundings


@dataclass(frozen=True)
class ShownGroup:
    title: str
    fields: list[Shown]


@dataclass(frozen=True)
class Step(dossier.Step):
    """A step with what it changed in the record."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A step that cannot be done yet: why, and the names of papers it waits for."""

    label: str
    why: str
    papers: str = ""


PAPER_GUARDS = ("printed", "delivered")


def _papers_of(move: Transition, there: Mapping[str, bool]) -> tuple[str, ...]:
    """Codes of the papers that the move waits for and that are not there yet."""
    found = []
    for text in move.when:
        name, _colon, code = text.partition(":")
        is_there = there.get(code) if name == "delivered" else code in there
        if name in PAPER_GUARDS and not is_there:
            found.append(code)
    return tuple(found)


def _titles(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    rows = PaperTemplate.objects.current().filter(code__in=codes)
    return {row.code: str(row) for row in rows}


def refs_known(reader: User) -> set[str]:
    """What fields of the modules that he reads refer to; no query, all are kept."""
    read = {pk for keys in grounds_of(reader, READ).values() for pk in keys}
    published = reader.__dict__.get("_modules", [])
    versions = [row[2] for row in published if row[0] in read]
    definitions = definitions_of(versions).values()
    return {one.ref for each in definitions for one in each.every_field() if one.ref}


class RecordDossier(dossier.Dossier):
    """``levels``: the sensitivities that the reader has had opened, by a logged act."""

    def __init__(
        self,
        subject: Record,
        reader: User,
        *,
        verb: str = "",
        query: str = "",
        levels: frozenset[str] = frozenset({S1}),
    ) -> None:
        super().__init__(subject, reader, verb=verb, query=query)
        self.levels = levels

    @property
    def record(self) -> Record:
        found: Record = self.subject
        return found

    @cached_property
    def definition(self) -> Definition:
        return definition_of(self.record.version_id)

    @cached_property
    def values(self) -> Mapping[str, Any]:
        return values_of(self.record)

    @cached_property
    def groups_shown(self) -> list[ShownGroup]:
        """The fields that hold something, under their headings."""
        showing = Showing(self.definition, self.reader)
        showing.fetch(
            pair
            for one in self.definition.fields.values()
            if one.level in self.levels
            for pair in showing.refs_in(one, self.values.get(one.name))
        )
        found = []
        for group in self.definition.groups:
            fields = [
                showing.show(
                    one, self.values.get(one.name), is_open=one.level in self.levels
                )
                for one in group.fields
            ]
            fields = [one for one in fields if not one.is_empty]
            if fields:
                found.append(ShownGroup(group.title, fields))
        return found

    @cached_property
    def openable(self) -> list[str]:
        """Sensitivities that hold something masked and that this reader may open."""
        masked = {
            one.field.level
            for group in self.groups_shown
            for one in group.fields
            if one.is_masked
        }
        return [
            level
            for level in LEVELS
            if level in masked
            and may_open(self.reader, self.record, level, self.definition)
        ]

    @cached_property
    def photos(self) -> dict[str, Attachment]:
        return {
            str(row.uuid): row
            for row in Attachment.objects.filter(uuid__in=self._keys(PHOTO))
        }

    @cached_property
    def files(self) -> dict[str, RecordFile]:
        rows = RecordFile.objects.filter(uuid__in=self._keys(FILE), record=self.record)
        return {str(row.uuid): row for row in rows}

    def _keys(self, kind: str) -> list[str]:
        return [
            key
            for group in self.groups_shown
            for one in group.fields
            if one.field.kind == kind
            for key in one.keys
        ]

    @cached_property
    def around(self) -> Surroundings:
        """What rights and guards look at; what is read already is not read again."""
        found = Surroundings([self.record], self.reader)
        if not has(self.record, "papers"):
            found.papers = defaultdict(dict)
        if not has(self.record, "recusals"):
            found.recused = set()
        return found.known(
            events=self.events, limits=self.limits, requests=self.requests
        )

    @cached_property
    def limits(self) -> list[Deadline]:
        """All that ever ran, the oldest first."""
        rows = Deadline.objects.filter(kind=Record.KIND, subject_id=self.record.pk)
        return list(rows.order_by("pk"))

    @cached_property
    def requests(self) -> list[Request]:
        """All that was ever asked for, the oldest first."""
        if not has(self.record, "requests"):
            return []
        rows = Request.objects.filter(kind=Record.KIND, subject_id=self.record.pk)
        return list(rows.select_related("asked_by").order_by("pk"))

    @cached_property
    def forms(self) -> list[MoveForm]:
        """The moves open to the reader, the primary ones first."""
        moves = open_moves([self.record], self.reader, around=self.around)
        return [self.form_of(move) for move in primary_first(moves[self.record.pk])]

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Steps of the reader's that wait: for a paper, or, of the chief ones, for
        whatever else their guards want."""
        is_open = {form.move.pk for form in self.forms}
        found = []
        for move in self.record.moves_from_here():
            if move.pk in is_open or not self._is_his(move):
                continue
            needs = _papers_of(move, self.around.papers.get(str(self.record.uuid), {}))
            why = refusal(self.record, move, self.around)
            if why and (needs or move.primary):
                found.append((move, str(why), needs))
        titles = _titles({code for _move, _why, needs in found for code in needs})
        return [
            Waiting(move.label, why, "、".join(titles.get(one, one) for one in needs))
            for move, why, needs in found
        ]

    def _is_his(self, move: Transition) -> bool:
        post = post_for(self.record, move, self.reader, self.around)
        return post is not None and not is_barred(self.record, move, self.around)

    @property
    def waits_for(self) -> str:
        """Nothing where a step of the reader's own says itself what it waits for."""
        return "" if self.waiting else super().waits_for

    @cached_property
    def cases(self) -> list[Case]:
        """None was begun from it where its module opens none."""
        if not (self.definition.opens_case or self.record.case_id):
            return []
        if not (has(self.record, "cases") or self.record.case_id):
            return []
        return cases_of(self.record, self.reader)

    def form_of(self, move: Transition) -> RecordMoveForm:
        """Its references are drawn as the record's maker sees them; what this reader
        sees before him is not asked for again."""
        refs.share(self.reader, self.record.creator)
        return RecordMoveForm(self.record, move, query=self.query)

    @cached_property
    def history(self) -> list[dossier.Step]:
        """Each step with the fields that it changed."""
        rows = RecordChange.objects.filter(record=self.record)
        rows = rows if has(self.record, "changes") else rows.none()
        changes = {row.seq: row for row in rows.select_related("version")}
        found: list[dossier.Step] = []
        for step in super().history:
            change = changes.get(step.event.seq)
            lines = (
                lines_of(change, self.definition, set(self.levels)) if change else []
            )
            found.append(Step(**step.__dict__, lines=tuple(lines)))
        return found

    @cached_property
    def clocks(self) -> list[Deadline]:
        return self.limits[::-1][:5]

    @cached_property
    def asked(self) -> Request | None:
        return next((row for row in self.requests if not row.answer), None)

    @cached_property
    def notice(self) -> RecordNotice | None:
        if not self.definition.notice or not has(self.record, "notices"):
            return None
        rows: QuerySet[RecordNotice] = self.record.notices.order_by("-pk")
        return rows.first()

    @cached_property
    def dues(self) -> list[tuple[str, Any]]:
        titles = {one.code: one.title for one in self.definition.reminders}
        if not titles or not has(self.record, "dues"):
            return []
        rows = self.record.dues.order_by("due_on")
        return [(titles.get(row.code, row.code), row) for row in rows]

    @cached_property
    def may_change(self) -> bool:
        return may_amend(self.record, self.reader)

    @cached_property
    def used_by(self) -> list[Record]:
        """Entries of other modules that refer to this one, as far as he sees them."""
        kind = f"record:{self.record.module.code}"
        if not has(self.record, "links_to") or kind not in refs_known(self.reader):
            return []
        links = RecordLink.objects.filter(kind=kind, target=self.record.uuid)
        seen = Record.objects.visible_to(self.reader).filter(
            pk__in=links.values("record")
        )
        return list(seen.select_related("module").order_by("-pk")[:20])

    @property
    def has_papers(self) -> bool:
        return has(self.record, "papers")

    @property
    def may_copy(self) -> bool:
        return can_write_in(self.reader, self.record.module)

    @property
    def case_address(self) -> str:
        """Where a case is opened from this, for whoever reports."""
        if not self.definition.opens_case or not can_report(self.reader):
            return ""
        return reverse("modules:open-case", args=[self.record.uuid])
