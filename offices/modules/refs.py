"""What a field may refer to (``x-ref``): each kind registers how it is found and shown.

A reference is the uuid of what it means, seen by whoever chooses it. It is shown to
whoever sees it, and by its kind alone to others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import Case
from layers.models import Part
from offices.models.module import Module
from offices.models.record import Record

OFFERED = 10  # to choose among
RECORD = "record:"


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen: its uuid, how it is called, what tells it apart."""

    uuid: str
    label: str
    more: str = ""
    url: str = ""


@dataclass(frozen=True)
class Target:
    """A kind of what is referred to.

    ``rows`` are those that a person sees, ``find`` those of them that a text means,
    ``name`` calls one, masked as a list would be; ``ground`` its street and community
    ids and place, where it has them.
    """

    title: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    find: Callable[[QuerySet[Any], str, User], Iterable[Any]]
    name: Callable[[Any], tuple[str, str]]
    url: Callable[[Any], str]
    key: str = "uuid"
    ground: Callable[[Any], dict[str, Any]] = lambda row: {}
    # The column of Record that holds it where a module is about it.
    column: str = ""


TARGETS: dict[str, Target] = {}


def refers(kind: str, target: Target) -> None:
    TARGETS[kind] = target


def target_of(kind: str) -> Target | None:
    """Of entries of another module there are as many kinds as modules."""
    if kind.startswith(RECORD):
        code = kind.removeprefix(RECORD)
        return _of_module(code)
    return TARGETS.get(kind)


def _of_module(code: str) -> Target:
    def rows(user: User) -> QuerySet[Any]:
        module = Module.objects.filter(code=code).first()
        if module is None:
            return Record.objects.none()
        return Record.objects.of_module(module, user)

    def find(seen: QuerySet[Any], text: str, user: User) -> Iterable[Any]:
        if text:
            seen = seen.filter(number__icontains=text) | seen.filter(
                words__icontains=text
            )
        return seen.select_related("street", "community").order_by("-pk")[:OFFERED]

    return Target(
        title=_("entry of a module"),
        rows=rows,
        find=find,
        name=lambda row: (row.number, str(row.community or row.street)),
        url=lambda row: reverse("modules:record", args=[row.uuid]),
        ground=lambda row: {
            "street": row.street_id,
            "community": row.community_id,
            "place": row.place,
        },
    )


def option(target: Target, row: Any) -> Option:
    label, more = target.name(row)
    return Option(str(getattr(row, target.key)), label, more, target.url(row))


def search(kind: str, text: str, user: User) -> list[Option]:
    """What a text may mean, of what the person sees; nothing for an unknown kind."""
    target = target_of(kind)
    if target is None:
        return []
    seen = target.rows(user)
    return [option(target, row) for row in target.find(seen, text.strip(), user)]


def one(kind: str, key: Any, user: User) -> Any:
    """What is referred to, if the person sees it; else None."""
    target = target_of(kind)
    if target is None or not is_key(target, key):
        return None
    return target.rows(user).filter(**{target.key: key}).first()


def is_key(target: Target, key: Any) -> bool:
    if target.key != "uuid":
        return isinstance(key, str) and 0 < len(key) <= 80
    try:
        UUID(str(key))
    except ValueError:
        return False
    return True


def named(
    wanted: Iterable[tuple[str, str]], user: User
) -> dict[tuple[str, str], Option]:
    """``{(kind, key): option}`` of what the person sees: one query a kind."""
    by_kind: dict[str, set[str]] = {}
    for kind, key in wanted:
        by_kind.setdefault(kind, set()).add(str(key))
    found: dict[tuple[str, str], Option] = {}
    for kind, keys in by_kind.items():
        target = target_of(kind)
        if target is None:
            continue
        good = [key for key in keys if is_key(target, key)]
        for row in target.rows(user).filter(**{f"{target.key}__in": good}):
            shown = option(target, row)
            found[kind, shown.uuid] = shown
    return found


def _find_case(seen: QuerySet[Any], text: str, user: User) -> Iterable[Any]:
    rows = seen.select_related("category", "street")
    if text:
        rows = rows.filter(number__startswith=text) | rows.filter(
            address__contains=text
        )
    return rows.order_by("-pk")[:OFFERED]


def _find_part(seen: QuerySet[Any], text: str, user: User) -> Iterable[Any]:
    if not text:
        return []
    rows = seen.filter(code__startswith=text) | seen.filter(name__contains=text)
    return rows.order_by("code")[:OFFERED]


refers(
    "case",
    Target(
        title=_("case"),
        rows=lambda user: Case.objects.visible_to(user),
        find=_find_case,
        name=lambda row: (row.number, f"{row.category} {row.address}".strip()),
        url=lambda row: reverse("cases:case", args=[row.uuid]),
        ground=lambda row: {
            "street": row.street_id,
            "community": row.community_id,
            "place": row.place,
        },
        column="case",
    ),
)
refers(
    "part",
    Target(
        title=_("part"),
        rows=lambda user: Part.objects.all(),
        find=_find_part,
        name=lambda row: (row.name, row.code),
        url=lambda row: "",
        key="code",
        ground=lambda row: {"place": row.geometry.centroid},
        column="part",
    ),
)
