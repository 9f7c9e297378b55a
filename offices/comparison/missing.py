"""Who is here, and in a list no more."""

from collections.abc import Iterator

from offices.comparison.compared import UNSEEN, compared_in
from offices.models import ComparisonKey, ComparisonSource

AT_ONCE = 1_000


def missing(source: ComparisonSource) -> Iterator[dict[str, str]]:
    """{key: by what it is asked}, some at a time, of keys that were not seen now."""
    if source.absence == ComparisonSource.Absence.LISTED:
        yield from _listed_before(source)
    elif source.absence == ComparisonSource.Absence.ALL:
        yield from _there(source)


def _listed_before(source: ComparisonSource) -> Iterator[dict[str, str]]:
    keys = ComparisonKey.objects.filter(source=source).order_by("key")
    keys = keys.extra(where=[UNSEEN.format("offices_comparisonkey.key")])
    after = ""
    while True:
        rows = keys.filter(key__gt=after).values_list("key", "round_id")
        if not (found := list(rows[:AT_ONCE])):
            return
        after = found[-1][0]
        yield {key: _by(last) for key, last in found}


def _there(source: ComparisonSource) -> Iterator[dict[str, str]]:
    register, after = compared_in(source.register), 0
    while found := register.unseen(source, after, AT_ONCE):
        after = found[-1][1]
        keys = [key for key, _pk in found]
        rows = ComparisonKey.objects.filter(source=source, key__in=keys)
        last = dict(rows.values_list("key", "round_id"))
        yield {key: _by(last.get(key)) for key in keys}


def _by(last: int | None) -> str:
    """Asked once, until an arrival has it again."""
    return f"absent {last or 0}"
