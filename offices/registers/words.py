"""Rows whose kept words hold what somebody typed, however common it is.

Two characters may be in one row of a million or in every second one, and the planner
cannot tell. So it is looked up first how many hold them, in the index of pairs of
signs and no further than `FEW`: a rare word is then its rows, found by their keys; a
common one is met soon by going through the rows in the order of the list. A word
that is common in the district may stand in no row of a street; so whoever sees one
street is asked for its own pairs, which have an index of their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from accounts.models import User
from govmap.lib.bigrams import Bigrams, HoldsAll, pairs_of
from offices.models.ground import ground_of

FEW = 1000
PAIR = 2  # signs
# Of the newest rows so many are looked at, and if so many hold it, it is common.
SAMPLE, OFTEN = 300, 15


class StreetBigrams(Func):
    """The pairs of a row's words, each with the street that the row lies in."""

    function = "street_bigrams"
    output_field = ArrayField(TextField())


class Among(Func):
    """That a key is one of a list, which is one value of the statement: a thousand of
    them cost no more to say than one."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def one_of(ids: list[int]) -> Q:
    if not ids:
        return Q(pk__in=[])  # nothing is asked of the database
    return Q(Among(F("pk"), Value(ids, output_field=ArrayField(BigIntegerField()))))


@contextmanager
def by_one_worker() -> Iterator[None]:
    """A search that goes through some thousand rows is done by its own connection:
    to start workers beside it takes longer than all of it, and a page waits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        yield


def paired(pairs: list[str]) -> Q:
    """That the words have these pairs of signs somewhere: what the index answers."""
    return Q(HoldsAll(Bigrams(F("words")), Value(pairs)))


def contains(form: str) -> Q:
    """That the words hold it as a whole: cheap to ask of a row that is read anyway."""
    return Q(GreaterThan(StrIndex(F("words"), Value(form)), 0))


def holds(form: str) -> Q:
    """As the planner thinks best. For small tables, and within other conditions.

    Of a longer word one pair alone: it takes pairs for independent of each other, and
    those of one word are not.
    """
    if len(form) < 2:
        return Q(pk__in=[])
    return paired([form[:2]]) & contains(form)


def held(
    model: type[Model],
    form: str,
    user: User | None = None,
    *,
    street: int | None = None,
) -> Q:
    """That the words of a row hold the form. Asked once a request, where it is known
    whose. ``street``: no row of another one is wanted (`street_of`)."""
    if len(form) < 2:
        return Q(pk__in=[])
    kept: dict[Any, list[int] | None] = {}
    if user is not None:
        kept = user.__dict__.setdefault("_held", {})
    key = (model, form, street)
    if key not in kept:
        kept[key] = (
            _few(model, form) if street is None else _few_in(model, form, street)
        )
    ids = kept[key]
    return holds(form) if ids is None else one_of(ids)


def street_of(user: User) -> int | None:
    """The street whose rows are all that somebody sees, where there is one."""
    ground = ground_of(user)
    if ground.whole or ground.communities or len(ground.streets) != 1:
        return None
    return min(ground.streets)


def is_common(user: User) -> bool:
    """Whether a word that this request asked for is in more rows than `FEW`."""
    kept: dict[Any, list[int] | None] = user.__dict__.get("_held", {})
    return any(ids is None for ids in kept.values())


def _few(model: type[Model], form: str) -> list[int] | None:
    """The rows that hold it; None where they are more than `FEW`."""
    rows = model._default_manager.order_by()
    newest = rows.order_by("-pk").values_list("words", flat=True)[:SAMPLE]
    if sum(form in words for words in newest) >= OFTEN:
        return None
    return _ids(rows.filter(paired(pairs_of(form))), form)


def _few_in(model: type[Model], form: str, street: int) -> list[int] | None:
    """The rows of a street that hold it; None where they are more than `FEW`."""
    pairs = [f"{street}:{pair}" for pair in pairs_of(form)]
    there = Q(HoldsAll(StreetBigrams(F("street_id"), F("words")), Value(pairs)))
    return _ids(model._default_manager.order_by().filter(there), form)


def _ids(rows: QuerySet[Any], form: str) -> list[int] | None:
    """Keys of the rows that hold it, of those that have its pairs; None where they are
    more than `FEW`. A word of two signs is its only pair, and need not be read."""
    if len(form) == PAIR:
        keys = list(rows.values_list("pk", flat=True)[: FEW + 1])
        return keys if len(keys) <= FEW else None
    found = list(rows.values_list("pk", "words")[: FEW + 1])
    if len(found) > FEW:
        return None
    return [pk for pk, words in found if form in words]


def floor_of(user: User, before: int, wanted: int) -> int:
    """A key such that among the rows from it on, below ``before``, ``wanted`` hold the
    rarest word of this request; 0 where that says nothing. Of a street's many rows of
    a name a page then reads the newest alone."""
    kept: dict[Any, list[int] | None] = user.__dict__.get("_held", {})
    known = [ids for ids in kept.values() if ids is not None]
    ids = min(known, key=len, default=[])
    below = sorted((pk for pk in ids if not before or pk < before), reverse=True)
    return below[wanted - 1] if len(below) > wanted else 0
