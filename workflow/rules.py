"""The pages of a site's rules, each announced by the module that has it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class RulesPage:
    """One tab of the rules."""

    view: str  # name of the URL
    title: str | Promise
    glyph: str
    order: int


_PAGES: list[RulesPage] = []


def rules_page(view: str, title: str | Promise, *, glyph: str, order: int) -> None:
    """Announce a page; called once, where its URLs are listed."""
    _PAGES.append(RulesPage(view, title, glyph, order))


def rules_pages() -> Iterable[RulesPage]:
    return sorted(_PAGES, key=lambda page: page.order)
