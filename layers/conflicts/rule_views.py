"""The overlay rules: list, edit, run, and out and in as a file."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.roles import STEWARDS
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.conflicts import jobs, running
from layers.conflicts.forms import RuleForm, RulesFileForm
from layers.conflicts.overlay import rules
from layers.models import Conflict, ConflictRun, Layer, OverlayRule
from layers.models.conflict import RESULT
from layers.permissions import can_settle

SHOWN_RUNS = 10
MOST_BYTES = 1 << 20  # of a file of rules
LAYERS = ("left__provider", "right__provider")


def _rules(user: User) -> QuerySet[OverlayRule]:
    if not user.has_role(*STEWARDS):
        raise NotAllowed
    return OverlayRule.objects.visible_to(user).select_related(*LAYERS)


def _mine(request: AuthedRequest, code: str) -> OverlayRule:
    rule = get_object_or_404(_rules(request.user), code=code)
    if not can_settle(request.user, rule):
        raise NotAllowed
    return rule


def _layers(user: User) -> dict[str, Layer]:
    layers = Layer.objects.visible_to(user).exclude(code__startswith=RESULT)
    return {layer.code: layer for layer in layers.select_related("provider")}


@require_safe
@login_required
def rule_list(request: AuthedRequest) -> HttpResponse:
    return _list(request)


def _list(request: AuthedRequest, error: str = "", status: int = 200) -> HttpResponse:
    last = ConflictRun.objects.filter(rule=OuterRef("pk")).order_by("-pk")
    standing = Q(conflicts__gone_at__isnull=True)
    found = _rules(request.user).annotate(
        open=Count("conflicts", standing & Q(conflicts__state=Conflict.State.OPEN)),
        last_run=Subquery(last.values("uuid")[:1]),
        last_status=Subquery(last.values("status")[:1]),
        last_at=Subquery(last.values("made_at")[:1]),
    )
    shown = [(rule, can_settle(request.user, rule)) for rule in found]
    context = {
        "rules": shown,
        "error": error,
        "statuses": dict(ConflictRun.Status.choices),
    }
    return render(request, "layers/conflict_rules.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_rule(request: AuthedRequest) -> HttpResponse:
    _rules(request.user)
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, layers=_layers(request.user))
    return _edited(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_rule(request: AuthedRequest, code: str) -> HttpResponse:
    rule = get_object_or_404(_rules(request.user), code=code)
    if request.method == "POST" and not can_settle(request.user, rule):
        raise NotAllowed
    data = request.POST if request.method == "POST" else None
    return _edited(
        request, RuleForm(data, layers=_layers(request.user), rule=rule), rule
    )


def _edited(
    request: AuthedRequest, form: RuleForm, rule: OverlayRule | None
) -> HttpResponse:
    if not (form.is_bound and form.is_valid()):
        return _form(request, form, rule, status=400 if form.is_bound else 200)
    named = OverlayRule(
        left=form.layers[form.entry["left"]], right=form.layers[form.entry["right"]]
    )
    if not can_settle(request.user, named):
        form.add_error("left", _("You answer for neither layer. Choose one of yours."))
        return _form(request, form, rule, status=403)
    rules.keep(form.entry, form.layers, by=request.user)
    messages.success(request, _("The rule is kept. It runs with the next look."))
    return redirect("layers:conflict_rule", code=form.entry["code"])


def _form(
    request: AuthedRequest, form: RuleForm, rule: OverlayRule | None, *, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "rule": rule,
        "layers": form.layers.values(),
        "runs": rule.runs.select_related("by")[:SHOWN_RUNS] if rule else [],
        "may_settle": rule is None or can_settle(request.user, rule),
    }
    return render(request, "layers/conflict_rule.html", context, status=status)


@require_POST
@login_required
def run_rule(request: AuthedRequest, code: str) -> HttpResponse:
    run = running.begin(
        _mine(request, code),
        by=request.user,
        then=lambda run: jobs.find_conflicts.defer(run=run.pk),
    )
    return redirect("layers:conflict_run", uuid=run.uuid)


def _run(user: User, uuid: UUID) -> ConflictRun:
    rows = ConflictRun.objects.filter(rule__in=_rules(user)).select_related(
        "by", "rule__left__provider", "rule__right__provider"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@login_required
def run_page(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A run: its progress while it lasts (a script asks again), then its outcome."""
    run = _run(request.user, uuid)
    fragment = wants_fragment(request)
    template = "layers/_conflict_run.html" if fragment else "layers/conflict_run.html"
    context = {"run": run, "may_settle": can_settle(request.user, run.rule)}
    return render(request, template, context)


@require_POST
@login_required
def cancel_run(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    run = _run(request.user, uuid)
    if not can_settle(request.user, run.rule):
        raise NotAllowed
    running.cancel(run)
    return redirect("layers:conflict_run", uuid=uuid)


@require_safe
@login_required
def export(request: AuthedRequest) -> HttpResponse:
    """The rules one sees as the file that a site package has."""
    entries = [rules.entry_of(rule) for rule in _rules(request.user)]
    text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{rules.FILE}"'
    return response


@require_POST
@login_required
def take_file(request: AuthedRequest) -> HttpResponse:
    """Rules of a file: all or none, and only of layers one answers for."""
    _rules(request.user)
    form = RulesFileForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > MOST_BYTES:
        return _list(request, _("Choose a file of rules, 1 MB at most."), 400)
    try:
        entries = json.loads(form.cleaned_data["file"].read().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _list(request, _("The file is no JSON in UTF-8."), 400)
    try:
        changed = rules.take(
            entries,
            _layers(request.user).values(),
            by=request.user,
            may=lambda rule: can_settle(request.user, rule),
        )
    except BadInput as error:
        return _list(request, error.text, 400)
    said = _("Rules new or changed: %(count)s.") % {"count": len(changed)}
    messages.success(request, said)
    return redirect("layers:conflict_rules")
