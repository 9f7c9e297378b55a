"""部件 as pages: the register, the card of one, how much of it was looked at."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from cases.models import Case, SurveyItem
from cases.parts.registry import (
    CELLS,
    PartFilters,
    by_cell,
    by_class,
    can_see_parts,
    class_names,
    part_seen,
    parts_seen,
)
from cases.permissions import can_report
from cases.surveys.fields import PHOTO, fields_of
from govmap.lib.errors import NotAllowed
from govmap.lib.lists import ListPage, page_of
from govmap.lib.pages import AuthedRequest
from layers.models import Layer, Part

SHOWN = 20  # cases and looks on a card
UNITS = ("department", "owner", "upkeep")


def check_sees(user: User) -> None:
    """Raises NotAllowed (403)."""
    if not can_see_parts(user):
        raise NotAllowed


@login_required
@require_safe
@never_cache
def parts(request: AuthedRequest) -> HttpResponse:
    """The register of one's ground, the newest first, by class, state, cell, words."""
    check_sees(request.user)
    filters = PartFilters(request.GET)
    seen = parts_seen(request.user)
    found = filters.apply(seen)
    rows: ListPage[PartFilters, Part] = page_of(
        filters, found, found.select_related("department").defer("geometry")
    )
    there = seen.order_by("state").values_list("state", flat=True).distinct()
    names = class_names()
    codes = seen.order_by("category_code").values_list("category_code", flat=True)
    context = {
        "list": rows,
        "classes": [(code, names.get(code, code)) for code in codes.distinct()],
        "names": names,
        "states": list(there),
    }
    return render(request, "cases/parts/list.html", context)


@login_required
@require_safe
@never_cache
def part(request: AuthedRequest, code: str) -> HttpResponse:
    """The card of one: where, in which state, whose, and what happened with it."""
    check_sees(request.user)
    rows = part_seen(request.user, code).select_related(*UNITS)
    row = get_object_or_404(rows)
    cases = Case.objects.visible_to(request.user).filter(part__code=code)
    looks = SurveyItem.objects.visible_to(request.user).filter(
        key=code, done_at__isnull=False
    )
    looked = list(looks.select_related("survey").order_by("-done_at")[:SHOWN])
    layer = Layer.objects.visible_to(request.user).filter(feeds=Layer.Feeds.PARTS)
    context = {
        "part": row,
        "class_name": class_names().get(row.category_code, row.category_code),
        "spot": row.geometry.point_on_surface,
        "cases": list(
            cases.select_related("category", "state").order_by("-pk")[:SHOWN]
        ),
        "looks": looked,
        "photos": photos_of(looked),
        "layer": layer.first(),
        "reports": can_report(request.user),
    }
    return render(request, "cases/parts/card.html", context)


def photos_of(looks: list[SurveyItem]) -> list[dict[str, Any]]:
    """Of the last look that brought any, with when it was."""
    for look in looks:
        uuids = [
            uuid
            for field in fields_of(look.survey.fields)
            if field.kind == PHOTO
            for uuid in look.answers.get(field.code, ())
        ]
        if uuids:
            named = [look.survey.uuid, look.uuid]
            return [
                {"url": reverse("surveys:photo", args=[*named, uuid]), "look": look}
                for uuid in uuids
            ]
    return []


@login_required
@require_safe
@never_cache
def coverage(request: AuthedRequest) -> HttpResponse:
    """How many parts a survey of the last year looked at: by class, and of one class
    (or all) by cell."""
    check_sees(request.user)
    seen = parts_seen(request.user)
    asked = request.GET.get("class", "")[:5]
    classes = by_class(seen)
    chosen = next((row for row in classes if row.code == asked), None)
    cells = by_cell(seen.filter(category_code=asked) if chosen else seen)
    total = {
        "count": sum(row.count for row in classes),
        "looked_at": sum(row.looked_at for row in classes),
        "broken": sum(row.broken for row in classes),
    }
    context = {
        "classes": classes,
        "chosen": chosen,
        "cells": cells[:CELLS],
        "more": len(cells) > CELLS,
        "total": total,
    }
    return render(request, "cases/parts/coverage.html", context)
