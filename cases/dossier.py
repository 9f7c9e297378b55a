"""Everything of one case, for whoever may see it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from cases.forms import MoveForm
from cases.lists import ROW
from cases.models import Assignment, Case
from workflow import dossier
from workflow.dossier import Step
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
