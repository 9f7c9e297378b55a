"""Opening a period for appeals, deciding them, publishing it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Unit
from cases.evaluation import publishing
from cases.evaluation.forms import AppealForm, DecisionForm
from cases.evaluation.measures import title_of
from cases.evaluation.periods import Period, asked
from cases.evaluation.permissions import (
    can_publish,
    can_see_figures,
    own_departments,
    own_streets,
)
from cases.models import Case, CountAppeal, Publication
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest


@login_required
@require_POST
def open_period(request: AuthedRequest) -> HttpResponse:
    """From now on units may object to how the period counts them."""
    if not can_publish(request.user):
        raise NotAllowed
    period = asked(request.POST, timezone.localdate())
    made = publishing.open_for_appeals(period, request.user)
    return redirect("evaluation:publication", made.uuid)


@login_required
@require_GET
@never_cache
def publication(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Appeals about a period: all of them for the centre, a unit's own for it."""
    return _page(request, _publication(request, uuid))


def _page(
    request: AuthedRequest,
    row: Publication,
    form: AppealForm | None = None,
) -> HttpResponse:
    appeals = row.appeals.select_related("case", "unit", "asked_by", "decided_by")
    if not can_publish(request.user):
        appeals = appeals.filter(unit__in=_own_units(request))
    open_now = row.published_at is None and timezone.now() < row.appeals_until
    context = {
        "row": row,
        "period": Period("range", row.first_day, row.last_day),
        "appeals": appeals,
        "may_decide": can_publish(request.user),
        "may_appeal": open_now and bool(_own_units(request)),
        "form": form or AppealForm(_choices()),
        "open_now": open_now,
    }
    status = 400 if form else 200
    return render(request, "cases/evaluation/publication.html", context, status=status)


@login_required
@require_POST
def publish(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    if not can_publish(request.user):
        raise NotAllowed
    row = _publication(request, uuid)
    publishing.publish(row, request.user)
    messages.success(request, _("The period is published and frozen."))
    period = Period("range", row.first_day, row.last_day)
    return redirect(f"{reverse('evaluation:board')}?{period.address}")


@login_required
@require_POST
def appeal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A unit objects to how one case is counted."""
    row = _publication(request, uuid)
    units = Unit.objects.filter(pk__in=_own_units(request)).order_by("pk")
    if not units:
        raise NotAllowed
    form = AppealForm(_choices(), request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    seen = Case.objects.visible_to(request.user)
    sent = form.cleaned_data
    case = seen.filter(number=sent["case"].replace("\x00", "")).first()
    if case is None:
        form.add_error("case", _("no case that you see has this number"))
        return _page(request, row, form)
    _object(row, case, list(units), form, request)
    if form.errors:
        return _page(request, row, form)
    messages.success(request, _("The appeal was sent to the supervision centre."))
    return redirect("evaluation:publication", row.uuid)


def _object(
    row: Publication,
    case: Case,
    units: list[Unit],
    form: AppealForm,
    request: AuthedRequest,
) -> None:
    """In the name of the first of the person's units that the case counts for."""
    sent = form.cleaned_data
    for unit in units:
        try:
            publishing.appeal(
                row, case, unit, sent["measure"], why=sent["why"], by=request.user
            )
        except publishing.NotCounted as error:
            if unit is units[-1]:
                form.add_error("case", error.text)
        else:
            return


@login_required
@require_POST
def decide(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    if not can_publish(request.user):
        raise NotAllowed
    row = CountAppeal.objects.filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise BadInput
    sent = form.cleaned_data
    grant = sent["answer"] == CountAppeal.Answer.GRANTED
    publishing.decide(row, grant=grant, why=sent["decision"], by=request.user)
    return redirect("evaluation:publication", row.publication.uuid)


def _publication(request: AuthedRequest, uuid: UUID) -> Publication:
    if not can_see_figures(request.user):
        raise NotAllowed
    row = Publication.objects.filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    return row


def _own_units(request: AuthedRequest) -> set[int]:
    return own_departments(request.user) | own_streets(request.user)


def _choices() -> list[tuple[str, str]]:
    return [(name, title_of(name)) for name in publishing.MEASURES]
