"""The pages that open without a network, each for whoever uses it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from cases.permissions import can_have_tasks, can_report

OFFLINE = "field:offline"
HEADER = "X-Account"  # on those pages: whose they are
MOST = 20  # pages of one kind that come ahead
PAGES: tuple[tuple[str, Callable[[User], bool]], ...] = (
    ("cases:report", can_report),
    ("cases:tasks", can_have_tasks),
    ("cases:my", can_report),
    ("field:page", lambda user: can_report(user) or can_have_tasks(user)),
)


@dataclass(frozen=True)
class Kept:
    """A page of a room. ``addresses``: those of it that come ahead, one each."""

    template: str
    addresses: Callable[[User], Iterable[str]]


KEPT: dict[str, Kept] = {}


def keep_page(name: str, template: str) -> Callable[..., Callable[..., Iterable[str]]]:
    """Register the view ``name``: what is decorated says which of it somebody needs."""

    def keep(find: Callable[[User], Iterable[str]]) -> Callable[..., Iterable[str]]:
        KEPT[name] = Kept(template, find)
        return find

    return keep


def own_pages(user: User) -> list[str]:
    """Addresses of the four pages that all else goes out from, where they are his."""
    return [reverse(name) for name, is_his in PAGES if is_his(user)]


def other_pages(user: User) -> list[str]:
    """What the rooms registered, of this person."""
    return [
        address
        for page in KEPT.values()
        for address in list(page.addresses(user))[:MOST]
    ]


class WhoseMiddleware:
    """Says on the pages that a phone keeps whose they are, for its worker."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.names = {name for name, _is_his in PAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 200 or not self._keeps(request):
            return response
        if request.user.is_authenticated:
            response[HEADER] = str(request.user.uuid)
        return response

    def _keeps(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and match.view_name in {*self.names, *KEPT}
