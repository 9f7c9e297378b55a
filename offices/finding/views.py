"""The page of the one box. A whole number is sent, and stands in no address."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.finding.groups import Found, can_find, find, find_number
from offices.registers import finding

LONGEST = finding.LONGEST


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: AuthedRequest) -> HttpResponse:
    """What the box finds; a script asks for the groups alone."""
    if not can_find(request.user):
        raise NotFound
    if request.method == "POST":
        return _sent(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    return _answer(request, text, find(text, request.user))


def _sent(request: AuthedRequest) -> HttpResponse:
    text = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if finding.is_number(text):
        return _answer(request, "", find_number(text, request.user))
    if finding.is_hidden(text) or wants_fragment(request):
        return _answer(request, "", find(text, request.user), typed=text)
    return redirect(iri_to_uri(f"{reverse('finding:page')}?{urlencode({'q': text})}"))


def _answer(
    request: AuthedRequest, text: str, found: Found, *, typed: str = ""
) -> HttpResponse:
    is_number = finding.is_number(text)
    context: dict[str, Any] = {
        "found": found,
        "q": "" if is_number else text or typed,
        # It came in an address, from a list or by hand: it is offered to be sent.
        "number": text if is_number else "",
        "asked": bool(text or typed or found.by_number),
        "is_short": len(finding.form_of(text or typed)) < 2,
    }
    if wants_fragment(request):
        return render(request, "offices/finding/_found.html", context)
    return render(request, "offices/finding/page.html", context)
