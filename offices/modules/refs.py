"""What a field may refer to (``x-ref``): each kind registers how it is found and shown.

A reference is the uuid of what it means, seen by whoever chooses it. It is shown to
whoever sees it, and by its kind alone to others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import Case
from layers.models import Part
from offices.models.record import Record

OFFERED = 10  # to choose among
KEPT_MOST = 5_000  # of what was found, for one reader
RECORD = "record:"


@dataclass(frozen=True)
class Option:
    """One thing that may be chosen: its uuid, how it is called, what tells it apart."""

    uuid: str
    label: str
    more: str = ""
    url: str = ""


@dataclass(frozen=True)
class Lean:
    """Entries of which a few columns say how they are called, as texts; "" where there
    is none. All kinds name as many, so that one statement asks for all of them."""

    model: Any
    texts: tuple[str, str, str, str]

    def made(self, said: list[Any]) -> Any:
        uuid, *texts = said
        named = dict(zip(self.texts, texts, strict=True))
        return self.model(uuid=uuid, **{k: v for k, v in named.items() if k})


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
    # Where a few columns say all of `name` and `url`.
    lean: Lean | None = None


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
        seen = Record.objects.visible_to(user).filter(module__code=code)
        return seen.select_related("street", "community")

    def find(seen: QuerySet[Any], text: str, user: User) -> Iterable[Any]:
        if text:
            seen = seen.filter(number__icontains=text) | seen.filter(
                words__icontains=text
            )
        return seen.order_by("-pk")[:OFFERED]

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
    """``{(kind, key): option}`` of what the person sees: one query for all entries of
    registers, and one for each other kind. What was found is kept for the request."""
    kept: dict[tuple[str, str], Option] = user.__dict__.setdefault("_refs_named", {})
    if len(kept) > KEPT_MOST:
        kept.clear()  # a file of many records asks on and on
    pairs = {(kind, str(key)) for kind, key in wanted}
    targets: dict[str, tuple[Target, list[str]]] = {}
    for kind, key in sorted(pairs - kept.keys()):
        target = target_of(kind)
        if target is not None and is_key(target, key):
            targets.setdefault(kind, (target, []))[1].append(key)
    for kind, row in _rows_of(targets, user):
        shown = option(targets[kind][0], row)
        kept[kind, shown.uuid] = shown
    return {pair: kept[pair] for pair in pairs if pair in kept}


def share(by: User, to: User) -> None:
    """What was found for one stands on the page, and is drawn for the other too."""
    to.__dict__.setdefault("_refs_named", {}).update(by.__dict__.get("_refs_named", {}))


def _rows_of(
    targets: Mapping[str, tuple[Target, list[str]]], user: User
) -> Iterator[tuple[str, Any]]:
    """What the person sees of these keys, each with its kind."""
    together: list[QuerySet[Any]] = []
    for kind, (target, keys) in targets.items():
        rows = target.rows(user).filter(**{f"{target.key}__in": keys})
        if target.lean is None:
            yield from ((kind, row) for row in rows)
        else:
            together.append(_told(kind, target.lean, rows))
    if together:
        first, *others = together
        for kind, *said in first.union(*others, all=True) if others else first:
            lean = targets[kind][0].lean
            assert lean is not None
            yield kind, lean.made(said)


def _told(kind: str, lean: "Lean", rows: QuerySet[Any]) -> QuerySet[Any]:
    said = [F(name) if name else Value("") for name in lean.texts]
    texts = [Cast(one, TextField()) for one in said]
    return rows.order_by().values_list(Value(kind), Cast("uuid", UUIDField()), *texts)


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
