"""规则 提醒督办: at which points of a limit who is told and what is done."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from workflow import ladder, ladder_loading
from workflow.calendar_views import by
from workflow.ladder_forms import (
    StepForm,
    kind_in_words,
    limit_words,
    verb_words,
    who_in_words,
)
from workflow.models import LadderStep
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

SHOWN = timedelta(days=30)


@require_safe
@rules_view
def ladder_page(request: AuthedRequest) -> HttpResponse:
    """The steps in use and those out of use, with how often each was taken of late."""
    lately = Q(firings__fired_at__gte=timezone.now() - SHOWN)
    steps = LadderStep.objects.annotate(
        taken=Count("firings", filter=lately),
        refused=Count("firings", filter=lately & ~Q(firings__refused="")),
    ).order_by("kind", "name", F("share").asc(nulls_last=True), "minutes", "code")
    in_order = sorted(steps, key=lambda step: not step.in_use)
    named, verbs = limit_words(), verb_words()
    rows = [
        {
            "step": step,
            "who": who_in_words(step.who),
            "limit": named.get(step.name) or step.name,
            "kind": kind_in_words(step.kind),
            "verb": verbs.get(step.verb) or step.verb,
        }
        for step in in_order
    ]
    context = {
        "rows": rows,
        "may_change": can_change_rules(request.user),
        "changes": changes_of(LadderStep),
    }
    return render(request, "workflow/ladder.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def step_new(request: AuthedRequest) -> HttpResponse:
    return _step(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def step(request: AuthedRequest, pk: int) -> HttpResponse:
    return _step(request, get_object_or_404(LadderStep, pk=pk))


def _step(request: AuthedRequest, row: LadderStep | None) -> HttpResponse:
    form = StepForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            form.save()
            ladder.look_at_all()
        return redirect("workflow:ladder")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "row": row, "rules_page": "workflow:ladder"}
    return render(request, "workflow/ladder_step.html", context, status=status)


@require_POST
@rules_change
def step_use(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a step out of use, or back; what it missed meanwhile is not made up for."""
    row = get_object_or_404(LadderStep, pk=pk)
    with by(request):
        row.in_use = not row.in_use
        if row.in_use:
            row.begins_at = timezone.now()
        row.save()
        ladder.look_at_all()
    return redirect("workflow:ladder")


@require_safe
@rules_view
def ladder_file(request: AuthedRequest) -> HttpResponse:
    """The ladder as a site package has it."""
    return file_of(ladder_loading.export(), "ladder.json")


@require_POST
@rules_change
def ladder_take(request: AuthedRequest) -> HttpResponse:
    """The ladder of a file, in place of the one that is."""
    data = sent_file(request, "ladder.json")
    with by(request):
        line = ladder_loading.load_data(data, name="ladder.json")
    messages.success(request, _("Ladder taken over: %(line)s") % {"line": line})
    return redirect("workflow:ladder")
