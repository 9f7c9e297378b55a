"""常用语: the phrases that a form offers, and a person's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import phrases
from workflow.models import OwnPhrase, Phase, Phrase
from workflow.permissions import can_read_rules
from workflow.phrase_forms import OwnPhraseForm, moves_with_words

NAME_MAX = 40
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@login_required
@never_cache
def choices(request: AuthedRequest) -> HttpResponse:
    """The box beside a text: what fits ``kind``, ``verb`` and ``phase``."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "")[:NAME_MAX]
        for name in ("kind", "verb", "phase")
    }
    offered = phrases.offered_to(request.user, **asked)
    return render(request, "workflow/_phrases.html", {"offered": offered})


@require_http_methods(GET_OR_POST)
@login_required
@never_cache
def own(request: AuthedRequest) -> HttpResponse:
    """The person's own phrases; a script that keeps one gets 204."""
    if request.method == "POST" and wants_fragment(request):
        phrases.keep(request.user, request.POST.get("text", ""))
        return HttpResponse(status=204)
    data = request.POST if request.method == "POST" else None
    form = OwnPhraseForm(data, instance=OwnPhrase(person=request.user))
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        where = {"verb": sent["verb"], "phase": sent["phase"]}
        phrases.keep(request.user, sent["text"], **where)
        messages.success(request, _("The phrase is kept."))
        return redirect("workflow:phrases")
    return _page(request, form)


@require_http_methods(GET_OR_POST)
@login_required
@never_cache
def own_one(request: AuthedRequest, pk: int) -> HttpResponse:
    """One of them, to be changed."""
    row = get_object_or_404(OwnPhrase, pk=pk, person=request.user)
    data = request.POST if request.method == "POST" else None
    form = OwnPhraseForm(data, instance=row)
    if form.is_bound and form.is_valid():
        form.save()
        return redirect("workflow:phrases")
    return _page(request, form, row)


def _page(
    request: AuthedRequest, form: OwnPhraseForm, row: OwnPhrase | None = None
) -> HttpResponse:
    units = [post.unit_id for post in request.user.posts]
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "own": OwnPhrase.objects.filter(person=request.user),
        "shared": Phrase.objects.in_use().of_units(units).select_related("unit"),
        "where": where_words(),
        "reads_rules": can_read_rules(request.user),
    }
    status = 400 if form.is_bound else 200
    return render(request, "workflow/phrases_own.html", context, status=status)


def where_words() -> dict[str, str]:
    """What phases and verbs are called, for lists."""
    return {**dict(moves_with_words()), **{code: str(x) for code, x in Phase.choices}}


@require_POST
@login_required
def own_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    get_object_or_404(OwnPhrase, pk=pk, person=request.user).delete()
    return redirect("workflow:phrases")
