"""批示: a leader's list of what he instructed, a desk's of what it has to do."""

from collections.abc import Iterator
from functools import cached_property

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import DESK, SUPERVISES, Role
from cases.models import Case, Instruction
from cases.models.instruction import InstructionQuerySet
from govmap.lib.errors import NotAllowed
from govmap.lib.lists import ListFilters, page_of
from govmap.lib.pages import AuthedRequest
from workflow import forms as forms_of_moves
from workflow.act_views import ActView, OneSubject, SubjectView
from workflow.dossier import Dossier
from workflow.lights import add_last_limits
from workflow.models import Deadline, Phase, Transition
from workflow.roster.matters import NAMED_MOST, Looking, Matter, source

VIEWS = {
    "": _("all open"),
    "unsigned": _("to be signed for"),
    "under_way": _("being carried out"),
    "to_read": _("to be read by the leader"),
    "late": _("instructions overdue"),
    "over": _("instructions carried out"),
}


def uses_instructions(user: User) -> bool:
    return user.has_role(Role.COMMUNITY_WORKER, *DESK, *SUPERVISES)


class Filters(ListFilters):
    NAMES = ("view", "mine")
    KEPT = ("view", "mine")
    CHOICES = {"view": [name for name in VIEWS if name], "mine": ["no"]}

    def words(self) -> dict[str, str]:
        return {}

    def apply(self, rows: InstructionQuerySet) -> InstructionQuerySet:
        view = self.asked("view")
        if view == "over":
            return rows.filter(over_at__isnull=False)
        rows = rows.open()
        if view == "unsigned":
            rows = rows.filter(signed_at=None)
        elif view == "under_way":
            rows = rows.filter(signed_at__isnull=False, reported_at=None)
        elif view == "to_read":
            rows = rows.filter(reported_at__isnull=False)
        elif view == "late":
            rows = rows.filter(Exists(_late()))
        return rows


def _late() -> QuerySet[Deadline]:
    rows = Deadline.objects.running().filter(
        kind=Instruction.KIND, subject_id=OuterRef("pk"), paused_at=None
    )
    return rows.filter(due_at__lt=timezone.now())


@login_required
@require_safe
@never_cache
def instructions(request: AuthedRequest) -> HttpResponse:
    """A leader's own, or all that he sees with ``mine=no``; a desk's of its unit."""
    user = request.user
    if not uses_instructions(user):
        raise NotAllowed
    filters = Filters(request.GET)
    rows = Instruction.objects.visible_to(user)
    leads = user.has_role(Role.LEADER)
    if leads and not filters.asked("mine"):
        rows = rows.filter(leader=user)
    found = filters.apply(rows)
    page = page_of(filters, found, found.listed())
    add_last_limits(Instruction.KIND, page.rows)
    context = {
        "list": page,
        "views": [
            (name, word, filters.address(view=name)) for name, word in VIEWS.items()
        ],
        "view": filters.asked("view"),
        "leads": leads,
        "all": filters.address(mine="no"),
        "own": filters.address(mine=""),
        "shows_all": bool(filters.asked("mine")),
    }
    return render(request, "cases/talk/instructions.html", context)


class MoveForm(forms_of_moves.MoveForm):
    """The form of one move of an instruction."""

    @property
    def action_url(self) -> str:
        return reverse("talk:instruction-act", args=[self.subject.uuid])

    @property
    def page_url(self) -> str:
        return reverse("talk:instruction", args=[self.subject.uuid])


class InstructionDossier(Dossier):
    """An instruction with its words, its clock and its case."""

    @property
    def instruction(self) -> Instruction:
        row: Instruction = self.subject
        return row

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.subject, move, query=self.query)

    @cached_property
    def clock(self) -> Deadline | None:
        """The limit that runs and is due first; else the last."""
        rows = Deadline.objects.filter(
            kind=Instruction.KIND, subject_id=self.instruction.pk
        )
        found = list(rows.order_by("pk"))
        running = [row for row in found if row.met_at is None]
        running.sort(key=lambda row: row.due_at)
        return next(iter([*running, *reversed(found)]), None)

    @property
    def words(self) -> str:
        """What was instructed."""
        return self.history[0].text if self.history else ""

    @property
    def is_over(self) -> bool:
        return self.instruction.over_at is not None

    @cached_property
    def may_open_case(self) -> bool:
        seen = Case.objects.visible_to(self.reader)
        return seen.filter(pk=self.instruction.case_id).exists()


class OneInstruction(OneSubject):
    model, dossier_class = Instruction, InstructionDossier
    page = "cases/talk/instruction.html"
    part = "cases/talk/_instruction.html"


class InstructionPage(OneInstruction, SubjectView):
    pass


class InstructionAct(OneInstruction, ActView):
    form_class = MoveForm


instruction, act_on = InstructionPage.as_view(), InstructionAct.as_view()


@source("instruction", _("open instructions"), order=15)
def open_instructions(looking: Looking) -> Iterator[Matter]:
    """Those to the unit that are neither answered nor over."""
    rows = Instruction.objects.visible_to(looking.user).open().with_due().listed()
    rows = rows.filter(unit=looking.unit).exclude(state__phase=Phase.VERIFY)
    for row in rows.order_by("due", "pk")[: NAMED_MOST + 1]:  # type: ignore[misc]
        yield Matter(
            kind=Instruction.KIND,
            uuid=row.uuid,
            number=row.case.number,
            label=f"{row.leader} · {row.case.category}",
            place=row.case.address or str(row.case.street),
            due_at=row.due,  # type: ignore[attr-defined]
        )
