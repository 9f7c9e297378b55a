"""The pages of patrols: the plans, a new one, today's rounds, the board of the week."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from accounts.models import User
from accounts.roles import SEES_UNIT
from cases.field_ground import goes_out, units_to_plan_for
from cases.models import Patrol
from cases.patrols import planning
from cases.patrols.coverage import Row, rows_of
from cases.patrols.forms import DAYS, PatrolForm
from govmap.lib.errors import BadInput, DomainError, NotAllowed, NotFound
from govmap.lib.lists import ListFilters, ListPage, page_of
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.phone_time import phone_time, taken

WEEK = 7  # days of the board


class Filters(ListFilters):
    NAMES = ("view",)
    CHOICES = {"view": {"over"}}

    @property
    def is_over(self) -> bool:
        return self.asked("view") == "over"

    def apply(self, rows: Any) -> Any:
        return rows.filter(ended_on__isnull=not self.is_over)


@login_required
@require_GET
@never_cache
def patrols(request: AuthedRequest) -> HttpResponse:
    """The plans that are the person's business; ``?view=over`` those that ended."""
    if not request.user.has_role(*SEES_UNIT):
        raise NotAllowed
    filters = Filters(request.GET)
    found = filters.apply(Patrol.objects.visible_to(request.user))
    listed = found.select_related("unit").prefetch_related("cells")
    rows: ListPage[Filters, Patrol] = page_of(filters, found, listed)
    context = {
        "list": rows,
        "told": [(row, _days(row)) for row in rows.rows],
        "over": filters.is_over,
        "plans": bool(units_to_plan_for(request.user)),
    }
    return render(request, "cases/patrols/list.html", context)


def _days(row: Patrol) -> str:
    if len(row.days) == len(DAYS):
        return _("every day")
    words = dict(DAYS)
    return "、".join(str(words[day]) for day in row.days if day in words)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    """For the desks and supervisors of streets and of the district."""
    if not units_to_plan_for(request.user):
        raise NotAllowed
    form = PatrolForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            uuid = form.cleaned_data["uuid"]
            row = planning.plan(request.user, form.chosen_unit, uuid, form.said())
        except NotFound:
            raise
        except DomainError as error:
            form.add_error("cells", error.text)
        else:
            messages.success(request, _("The patrol is planned."))
            return redirect("patrols:one", row.uuid)
    status = 422 if form.is_bound else 200
    return render(request, "cases/patrols/new.html", {"form": form}, status=status)


@login_required
@require_GET
@never_cache
def patrol(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Today's rounds for who goes out; the board of seven days for everybody."""
    row = one_of(request.user, uuid)
    last = day_of(request.GET.get("to", ""))
    days = [last - timedelta(days=back) for back in range(WEEK - 1, -1, -1)]
    cells = list(row.cells.select_related("community"))
    board = rows_of(row, cells, days)
    today = timezone.localdate()
    mine = planning.own_cells(request.user, row) if goes_out(request.user) else []
    own = rows_of(row, mine, [today]) if mine and row.goes_on(today) else []
    context = {
        **{"patrol": row, "days": days, "board": board, "said": _days(row)},
        "own": _offered(row, own),
        "whole": _whole(board),
        "earlier": days[0] - timedelta(days=1),
        "later": min(today, last + timedelta(days=WEEK)) if last < today else None,
        "may_end": row.ended_on is None
        and row.unit_id in {unit.pk for unit in units_to_plan_for(request.user)},
    }
    return render(request, "cases/patrols/one.html", context)


def _offered(patrol: Patrol, own: list[Row]) -> list[dict[str, Any]]:
    """Today's cells, what is left first, each with the tick that a tap would make."""
    last = planning.last_ticks(patrol) if own else {}
    return [
        {"row": row, "uuid": uuid4(), "last": last.get(row.cell.code)}
        for row in sorted(own, key=lambda one: one.rounds[0].is_covered)
    ]


def _whole(board: list[Row]) -> tuple[int, int]:
    """(cells' days gone through, wanted) of the whole board."""
    pairs = [row.covered for row in board]
    return sum(done for done, _all in pairs), sum(wanted for _done, wanted in pairs)


def day_of(text: str) -> date:
    """The last day of a board: at most today."""
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today


@login_required
@require_POST
@never_cache
def tick(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One tap: this cell was gone through; ``undo`` takes a wrong tap back."""
    row = one_of(request.user, uuid)
    code = request.POST.get("cell", "")[:15]
    at, made = phone_time(request.POST), _uuid_of(request)
    if request.POST.get("undo"):
        planning.untick(row, code, request.user, made)
    else:
        planning.tick(row, code, request.user, made, at.day())
    at.note(None, made)
    if wants_fragment(request):
        return taken(request, _("Noted for cell %(cell)s.") % {"cell": code})
    return redirect("patrols:one", row.uuid)


def _uuid_of(request: AuthedRequest) -> UUID:
    """What the page gave the tick, so that a second tap is the same one."""
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError as error:
        raise BadInput from error


@login_required
@require_POST
@never_cache
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = one_of(request.user, uuid)
    planning.end(row, request.user)
    messages.success(request, _("The patrol is ended. What was covered stays."))
    return redirect("patrols:list")


def one_of(user: User, uuid: UUID) -> Patrol:
    rows = Patrol.objects.visible_to(user).select_related("unit")
    return get_object_or_404(rows, uuid=uuid)
