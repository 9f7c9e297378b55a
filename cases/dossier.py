"""Everything of one case, for whoever may see it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from accounts.models import User
from cases.forms import MoveForm
from cases.grouping import Group, grouped, steps
from cases.lists import ROW
from cases.models import Assignment, Case
from workflow import dossier
from workflow import forms as forms_of_moves
from workflow.dossier import Step
from workflow.engine import moves_open_to
from workflow.forms import primary_first
from workflow.models import Attachment, Phase, Transition


def whole(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what the page of a case shows, in one query."""
    rows = cases.select_related(*ROW, "condition__department")
    parts = Assignment.objects.select_related("unit").order_by("pk")
    return rows.defer("cell__geometry").prefetch_related(Prefetch("assignments", parts))


class Dossier(dossier.Dossier):
    """A case with its history, its clock, its photos and the moves open to a reader."""

    def __init__(
        self, case: Case, reader: User, *, verb: str = "", query: str = ""
    ) -> None:
        super().__init__(case, reader, verb=verb, query=query)
        self.case = case

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.case, move, query=self.query)

    @cached_property
    def moves(self) -> list[Transition]:
        """All that the reader may do now, the usual step first."""
        return primary_first(moves_open_to(self.case, self.reader))

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
    def reporter(self) -> str:
        """Whose report it is, as this reader may know him."""
        return self.events[0].actor_for(self.reader)

    @cached_property
    def clock(self) -> Any:
        return self.case.deadline()

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
