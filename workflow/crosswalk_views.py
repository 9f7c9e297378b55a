"""对照表: what a class of one edition is called in another."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow import class_export
from workflow.class_rows import CROSSWALK_COLUMNS
from workflow.class_tables import CROSSWALK
from workflow.class_taking import take_table
from workflow.class_views import GET_OR_POST, by
from workflow.models import Category, Crosswalk, Standard
from workflow.permissions import can_change_rules, rules_change, rules_view

PAGE = 100
HERE = "workflow:classes"  # the tab


class PairForm(forms.Form):
    """Two classes of two editions, each as ``edition kind/code``."""

    old = forms.CharField(max_length=80, label=gettext_lazy("Class"))
    new = forms.CharField(
        max_length=80, label=gettext_lazy("What it is called in the other edition")
    )

    def clean_old(self) -> Category:
        return _named(self.cleaned_data["old"])

    def clean_new(self) -> Category:
        return _named(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if self.errors:
            return sent
        if sent["old"].standard_id == sent["new"].standard_id:
            raise ValidationError(
                {"new": _("Both are of one edition: choose a class of the other.")}
            )
        if Crosswalk.objects.filter(old=sent["old"], new=sent["new"]).exists():
            raise ValidationError(_("This pair is there already."))
        return sent


def _named(text: str) -> Category:
    """``gbt47678.5-2026 event/06010 …``: what stands behind the code is not read."""
    standard, _blank, rest = text.strip().partition(" ")
    kind, _slash, code = rest.partition(" ")[0].partition("/")
    rows = Category.objects.filter(standard__code=standard, kind=kind, code=code)
    found = rows.select_related("standard").first()
    if found is None:
        raise ValidationError(_("There is no such class: choose one of the list."))
    return found


def pairs_asked(params: QueryDict) -> tuple[Any, dict[str, str]]:
    """The rows that the address asks for, and what it asked."""
    asked = {
        name: params.get(name, "").replace("\x00", "").strip()[:60]
        for name in ("q", "from", "to")
    }
    rows = Crosswalk.objects.select_related("old__standard", "new__standard")
    if asked["from"]:
        rows = rows.filter(old__standard__code=asked["from"])
    if asked["to"]:
        rows = rows.filter(new__standard__code=asked["to"])
    if query := asked["q"]:
        rows = rows.filter(
            Q(old__name__icontains=query)
            | Q(new__name__icontains=query)
            | Q(old__code__startswith=query)
            | Q(new__code__startswith=query)
        )
    return rows.order_by("old__standard", "old__kind", "old__code", "new"), asked


@require_safe
@rules_view
def crosswalk(request: AuthedRequest) -> HttpResponse:
    """The pairs, narrowed by editions and words, a page of them at a time."""
    return _page(request, PairForm())


def _page(request: AuthedRequest, form: PairForm) -> HttpResponse:
    rows, asked = pairs_asked(request.GET)
    may_change = can_change_rules(request.user)
    context = {
        "rules_page": HERE,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "source": asked["from"],
        "standards": Standard.objects.order_by("-is_default", "code"),
        "form": form,
        "may_change": may_change,
        "choices": _choices() if may_change else [],
        "changes": changes_of(Crosswalk),
    }
    status = 400 if form.is_bound else 200
    return render(request, "workflow/crosswalk.html", context, status=status)


def _choices() -> list[tuple[str, str]]:
    """Every class in use, as the form names it and as people call it."""
    rows = Category.objects.in_use().filter(parent__isnull=False)
    rows = rows.select_related("standard").order_by("standard__code", "kind", "code")
    return [(f"{row.standard.code} {row.kind}/{row.code}", str(row)) for row in rows]


@require_POST
@rules_change
def crosswalk_add(request: AuthedRequest) -> HttpResponse:
    form = PairForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    with by(request):
        Crosswalk.objects.create(**form.cleaned_data)
    return redirect("workflow:crosswalk")


@require_POST
@rules_change
def crosswalk_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """A pair is no rule that cases keep: it goes, and the record says who let it."""
    row = get_object_or_404(Crosswalk, pk=pk)
    with by(request):
        row.delete()
    return redirect("workflow:crosswalk")


@require_safe
@rules_view
def crosswalk_file(request: AuthedRequest) -> HttpResponse:
    rows, _asked = pairs_asked(request.GET)
    lines = class_export.crosswalk_lines(rows)
    return csv_answer("crosswalk", CROSSWALK_COLUMNS, lines)


@require_http_methods(GET_OR_POST)
@rules_change
def crosswalk_take(request: AuthedRequest) -> HttpResponse:
    """Pairs of a file: what they change, and taking them."""
    return take_table(request, CROSSWALK)
