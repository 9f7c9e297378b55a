"""规则 抽查: the rules of sampling, as a file, tried, and drawn by at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.models import Draw, SamplingRule
from cases.reviewing import drawing, loading
from cases.reviewing.permissions import is_supervisor
from cases.reviewing.rule_forms import DaysForm, SamplingRuleForm
from govmap.lib.errors import BadInput, DomainError, NotAllowed
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

DRAWS_SHOWN = 20


@require_safe
@rules_view
def rules(request: AuthedRequest) -> HttpResponse:
    """What is drawn by itself, what was drawn, and who changed the rules."""
    found = SamplingRule.objects.select_related("category", "street", "department")
    context = {
        "sampling_rules": found.annotate(last_drawn=Max("draws__drawn_at")).order_by(
            "order", "code"
        ),
        "draws": Draw.objects.select_related("rule", "drawn_by")[:DRAWS_SHOWN],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(SamplingRule),
    }
    return render(request, "cases/reviewing/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def rule_new(request: AuthedRequest) -> HttpResponse:
    return _edit(request, SamplingRule())


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def rule_edit(request: AuthedRequest, code: str) -> HttpResponse:
    return _edit(request, get_object_or_404(SamplingRule, code=code))


def _edit(request: AuthedRequest, row: SamplingRule) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = SamplingRuleForm(sent, instance=row)
    if form.is_bound and form.is_valid():
        with recorded(request.user, address=request.path):
            form.save()
        messages.success(request, _("The rule is kept."))
        return redirect("reviewing:rules")
    context = {"form": form, "row": row, "back": "reviewing:rules"}
    status = 400 if form.is_bound else 200
    return render(request, "cases/reviewing/rule_edit.html", context, status=status)


@require_safe
@rules_view
def rules_file(request: AuthedRequest) -> HttpResponse:
    """As a site package has them."""
    return file_of(loading.dump(), loading.NAME)


@require_POST
@rules_change
def rules_take(request: AuthedRequest) -> HttpResponse:
    """A sampling.json over what is there. Raises BadInput (400)."""
    data = sent_file(request, loading.NAME)
    with recorded(request.user, address=request.path):
        count = loading.put(data)
    messages.success(request, _("Rules of the file: %(count)s.") % {"count": count})
    return redirect("reviewing:rules")


@require_safe
@rules_view
def rule_try(request: AuthedRequest, code: str) -> HttpResponse:
    """How many a draw from these days would come to; nothing is written."""
    rule = get_object_or_404(SamplingRule, code=code)
    asked = bool(request.GET)
    period = drawing.last_period(rule, timezone.localdate())
    form = DaysForm(request.GET) if asked else DaysForm.of(period)
    context: dict[str, Any] = {"rule": rule, "form": form}
    if form.is_valid():
        days = form.cleaned_data
        try:
            context["trial"] = drawing.tried(rule, days["first"], days["last"])
        except DomainError as error:
            form.add_error(None, str(error.text))
        context["drawn"] = rule.draws.filter(
            first_day=days["first"], last_day=days["last"]
        ).first()
    context["may_draw"] = is_supervisor(request.user)
    return render(request, "cases/reviewing/try.html", context)


@require_POST
@login_required
def rule_draw(request: AuthedRequest, code: str) -> HttpResponse:
    """Draw now. Who keeps the rules sees no cases: a supervisor draws."""
    if not is_supervisor(request.user):
        raise NotAllowed
    rule = get_object_or_404(SamplingRule, code=code)
    form = DaysForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Choose days that are over."))
    days = form.cleaned_data
    made = drawing.draw(rule, days["first"], days["last"], by=request.user)
    text = _("Drawn: %(picked)s of %(found)s.")
    messages.success(request, text % {"picked": made.picked, "found": made.found})
    return redirect("reviewing:rules")
