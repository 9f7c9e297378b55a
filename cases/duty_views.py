"""履职事项清单: the list of duties."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.duties import DUTIES
from cases.models import Duty
from cases.rule_forms import DutyForm
from cases.rule_tables import DUTY_COLUMNS, duty_lines
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow.class_taking import take_table
from workflow.class_views import GET_OR_POST, by
from workflow.permissions import can_change_rules, rules_change, rules_view


@require_safe
@rules_view
def duties(request: AuthedRequest) -> HttpResponse:
    """The list; narrowed by words and by kind."""
    query, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    rows = Duty.objects.select_related("department")
    if query:
        rows = rows.filter(Q(title__icontains=query) | Q(code__startswith=query))
    if kind in Duty.Kind.values:
        rows = rows.filter(kind=kind)
    in_use = Q(rules__retired_at__isnull=True)
    context = {
        "duties": rows.annotate(used=Count("rules", filter=in_use)),
        "kinds": Duty.Kind.choices,
        "query": query,
        "kind": kind,
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Duty),
    }
    return render(request, "cases/duties.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def duty_new(request: AuthedRequest) -> HttpResponse:
    return _edited(request, Duty())


@require_http_methods(GET_OR_POST)
@rules_change
def duty_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(Duty, pk=pk))


def _edited(request: AuthedRequest, duty: Duty) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = DutyForm(data, instance=duty)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect("cases:duties")
    context: dict[str, Any] = {
        "form": form,
        "row": duty,
        "rules_page": "cases:duties",
        "back": "cases:duties",
    }
    status = 400 if form.is_bound else 200
    return render(request, "cases/rule_edit.html", context, status=status)


@require_POST
@rules_change
def duty_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(Duty, pk=pk)
    with by(request):
        duty.retired_at = None if duty.retired_at else timezone.localdate()
        duty.save(update_fields=["retired_at"])
    return redirect("cases:duties")


@require_safe
@rules_view
def duties_file(request: AuthedRequest) -> HttpResponse:
    return csv_answer("duties", DUTY_COLUMNS, duty_lines())


@require_http_methods(GET_OR_POST)
@rules_change
def duties_take(request: AuthedRequest) -> HttpResponse:
    return take_table(request, DUTIES)
