"""What papers can be about: each kind registers what it knows.

The machinery knows no case: it asks the kind for the thing, for what a template may
name of it, and for the data itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, User
from govmap.lib.localized import localized
from workflow.papers.shapes import Shape

# What every paper may name, besides what it is about and what it asks for.
COMMON: Shape = {
    "paper": {
        "title": _("title of the paper"),
        "number": _("its number, given when it is printed"),
        "day": _("the day on which it is printed"),
        "moment": _("the moment at which it is printed"),
        "printed_by": _("who prints it"),
    },
    "office": {
        "name": _("how the issuing unit signs"),
        "unit": _("name of the issuing unit"),
        "phone": _("its telephone"),
        "address": _("its address"),
    },
    "to": _("to whom it is addressed"),
}


@dataclass(frozen=True)
class Found:
    """One thing that papers are about, which the person may see."""

    kind: str
    key: str
    label: str
    subject: Any
    # Answers which units the data of a template calls by a name.
    units: Callable[[str], set[int]]
    url: str = ""
    phase: str = ""
    # What was done with it: effects of its moves.
    effects: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Teller:
    """For whom the data is told: who prints, in which post, for whose eyes."""

    user: User
    post: Membership
    leaves: bool


class About:
    """A kind of thing. Subclasses are registered with `register`."""

    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    shape: ClassVar[Shape]
    # What ``at`` and ``to`` of a template may be.
    unit_names: ClassVar[frozenset[str]]

    def find(self, key: str, user: User) -> Found | None:
        """The thing, if this person may see it; ``key`` is anything that was sent."""
        raise NotImplementedError

    def facts(self, found: Found, teller: Teller) -> Mapping[str, Any]:
        """The data, as `shape` says; more is cut off, what is missing stays empty."""
        raise NotImplementedError

    def sample(self) -> Mapping[str, Any]:
        """Invented data, to look at a template without a real thing."""
        raise NotImplementedError

    def of_day(self, user: User, day: date) -> Sequence[Found]:
        """What papers of that day are printed for together; nothing by default."""
        return ()

    def first(self, user: User) -> Found | None:
        """Any that the person may see, to look at a template with."""
        return None


KINDS: dict[str, About] = {}


def register(about: type[About]) -> type[About]:
    KINDS[about.kind] = about()
    return about


def shape_of(about: str, asks: list[dict[str, Any]]) -> Shape:
    """All that a template of the kind may name. Raises KeyError for an unknown kind."""
    asked = {one["name"]: localized(one["label"]) for one in asks}
    return {**COMMON, **KINDS[about].shape, "asked": asked}


def units_by_id(ids: set[int]) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=ids).order_by("code")) if ids else []
