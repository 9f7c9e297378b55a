"""规则 评价指标: the indicators as their table, as a file, and who changed them."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.evaluation import loading
from cases.evaluation.forms import (
    IndicatorsFileForm,
    IndicatorsForm,
    PersonsForm,
    SettingsForm,
)
from cases.evaluation.measures import known_names, title_of
from cases.evaluation.scoring import Reading
from cases.models import EvaluationSettings, Indicator
from cases.orders.views import as_file
from govmap.lib.errors import BadInput, DomainError
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from workflow.permissions import can_change_rules, rules_change, rules_view

LARGEST = 1024 * 1024  # bytes


@require_safe
@rules_view
def indicators(request: AuthedRequest) -> HttpResponse:
    """What a unit is judged by: each formula in words, weight, steps and days."""
    return _page(request, IndicatorsForm(initial={"text": loading.dumped()}))


def _page(
    request: AuthedRequest,
    form: IndicatorsForm,
    *,
    persons: PersonsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    settings = EvaluationSettings.current()
    rows = [Reading(row) for row in Indicator.objects.all()]
    context: dict[str, Any] = {
        "readings": rows,
        "form": form,
        "settings": settings,
        "settings_form": SettingsForm(instance=settings),
        "persons_form": persons or PersonsForm.of(settings),
        "persons_on": settings.shows_persons(timezone.localdate()),
        "known": [(name, title_of(name)) for name in sorted(known_names())],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Indicator, EvaluationSettings),
        "rules_page": "evaluation:rules",
    }
    return render(request, "cases/evaluation/rules.html", context, status=status)


@require_POST
@rules_change
def change(request: AuthedRequest) -> HttpResponse:
    """All indicators as they were typed; what is wrong comes back with why."""
    form = IndicatorsForm(request.POST)
    if form.is_valid():
        try:
            _take(request, form.cleaned_data["text"])
        except DomainError as error:
            form.add_error("text", str(error.text))
    if not form.is_valid():
        return _page(request, form, status=400)
    messages.success(request, _("The indicators are kept."))
    return redirect("evaluation:rules")


@require_POST
@rules_change
def change_settings(request: AuthedRequest) -> HttpResponse:
    form = SettingsForm(request.POST, instance=EvaluationSettings.current())
    if not form.is_valid():
        raise BadInput(str(next(iter(form.errors.values()))[0]))
    with recorded(request.user, address=request.path):
        form.save()
    messages.success(request, _("The settings are kept."))
    return redirect("evaluation:rules")


@require_POST
@rules_change
def change_persons(request: AuthedRequest) -> HttpResponse:
    """Open figures of persons for a time, with a reason and an owner; or close them."""
    row = EvaluationSettings.current()
    if request.POST.get("close_now"):
        row.persons = False
    else:
        form = PersonsForm(request.POST)
        if not form.is_valid():
            whole = IndicatorsForm(initial={"text": loading.dumped()})
            return _page(request, whole, persons=form, status=400)
        sent = form.cleaned_data
        row.persons, row.persons_reason = True, sent["reason"]
        row.persons_owner, row.persons_until = sent["owner"], sent["until"]
    with recorded(request.user, address=request.path):
        row.save()
    messages.success(request, _("The settings are kept."))
    return redirect("evaluation:rules")


@require_safe
@rules_view
def file(request: AuthedRequest) -> HttpResponse:
    """As a site package has them."""
    return as_file(loading.dumped().encode(), loading.NAME)


@require_POST
@rules_change
def take(request: AuthedRequest) -> HttpResponse:
    """An indicators.json in place of what is there."""
    form = IndicatorsFileForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > LARGEST:
        raise BadInput
    try:
        text = form.cleaned_data["file"].read().decode("utf-8-sig")
    except ValueError as error:
        raise BadInput(_("This is no JSON that can be read.")) from error
    _take(request, text)
    messages.success(request, _("The indicators are kept."))
    return redirect("evaluation:rules")


def _take(request: AuthedRequest, text: str) -> None:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadInput(_("This is no JSON that can be read.")) from error
    with recorded(request.user, address=request.path):
        loading.put(data)
