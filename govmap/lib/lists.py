"""Lists that people narrow and turn the pages of: what the address of each says.

The address is all that a list remembers: a filter that is on stands in it, so it can
be kept as a bookmark, sent to somebody and taken off by a link, without a script.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

PAGE = 50  # rows
COUNTED = 1000  # beyond this a count says "1,000+"
LONGEST = 100  # signs of one filter
Row = TypeVar("Row")


def cursor_of(text: str) -> int:
    """The id that a page goes on after; 0 where the text is none."""
    short = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if short else 0


def count_text(count: int) -> str:
    """A count as a list says it, which stops counting at a thousand."""
    return f"{count:,}" if count <= COUNTED else f"{COUNTED:,}+"


def named(rows: QuerySet[Any], code: str) -> str:
    """What the row with this code is called; nothing where there is none."""
    row = rows.filter(code=code).first() if code else None
    return str(row) if row else ""


class ListFilters:
    """What the address of a list asks for. A list says its own in the three names."""

    NAMES: ClassVar[tuple[str, ...]]
    # Those that the form of the filters keeps though it has no field for them.
    KEPT: ClassVar[tuple[str, ...]] = ()
    # Values of which one must be meant; anything else is not asked.
    CHOICES: ClassVar[Mapping[str, Collection[str]]] = {}

    def __init__(self, params: QueryDict) -> None:
        self.values = {
            name: text
            for name in self.NAMES
            if (text := params.get(name, "").replace("\x00", "").strip()[:LONGEST])
        }
        for name, choices in self.CHOICES.items():
            if self.values.get(name) not in choices:
                self.values.pop(name, None)
        self.after = cursor_of(params.get("after", ""))

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [(name, self.values[name]) for name in self.KEPT if self.asked(name)]

    def words(self) -> dict[str, str]:
        """Each filter that can be taken off, as a chip says it; "" for none."""
        raise NotImplementedError

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the list without it."""
        return [
            {"word": word, "without": self.address(**{name: ""})}
            for name, word in self.words().items()
            if self.asked(name) and word
        ]


F = TypeVar("F", bound=ListFilters)


@dataclass
class ListPage(Generic[F, Row]):
    """One page of a list."""

    filters: F
    rows: list[Row]
    count: int
    more: str = ""  # the query string of the rows after these

    @property
    def count_text(self) -> str:
        return count_text(self.count)


def page_of(filters: F, found: QuerySet[Any], rows: QuerySet[Any]) -> ListPage[F, Any]:
    """The newest of ``rows`` after what the filters name: two queries at most.

    ``found`` is the same rows without what a row shows: it is counted, to a thousand,
    where one page does not hold all.
    """
    after = filters.after
    rows = rows.order_by("-pk")
    page = list((rows.filter(pk__lt=after) if after else rows)[: PAGE + 1])
    more = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = f"{filters.address()}&after={page[-1].pk}"
    count = found[: COUNTED + 1].count() if more or after else len(page)
    return ListPage(filters, page, count, more)
