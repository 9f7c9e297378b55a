"""What every page shares: who asks, and how a domain error is shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from govmap.lib.errors import DomainError

if TYPE_CHECKING:
    from accounts.models import User


class AuthedRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: "User"
    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """True where a script asks: it gets a piece of the page, not the whole."""
    return bool(getattr(request, "htmx", False)) or (
        request.headers.get("X-Requested-With") == "fetch"
    )


class DomainErrorMiddleware:
    """Turns a ``DomainError`` that a page raised into its status and its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        template = "_error.html" if wants_fragment(request) else "error.html"
        return render(request, template, {"error": error}, status=error.status)
