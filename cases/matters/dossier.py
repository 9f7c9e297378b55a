"""Everything of one matter, conference or task, for whoever may see it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.models import User
from cases.grouping import Group
from cases.lists import add_clocks as add_case_clocks
from cases.matters.forms import MoveForm
from cases.models import (
    AgendaItem,
    Case,
    Conference,
    Invitation,
    Matter,
    MatterCase,
    MatterDecision,
    MatterTask,
)
from govmap.lib.localized import localized
from workflow import dossier
from workflow.dossier import Step
from workflow.engine import moves_open_to
from workflow.forms import primary_first
from workflow.lights import add_last_limits
from workflow.models import Deadline, Phase, Request, Transition

SHOWN = 50  # cases of one matter


class Dossier(dossier.Dossier):
    """What the three have in common."""

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.subject, move)

    @cached_property
    def moves(self) -> list[Transition]:
        """The primary ones first; of the others those that end nothing."""
        moves = moves_open_to(self.subject, self.reader)
        return primary_first(sorted(moves, key=lambda move: not move.stays))

    @cached_property
    def forms(self) -> list[Any]:
        """Of what leads on, and of the move asked for; the rest waits in a menu."""
        shown = [m for m in self.moves if m.primary or m.verb == self.verb]
        return [self.form_of(move) for move in shown]

    def put(self, form: Any) -> None:
        """As it was sent, also where its move is one of the menu."""
        if form.move in self.moves and form.move not in [f.move for f in self.forms]:
            self.forms.append(form)
        super().put(form)

    @property
    def groups(self) -> list[Group]:
        """The menu of everything else that can be done."""
        form = self.open_form
        rest = [move for move in self.moves if not form or move != form.move]
        return [Group("", "", rest)] if rest else []

    @property
    def all_groups(self) -> list[Group]:
        """The menu of a form that another was swapped for."""
        return [Group("", "", self.moves)]

    @property
    def waits_for(self) -> str:
        """What somebody must do next; nothing where the system goes on by itself."""
        moves = self.subject.moves_from_here()
        return next((move.label for move in moves if move.primary), "")

    @property
    def page_url(self) -> str:
        return reverse(str(self.subject.PAGE), args=[self.subject.uuid])

    @property
    def pane_url(self) -> str:
        return self.page_url

    @property
    def before(self) -> Step:
        return self.history[0]

    @property
    def is_over(self) -> bool:
        return bool(self.subject.state.phase == Phase.DONE)


class MatterDossier(Dossier):
    """A matter with its cases, what was decided of it, and its conferences."""

    @property
    def matter(self) -> Matter:
        return self.subject

    @cached_property
    def cases(self) -> list[Case]:
        """Those that the reader sees, each with its own clock."""
        seen = Case.objects.visible_to(self.reader).listed()
        found = list(seen.filter(matters=self.matter).order_by("-pk")[:SHOWN])
        add_case_clocks(found)
        return found

    @cached_property
    def cases_hidden(self) -> int:
        """How many more belong to it, which the reader does not see."""
        return self.matter.links.count() - len(self.cases)

    @cached_property
    def decisions(self) -> list[MatterDecision]:
        """With their tasks, the last first."""
        rows = self.matter.decisions.select_related("lead", "conference")
        found = list(rows.prefetch_related("tasks__unit").order_by("-pk"))
        tasks = [task for row in found for task in row.tasks.all()]
        add_last_limits(MatterTask.KIND, tasks)
        return found

    @cached_property
    def conferences(self) -> list[AgendaItem]:
        """Where it stood on the agenda, as far as the reader sees the conference."""
        seen = Conference.objects.visible_to(self.reader)
        rows = AgendaItem.objects.filter(matter=self.matter, conference__in=seen)
        return list(rows.select_related("conference__host").order_by("-pk"))

    @cached_property
    def concerned(self) -> list[Any]:
        return list(self.matter.concerned.order_by("code"))

    @property
    def pins(self) -> dict[str, Any]:
        """The matter and its cases as points for a map."""
        own = [_pin(self.matter, self.matter.title, "难")] if self.matter.place else []
        others = [
            _pin(case, f"{case.category} {case.number}", "")
            for case in self.cases
            if case.place
        ]
        return {"type": "FeatureCollection", "features": [*others, *own]}


def _pin(row: Any, label: str, glyph: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.place.x, row.place.y]},
        "properties": {
            "id": str(row.uuid),
            "phase": row.state.phase,
            "light": "",
            "glyph": glyph,
            "label": label,
        },
    }


@dataclass(frozen=True)
class Part:
    """One invited unit, with its answer in words."""

    invitation: Invitation
    answer: str
    is_own: bool


class ConferenceDossier(Dossier):
    """A conference with its agenda, what was decided, and who comes."""

    @property
    def conference(self) -> Conference:
        return self.subject

    @cached_property
    def parts(self) -> list[Part]:
        mine = self.reader.unit_ids
        parts = [
            Part(row, self._answer(row.answer), row.unit_id in mine)
            for row in self.conference.parts()
        ]
        return sorted(parts, key=lambda part: not part.is_own)

    @property
    def coming(self) -> int:
        return sum(bool(part.invitation.answer) for part in self.parts)

    def _answer(self, code: str) -> str:
        """In the words of the process's move that answers."""
        for move in self.conference.process.moves:
            if code and "answer_invitation" in move.effects:
                rows = {row["code"]: row["label"] for row in move.reasons}
                return localized(rows.get(code)) or code
        return ""

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        """In order, each with its decision of this conference, if there is one."""
        rows = self.conference.decisions.select_related("lead")
        decided = {row.matter_id: row for row in rows.prefetch_related("tasks__unit")}
        add_last_limits(
            MatterTask.KIND, [t for row in decided.values() for t in row.tasks.all()]
        )
        items = self.conference.agenda()
        cases = self._cases_of([item.matter_id for item in items])
        for item in items:
            item.decision = decided.get(item.matter_id)  # type: ignore[attr-defined]
            item.cases = cases.get(item.matter_id, [])  # type: ignore[attr-defined]
        return items

    def _cases_of(self, matters: list[int]) -> dict[int, list[Case]]:
        """The cases of each matter that the reader sees, a few of each."""
        seen = Case.objects.visible_to(self.reader)
        links = MatterCase.objects.filter(matter__in=matters, case__in=seen)
        found: dict[int, list[Case]] = {}
        for link in links.select_related("case__category").order_by("pk")[:SHOWN]:
            found.setdefault(link.matter_id, []).append(link.case)
        return found


class TaskDossier(Dossier):
    """A task with its decision, its clock and what is asked for."""

    @property
    def task(self) -> MatterTask:
        return self.subject

    @cached_property
    def clock(self) -> Deadline | None:
        rows = Deadline.objects.filter(kind=MatterTask.KIND, subject_id=self.task.pk)
        return rows.order_by("-pk").first()

    @cached_property
    def asked(self) -> Request | None:
        """What was asked for and nobody has answered."""
        rows = Request.objects.open().filter(
            kind=MatterTask.KIND, subject_id=self.task.pk
        )
        return rows.select_related("asked_by").first()

    @cached_property
    def others(self) -> list[MatterTask]:
        """What other units do of the same decision."""
        rows = MatterTask.objects.filter(decision=self.task.decision_id)
        found = list(rows.exclude(pk=self.task.pk).select_related("unit"))
        add_last_limits(MatterTask.KIND, found)
        return found

    @cached_property
    def may_open_matter(self) -> bool:
        return may_see(self.task.matter, self.reader)


def may_see(matter: Matter, reader: User) -> bool:
    return Matter.objects.visible_to(reader).filter(pk=matter.pk).exists()
