"""数据质量: the board, the entries behind each figure, and what mends them."""

import contextlib
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.models import Unit
from govmap.lib.pages import AuthedRequest
from offices.models import QualityRule
from offices.ownership.deciding import seen_entry
from offices.ownership.views import name_of
from offices.quality import board, confirming, counting, jobs
from offices.registers.list_views import tabs
from offices.registers.permissions import can_keep, register_view
from offices.registers.person_views import by


def _unit(request: AuthedRequest, units: list[Unit]) -> Unit | None:
    """The unit that the address narrows to; one that is not the reader's is none."""
    code = request.POST.get("unit") or request.GET.get("unit", "")
    return next((unit for unit in units if unit.code == code), None)


@require_safe
@never_cache
@register_view
def quality(request: AuthedRequest) -> HttpResponse:
    """Duplicates, contradictions, gaps and what is old, of one's own ground."""
    user = request.user
    units = board.units_of(user)
    unit, owner = _unit(request, units), request.GET.get("owner", "")
    every = board.lines(user, unit)
    lines = [line for line in every if not owner or line.owner == owner]
    kinds = [
        (code, title, [line for line in lines if line.rule.kind == code])
        for code, title in QualityRule.Kind.choices
    ]
    context = {
        "kinds": [
            (code, title, _parted(rows), sum(row.found for row in rows))
            for code, title, rows in kinds
            if rows
        ],
        "by_unit": board.by_unit(user, unit, [line.rule for line in lines]),
        "titles": [title for _code, title in QualityRule.Kind.choices],
        "owners": dict.fromkeys((line.owner, line.owner_title) for line in every),
        "owner": owner,
        "units": units if len(units) > 1 else [],
        "unit": unit,
        "counted_at": board.counted_at(user, unit),
        "tabs": tabs(""),
    }
    return render(request, "offices/quality/board.html", context)


def _parted(rows: list[board.Line]) -> dict[str, list[board.Line]]:
    """What there is to mend, and apart what nothing was found of."""
    return {
        "found": [row for row in rows if row.found],
        "none": [row for row in rows if not row.found],
    }


@require_safe
@never_cache
@register_view
def found(request: AuthedRequest, code: str) -> HttpResponse:
    """The entries behind a figure as they are now, masked, each with its mend."""
    rule = get_object_or_404(QualityRule, code=code, is_on=True)
    units = board.units_of(request.user)
    unit = _unit(request, units)
    after = request.GET.get("after", "")
    good = after.isascii() and after.isdigit() and len(after) < 19
    page = board.page_of(rule, request.user, unit, int(after) if good else 0)
    (line,) = [one for one in board.lines(request.user, unit) if one.rule.pk == rule.pk]
    more = {"unit": unit.code if unit else "", "after": page.more}
    context = {
        "rule": rule,
        "line": line,
        "rows": [
            {
                "row": row,
                "name": name_of(row),
                "mate": name_of(row.mate) if row.mate else "",
                "may_keep": can_keep(request.user, row),
            }
            for row in page.rows
        ],
        "more": "?" + urlencode(more) if page.more else "",
        "unit": unit,
        "here": request.get_full_path(),
        "page": f"registers:{rule.register}",
        "edit": f"registers:{rule.register}-edit",
        "merges": rule.kind == QualityRule.Kind.DUPLICATE
        and rule.register in ("person", "organization"),
        "stale": rule.kind == QualityRule.Kind.STALE,
        "tabs": tabs(rule.register),
    }
    return render(request, "offices/quality/found.html", context)


@require_POST
@register_view
def confirm(request: AuthedRequest, register: str, uuid: UUID) -> HttpResponse:
    """Still right: on record with the name, and no longer old."""
    row = seen_entry(register, uuid, request.user)
    with by(request):
        confirming.confirm(row, request.user)
    messages.success(request, _("Confirmed: still right."))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, None):
        back = reverse(f"registers:{register}", args=[row.uuid])
    return redirect(back)


@require_POST
@register_view
def recount(request: AuthedRequest) -> HttpResponse:
    """One's own ground at once; the whole district in the background."""
    unit = _unit(request, board.units_of(request.user))
    ground = board.scope_of(request.user, unit)
    if ground.whole:
        # Who asks while it waits to be counted gets that count.
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(jobs.TASK, queueing_lock=jobs.TASK).defer(timestamp=0)
        messages.info(request, _("The district is being counted; look again soon."))
    else:
        counting.count(ground)
        messages.success(request, _("Counted anew."))
    query = "?" + urlencode({"unit": unit.code}) if unit else ""
    return redirect(reverse("quality:quality") + query)
