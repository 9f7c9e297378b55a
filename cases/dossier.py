"""Everything of one case, for whoever may see it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.urls import reverse

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.case_steps import case_step, codes_named, names_of, results_since
from cases.case_words import Asked, Link, limit_label, links_of
from cases.forms import MoveForm
from cases.grouping import Group, grouped, steps
from cases.lists import ROW
from cases.models import (
    Assignment,
    Case,
    CaseLink,
    CaseQuerySet,
    Follow,
    MatterCase,
    Whistle,
    pressing,
)
from cases.permissions import can_use_desk
from cases.quick.chain import Step as ChainStep
from cases.quick.chain import chain_of
from workflow import dossier
from workflow import forms as forms_of_moves
from workflow.dossier import Step
from workflow.forms import primary_first
from workflow.models import (
    Attachment,
    Deadline,
    Event,
    Notice,
    Phase,
    Request,
    Transition,
)
from workflow.rights import open_moves
from workflow.surroundings import Surroundings


def whole(cases: CaseQuerySet, reader: User) -> QuerySet[Case]:
    """With what the page of a case shows, in one query."""
    rows = cases.with_source().select_related(*ROW, "condition__department")
    return rows.annotate(**_there_is(reader)).defer("cell__geometry")


def _there_is(reader: User) -> dict[str, Exists | Subquery]:
    """Whether there is what most cases have not, so that most ask no further."""
    key = OuterRef("pk")
    asked = Request.objects.filter(kind=Case.KIND, subject_id=key)
    links = CaseLink.objects.filter(Q(case=key) | Q(other=key), ended_at=None)
    told = Notice.objects.visible_to(reader).unread()
    told = told.filter(kind=Case.KIND, subject_uuid=OuterRef("uuid"))
    return {
        # Of the same moment as the case: what happens later, the stream tells.
        "last_event": Subquery(Event.objects.order_by("-pk").values("pk")[:1]),
        "has_parts": Exists(Assignment.objects.filter(case=key)),
        "has_whistles": Exists(Whistle.objects.filter(case=key)),
        "is_followed": Exists(Follow.objects.filter(case=key, user=reader)),
        "is_asked": Exists(asked),
        "is_linked": Exists(links),
        "is_in_matter": Exists(MatterCase.objects.filter(case=key)),
        "is_told": Exists(told),
    }


def fetch_parts(case: Case) -> None:
    """Who works on it, with the units: no query of a case that nobody had yet."""
    parts = Assignment.objects.select_related("unit").order_by("pk")
    if getattr(case, "has_parts", True):
        prefetch_related_objects([case], Prefetch("assignments", parts))
    else:
        kept: dict[str, Any] = case.__dict__.setdefault("_prefetched_objects_cache", {})
        kept.setdefault("assignments", parts.none())


class Dossier(dossier.Dossier):
    """A case with its history, its clock, its photos and the moves open to a reader."""

    def __init__(
        self, case: Case, reader: User, *, verb: str = "", query: str = ""
    ) -> None:
        super().__init__(case, reader, verb=verb, query=query)
        self.case = case
        fetch_parts(case)

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.case, move, query=self.query)

    @cached_property
    def moves(self) -> list[Transition]:
        """All that the reader may do now, the usual step first."""
        around = Surroundings([self.case], self.reader).known(
            events=self.events, limits=self._all_limits, requests=self._all_requests
        )
        found = open_moves([self.case], self.reader, around=around)
        return primary_first(found[self.case.pk])

    @cached_property
    def way(self) -> list[ChainStep]:
        """The steps that the desk may take at once, up to a department; no query."""
        return chain_of(self.case, self.reader) if can_use_desk(self.reader) else []

    @property
    def fresh_id(self) -> UUID:
        """Of an act that a form without scripts would do."""
        return uuid4()

    @cached_property
    def forms(self) -> list[forms_of_moves.MoveForm]:
        """Of what leads on, and of the move asked for; the rest is fetched."""
        leading = steps(self.moves)
        named = [move for move in self.moves if move.verb == self.verb]
        return [self.form_of(move) for move in dict.fromkeys([*leading, *named])]

    @property
    def groups(self) -> list[Group]:
        """The menu of everything else that can be done."""
        form = self.open_form
        return grouped(move for move in self.moves if not form or move != form.move)

    @property
    def all_groups(self) -> list[Group]:
        """The menu of a form that another was swapped for."""
        return grouped(self.moves)

    @property
    def page_url(self) -> str:
        return reverse("cases:case", args=[self.case.uuid])

    @property
    def pane_url(self) -> str:
        return reverse("cases:pane", args=[self.case.uuid])

    def put(self, form: forms_of_moves.MoveForm) -> None:
        """As it was sent, also where its move is one of the menu."""
        if form.move in self.moves and form.move not in [f.move for f in self.forms]:
            self.forms.append(form)
        super().put(form)

    @cached_property
    def history(self) -> list[Step]:
        """The events, oldest first, with what they said and what does not fit."""
        steps = super().history
        phases = {state.code: state.phase for state in self._states}
        judges = self.reader.has_role(*SEES_UNIT)
        return [
            case_step(step, self.case, self._names, since, judges=judges)
            for step, since in zip(
                steps, results_since(self.events, phases), strict=True
            )
        ]

    def _named_units(self) -> dict[str, str]:
        return self._names

    @cached_property
    def _names(self) -> dict[str, str]:
        units = [part.unit for part in self.case.assignments.all()]
        known = {unit.code: str(unit) for unit in units}
        known |= {event.unit.code: str(event.unit) for event in self.events}
        codes = codes_named(self.events)
        return known | names_of(codes - known.keys())

    @cached_property
    def limits(self) -> list[tuple[str, Deadline]]:
        """The limits that run, the first due first, each with its name in words."""
        rows = [row for row in self._all_limits if row.met_at is None]
        rows.sort(key=lambda row: row.due_at)
        return [(limit_label(self.case.process, row.name), row) for row in rows]

    def limits_read(self, rows: list[Deadline]) -> None:
        """Whoever has read its limits, oldest first, spares the query."""
        self.__dict__["_all_limits"] = rows

    @cached_property
    def _all_limits(self) -> list[Deadline]:
        rows = Deadline.objects.filter(kind=Case.KIND, subject_id=self.case.pk)
        return list(rows.order_by("pk"))

    @cached_property
    def paused(self) -> Deadline | None:
        """The limit that stands still, if one does."""
        rows = [row for row in self._all_limits if row.paused_at and not row.met_at]
        return rows[0] if rows else None

    @cached_property
    def requests(self) -> list[Asked]:
        """What somebody asked for and nobody has answered."""
        waits = [row for row in self._all_requests if not row.answer]
        return [Asked.of(row, self.case.process) for row in waits]

    @cached_property
    def _all_requests(self) -> list[Request]:
        """Whatever was ever asked for, the oldest first."""
        if not getattr(self.case, "is_asked", True):
            return []
        rows = Request.objects.filter(kind=Case.KIND, subject_id=self.case.pk)
        return list(rows.select_related("asked_by").order_by("pk"))

    @cached_property
    def assistants(self) -> list[Assignment]:
        """The units that help or have helped with what the host does now."""
        parts = [
            row
            for row in self.case.assignments.all()
            if row.part == Assignment.Part.ASSIST
        ]
        begun = self.host.assigned_at if self.host else None
        return [row for row in parts if begun is None or row.assigned_at >= begun]

    @cached_property
    def links(self) -> list[Link]:
        is_linked = getattr(self.case, "is_linked", True)
        return links_of(self.case, self.reader) if is_linked else []

    @cached_property
    def is_followed(self) -> bool:
        known = getattr(self.case, "is_followed", None)
        if known is None:
            return self.case.follows.filter(user=self.reader).exists()
        return bool(known)

    @cached_property
    def reporter(self) -> str:
        """Whose report it is, as this reader may know him."""
        return self.events[0].actor_for(self.reader)

    @cached_property
    def clock(self) -> Any:
        return pressing(self._all_limits)

    @cached_property
    def host(self) -> Assignment | None:
        """The unit that disposes, or did last."""
        parts = self.case.assignments.all()
        hosts = [part for part in parts if part.part == Assignment.Part.HOST]
        return hosts[-1] if hosts else None

    @cached_property
    def before(self) -> Step | None:
        """The report, with its photos."""
        return self.history[0] if self.history else None

    @cached_property
    def after(self) -> Step | None:
        """The last act that showed a result: of disposal, else of a later check."""
        shown = [step for step in self.history[1:] if step.photos]
        disposed = [step for step in shown if self._left(step) == Phase.RESOLVE]
        return next(reversed(disposed or shown), None)

    def _left(self, step: Step) -> str:
        for state in self._states:
            if state.code == step.event.from_state:
                return state.phase
        return ""

    @cached_property
    def photos(self) -> Sequence[Attachment]:
        return self.before.photos if self.before else []
