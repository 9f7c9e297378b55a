"""What was written by one account is never sent by another.

A phone keeps what it could not send, and somebody else may have signed in on it since.
So the phone says in a header whose it is, and whoever else is signed in is refused
before anything is read.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

HEADER = "X-Sent-By"  # the uuid of the account that wrote it


class SameAccountMiddleware:
    """Answers 401 to what another account wrote, or where nobody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        writer = request.headers.get(HEADER, "")
        if not writer or _is(request, writer):
            return self.get_response(request)
        detail = _("You are signed out, or somebody else is signed in. Sign in again.")
        return JsonResponse({"detail": detail, "code": "SignedOut"}, status=401)


def _is(request: HttpRequest, writer: str) -> bool:
    user = request.user
    return user.is_authenticated and str(user.uuid) == writer.lower()
