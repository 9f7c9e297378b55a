"""规则 常用语: the phrases of the units, kept by the lead of a desk or the site's."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import NotFound
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from workflow import phrase_loading, phrases
from workflow.calendar_views import by
from workflow.models import Phrase
from workflow.permissions import rules_change, rules_view
from workflow.phrase_forms import UnitPhraseForm
from workflow.phrase_views import GET_OR_POST, where_words
from workflow.rule_files import file_of, sent_file

SHOWN = 500
View = Callable[..., HttpResponse]


def _keeper(view: View) -> View:
    """Who keeps a unit's phrases; 404 to everybody else."""

    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not phrases.keeps_all(request.user) and not phrases.units_led(request.user):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@rules_view
def unit_phrases(request: AuthedRequest) -> HttpResponse:
    """All phrases in use: everybody's first, then by unit."""
    rows = Phrase.objects.in_use().select_related("unit")
    rows = rows.order_by("unit__code", "order", "code")
    led = {unit.pk for unit in phrases.units_led(request.user)}
    keeps_all = phrases.keeps_all(request.user)
    in_order = sorted(rows[:SHOWN], key=lambda row: row.unit_id is not None)
    shown = [
        {"phrase": row, "mine": keeps_all or row.unit_id in led} for row in in_order
    ]
    context = {
        "rows": shown,
        "where": where_words(),
        "may_add": keeps_all or bool(led),
        "may_change": keeps_all,
        "changes": changes_of(Phrase),
    }
    return render(request, "workflow/phrases_unit.html", context)


@require_http_methods(GET_OR_POST)
@_keeper
def unit_phrase_new(request: AuthedRequest) -> HttpResponse:
    return _edited(request, Phrase(code=f"own-{uuid4().hex[:12]}"))


@require_http_methods(GET_OR_POST)
@_keeper
def unit_phrase(request: AuthedRequest, pk: int) -> HttpResponse:
    return _edited(request, _kept_by(request, pk))


def _kept_by(request: AuthedRequest, pk: int) -> Phrase:
    row = get_object_or_404(Phrase.objects.in_use(), pk=pk)
    if not phrases.can_keep(request.user, row):
        raise NotFound
    return row


def _edited(request: AuthedRequest, row: Phrase) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = UnitPhraseForm(request.user, data, instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect("workflow:unit_phrases")
    context = {
        "form": form,
        "row": row if row.pk else None,
        "rules_page": "workflow:unit_phrases",
    }
    status = 400 if form.is_bound else 200
    return render(request, "workflow/phrase_edit.html", context, status=status)


@require_POST
@_keeper
def unit_phrase_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    """Out of use; the record keeps what it said."""
    row = _kept_by(request, pk)
    with by(request):
        row.retired_at = timezone.localdate()
        row.save(update_fields=["retired_at"])
    return redirect("workflow:unit_phrases")


@require_safe
@rules_view
def phrases_file(request: AuthedRequest) -> HttpResponse:
    """The phrases as a site package has them."""
    return file_of(phrase_loading.export(), "phrases.json")


@require_POST
@rules_change
def phrases_take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, "phrases.json")
    with by(request):
        line = phrase_loading.load_data(data, name="phrases.json", anew=True)
    messages.success(request, _("Phrases taken over: %(line)s") % {"line": line})
    return redirect("workflow:unit_phrases")
