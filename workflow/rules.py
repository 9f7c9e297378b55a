"""The pages of a site's rules, each announced by the module that has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


# What people call the tables whose changes are on record, by ``app.model``.
_TABLES: dict[str, str | Promise] = {
    "workflow.calendar": _("calendar"),
    "workflow.category": _("class"),
    "workflow.condition": _("filing condition"),
    "workflow.crosswalk": _("entry of the crosswalk"),
    "workflow.day": _("day of the calendar"),
    "workflow.exportrule": _("export rule"),
    "workflow.ladderstep": _("step of the ladder"),
    "workflow.paperoffice": _("seal and heading"),
    "workflow.papertemplate": _("paper's template"),
    "workflow.phrase": _("phrase"),
    "workflow.process": _("process"),
    "workflow.specialperiod": _("special period"),
    "workflow.standard": _("standard"),
}


def rules_tables(titles: Mapping[str, str | Promise]) -> None:
    """Say what people call an app's tables in the record of their changes."""
    _TABLES.update(titles)


def tables() -> Mapping[str, str | Promise]:
    return _TABLES


def rules_pages() -> Iterable[RulesPage]:
    return sorted(_PAGES, key=lambda page: page.order)
