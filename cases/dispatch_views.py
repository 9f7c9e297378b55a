"""派遣规则 and 代班: the dispatch table, tried on past cases, and who stands in."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import Unit
from cases import stand_in_names, stand_ins
from cases.dispatch_trial import try_table
from cases.models import Case, DispatchRule, StandIn
from cases.rule_forms import RuleForm, StandInForm
from cases.rule_tables import (
    DISPATCH_COLUMNS,
    DISPATCH_NEEDED,
    DISPATCH_WORDS,
    rule_lines,
    rule_state,
    write_rules,
)
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import Row, csv_answer
from govmap.lib.trial import Report
from workflow.class_taking import Asked, Table, take_table
from workflow.class_views import GET_OR_POST, by
from workflow.permissions import can_change_rules, rules_change, rules_view

DAYS_MOST = 366
SHOWN = 500
OVER_SHOWN = 50


@require_safe
@rules_view
def dispatch(request: AuthedRequest) -> HttpResponse:
    """The table; narrowed by words of the class, street or department."""
    query, street = request.GET.get("q", "").strip()[:60], request.GET.get("street", "")
    rows = DispatchRule.objects.in_use().whole()
    if query:
        rows = rows.filter(
            Q(category__name__icontains=query)
            | Q(category__initials__icontains=query)
            | Q(category__code__startswith=query)
            | Q(department__name__icontains=query)
            | Q(duty__title__icontains=query)
        )
    if street:
        rows = rows.filter(street__code=street)
    needing = DispatchRule.objects.needing_duty()
    if needs_duty := "needs_duty" in request.GET:
        rows = rows.filter(pk__in=needing.values("pk"))
    context = {
        "rules": rows[:SHOWN],
        "needing": needing.count(),
        "needs_duty": needs_duty,
        "streets": Unit.objects.filter(kind=Unit.Kind.STREET),
        "query": query,
        "street": street,
        "may_change": can_change_rules(request.user),
        "changes": changes_of(DispatchRule),
    }
    return render(request, "cases/dispatch.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def rule_new(request: AuthedRequest) -> HttpResponse:
    return _edited(request, DispatchRule())


@require_http_methods(GET_OR_POST)
@rules_change
def rule_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(DispatchRule, pk=pk))


def _edited(request: AuthedRequest, rule: DispatchRule) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, instance=rule)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect("cases:dispatch")
    context: dict[str, Any] = {
        "form": form,
        "row": rule,
        "rules_page": "cases:dispatch",
        "back": "cases:dispatch",
    }
    status = 400 if form.is_bound else 200
    return render(request, "cases/rule_edit.html", context, status=status)


@require_POST
@rules_change
def rule_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    """Out of use for good: the record keeps what it said."""
    rule = get_object_or_404(DispatchRule.objects.in_use(), pk=pk)
    with by(request):
        rule.retired_at = timezone.localdate()
        rule.save(update_fields=["retired_at"])
    return redirect("cases:dispatch")


@require_safe
@rules_view
def dispatch_try(request: AuthedRequest) -> HttpResponse:
    """The table tried on past cases.

    An administrator, who sees no case, is told the counts of all of them; whoever
    works with cases those of his own, and which would go elsewhere.
    """
    text = request.GET.get("days", "")
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 30
    counts_only = can_change_rules(request.user)
    cases = Case.objects.all()
    if not counts_only:
        cases = Case.objects.visible_to(request.user)
    trial = try_table(cases, days=min(max(days, 1), DAYS_MOST))
    if counts_only:
        trial.shown.clear()
    context = {"trial": trial, "rules_page": "cases:dispatch"}
    return render(request, "cases/dispatch_try.html", context)


@require_safe
@rules_view
def dispatch_file(request: AuthedRequest) -> HttpResponse:
    return csv_answer("dispatch", DISPATCH_COLUMNS, rule_lines())


@require_http_methods(GET_OR_POST)
@rules_change
def dispatch_take(request: AuthedRequest) -> HttpResponse:
    return take_table(request, RULES)


def _write(rows: Iterable[Row], report: Report, asked: Asked) -> int:
    return write_rules(rows, report)


RULES = Table(
    title=gettext_lazy("Dispatch rules from a file"),
    columns=DISPATCH_COLUMNS,
    needed=DISPATCH_NEEDED,
    words=DISPATCH_WORDS,
    write=_write,
    state=lambda rows: rule_state(),
    here="cases:dispatch_take",
    back="cases:dispatch",
)

# Stand-ins


@require_safe
@rules_view
def stand_in_list(request: AuthedRequest) -> HttpResponse:
    """Who stands in for whom, and, for an administrator, one more."""
    return _stand_ins(request, StandInForm(request.user))


@require_safe
@rules_change
def stand_in_find(request: AuthedRequest) -> HttpResponse:
    """Whom the words of ``q`` may mean, as the form takes it."""
    found = stand_in_names.choices(request.user, request.GET.get("q", ""))
    return JsonResponse({"found": found})


@require_POST
@rules_change
def stand_in_new(request: AuthedRequest) -> HttpResponse:
    form = StandInForm(request.user, request.POST)
    if not form.is_valid():
        return _stand_ins(request, form)
    sent = form.cleaned_data
    with by(request):
        stand_ins.begin(sent["away"], sent["by"], sent["lasts"], sent["reason"])
    messages.success(request, _("Kept. Those concerned are told."))
    return redirect("cases:stand_ins")


def _stand_ins(request: AuthedRequest, form: StandInForm) -> HttpResponse:
    rows = StandIn.objects.select_related("unit", "by_unit", "person", "by_person")
    ahead = Q(lasts__endswith__gt=timezone.now())
    context = {
        "stand_ins": rows.filter(ahead).order_by("lasts")[:SHOWN],
        "over": rows.exclude(ahead).order_by("-lasts")[:OVER_SHOWN],
        "form": form,
        "rules_page": "cases:stand_ins",
        "may_change": can_change_rules(request.user),
        "changes": changes_of(StandIn),
    }
    status = 400 if form.is_bound else 200
    return render(request, "cases/stand_ins.html", context, status=status)


@require_POST
@rules_change
def stand_in_end(request: AuthedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(StandIn, pk=pk)
    if not row.is_over:
        with by(request):
            stand_ins.end(row)
    return redirect("cases:stand_ins")
