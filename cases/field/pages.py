"""The pages that open without a network, each for whoever uses it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from cases.permissions import can_have_tasks, can_report

OFFLINE = "field:offline"
HEADER = "X-Account"  # on those pages: whose they are
PAGES: tuple[tuple[str, Callable[[User], bool]], ...] = (
    ("cases:report", can_report),
    ("cases:tasks", can_have_tasks),
    ("cases:my", can_report),
    ("field:page", lambda user: can_report(user) or can_have_tasks(user)),
)


def own_pages(user: User) -> list[str]:
    """Their addresses, of those that are this person's."""
    return [reverse(name) for name, is_his in PAGES if is_his(user)]


class WhoseMiddleware:
    """Says on the pages that a phone keeps whose they are, for its worker."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.addresses = {reverse(name) for name, _is_his in PAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = request.path in self.addresses and response.status_code == 200
        if is_page and request.user.is_authenticated:
            response[HEADER] = str(request.user.uuid)
        return response
