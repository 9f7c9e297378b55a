"""The page on which a person makes and revokes the keys of his programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest
from layers.models import ProgramToken
from layers.ogc import tokens

SHOWN = 50


def own(person: User) -> QuerySet[ProgramToken]:
    return ProgramToken.objects.filter(person=person)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def programs(request: AuthedRequest) -> HttpResponse:
    """My keys; a new one is shown on the answer to its making, and never again."""
    more: dict[str, Any] = {}
    if request.method == "POST":
        more["name"] = request.POST.get("name", "")[: tokens.NAME_MOST]
        days = request.POST.get("days", "")
        try:
            number = int(days) if days.isascii() and days.isdigit() else 0
            more["made"], more["key"] = tokens.make(request.user, more["name"], number)
            more["name"] = ""
        except BadInput as error:
            more["wrong"] = error.text
    context = {
        "tokens": own(request.user)[:SHOWN],
        "now": timezone.now(),
        "days": tokens.DAYS,
        "service": request.build_absolute_uri("/ogc/"),
        **more,
    }
    status = 400 if "wrong" in more else 200
    return render(request, "layers/ogc/programs.html", context, status=status)


@require_POST
@login_required
def revoke(request: AuthedRequest, pk: int) -> HttpResponse:
    token = own(request.user).filter(pk=pk).first()
    if token is None:
        raise NotFound
    tokens.revoke(token)
    messages.success(request, _("Revoked: no program reads with this key any more."))
    return redirect("layers:programs")
