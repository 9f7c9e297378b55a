"""六大应用: the home of all, the home of each, and the figures of a module."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from offices.models.application import Application
from offices.modules.figures import figures_of
from offices.modules.homes import home_of, tiles_of
from offices.modules.rights import can_use_offices, works_in_offices
from offices.modules.views import seen_module


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
    """One application: due today, overdue, its modules, what its records are."""
    found = Application.objects.in_use().filter(code=code).first()
    if found is None:
        raise NotFound
    made = home_of(found, request.user)
    if not made.modules:
        raise NotFound
    return render(request, "offices/application.html", {"home": made})


@login_required
@require_GET
@never_cache
def figures(request: AuthedRequest, code: str) -> HttpResponse:
    """A module's figures: each number opens its records."""
    module = seen_module(request.user, code)
    context = {"module": module, "figures": figures_of(module, request.user)}
    return render(request, "offices/modules/figures.html", context)
