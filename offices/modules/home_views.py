"""六大应用: the home of all, the home of each, and the figures of a module."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from govmap.lib.errors import NotFound
from govmap.lib.geojson import DIGITS, collection_answer, feature
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models.application import Application
from offices.models.module import Module
from offices.modules import shading
from offices.modules.application_lists import Asked, due_words, listed
from offices.modules.charts import charts_of
from offices.modules.figures import figures_of
from offices.modules.homes import home_of, seen_records, tiles_of
from offices.modules.map_views import DEEPEST, MEDIA_TYPE
from offices.modules.rights import (
    can_use_offices,
    readable_modules,
    works_in_offices,
)
from offices.modules.tiles import tile_of
from offices.modules.views import seen_module
from workflow.models import Phase

CASES = 500  # pins of one map


@login_required
@require_GET
@never_cache
def home(request: AuthedRequest) -> HttpResponse:
    """The applications with the modules that the person reads, and what is due."""
    if not (works_in_offices(request.user) or can_use_offices(request.user)):
        raise NotFound
    return render(request, "offices/home.html", {"tiles": tiles_of(request.user)})


@login_required
@require_GET
@never_cache
def application(request: AuthedRequest, code: str) -> HttpResponse:
    """One application: due today, overdue, its map, charts and modules."""
    found, modules = seen_application(request, code)
    made = home_of(found, request.user, modules)
    context = {
        "home": made,
        "charts": charts_of(made),
        "communities": shading.table(found, request.user, made.keys),
    }
    return render(request, "offices/application.html", context)


def seen_application(
    request: AuthedRequest, code: str
) -> tuple[Application, list[Module]]:
    """With its modules of which the person reads something. Raises NotFound."""
    modules = [
        module
        for module in readable_modules(request.user)
        if module.application.code == code
    ]
    if not modules:
        raise NotFound
    return modules[0].application, modules


@login_required
@require_GET
@never_cache
def application_records(request: AuthedRequest, code: str) -> HttpResponse:
    """Its records across its modules; a script asks for further rows alone."""
    found, modules = seen_application(request, code)
    asked = Asked(request.GET, modules)
    context: dict[str, Any] = {
        "application": found,
        "list": listed(found, request.user, asked),
        "fragment": wants_fragment(request),
    }
    if wants_fragment(request):
        return render(request, "offices/modules/_application_rows.html", context)
    context |= {"modules": modules, "dues": due_words(), "phases": Phase.choices}
    return render(request, "offices/modules/application_records.html", context)


@login_required
@require_GET
@never_cache
def areas(request: AuthedRequest, code: str) -> HttpResponse:
    """``by`` cell or community, ``module`` one or all: areas with their counts."""
    found, modules = seen_application(request, code)
    by = request.GET.get("by", shading.CELL)
    if by not in shading.AREAS:
        raise NotFound
    asked = Asked(request.GET, modules)
    rows = shading.areas(found, request.user, asked.keys, by)
    return collection_answer(rows, None)


@require_safe
@login_required
def application_tile(
    request: AuthedRequest, code: str, z: int, x: int, y: int
) -> HttpResponse:
    """A vector tile of what is open of the application, of what the person reads."""
    if z > DEEPEST or x >= 1 << z or y >= 1 << z:
        raise NotFound
    _found, modules = seen_application(request, code)
    rows = seen_records(request.user, Asked(request.GET, modules).keys)
    content = tile_of(rows.filter(ended_at__isnull=True), z, x, y, label="")
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "private, no-cache"
    return answer


@login_required
@require_GET
@never_cache
def application_cases(request: AuthedRequest, code: str) -> HttpResponse:
    """Open cases at its offices, and those of its records, as points."""
    found, _modules = seen_application(request, code)
    rows = shading.cases_of(found, request.user).filter(place__isnull=False)
    placed = rows.annotate(point=AsGeoJSON("place", precision=DIGITS))
    features = [
        feature(
            str(case.uuid),
            getattr(case, "point", None),
            {
                "id": str(case.uuid),
                "phase": case.state.phase,
                "label": case.number,
                "light": "",
                "glyph": "",
            },
        )
        for case in placed.order_by("-pk")[:CASES]
    ]
    return collection_answer(features, None)


@login_required
@require_GET
@never_cache
def figures(request: AuthedRequest, code: str) -> HttpResponse:
    """A module's figures: each number opens its records."""
    module = seen_module(request.user, code)
    context = {"module": module, "figures": figures_of(module, request.user)}
    return render(request, "offices/modules/figures.html", context)
