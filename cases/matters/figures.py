"""Figures of the library: each opens the list of the matters behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from cases.matters.lists import AGE_WORDS, AGES, of_age
from cases.models import Case, MatterQuerySet, MatterSort


@dataclass(frozen=True)
class Figure:
    """A number, and the address of the list that it counts."""

    word: str
    count: int
    address: str


@dataclass(frozen=True)
class Table:
    title: str
    figures: list[Figure]

    @property
    def most(self) -> int:
        return max((one.count for one in self.figures), default=0) or 1


def tables(seen: MatterQuerySet) -> list[Table]:
    """Of the open matters: by what is hard, by level, by age. Six queries."""
    rows = seen.open()
    return [
        Table(_("By what is hard"), _by_sort(rows)),
        Table(_("By level"), _by_level(rows)),
        Table(_("By age"), _by_age(rows)),
    ]


def headline(seen: MatterQuerySet) -> list[Figure]:
    """Open, decided but late, ended: three queries."""
    rows = seen.open()
    return [
        _figure(_("open matters"), rows.count()),
        _figure(_("decided but late"), rows.late().count(), late="1"),
        _figure(
            _("ended matters"), seen.filter(ended_at__isnull=False).count(), view="over"
        ),
    ]


def _by_sort(rows: MatterQuerySet) -> list[Figure]:
    counted = dict(rows.order_by().values_list("sort").annotate(n=Count("pk")))
    return [
        _figure(str(sort), counted.get(sort.pk, 0), sort=sort.code)
        for sort in MatterSort.objects.all()
        if not sort.retired or counted.get(sort.pk)
    ]


def _by_level(rows: MatterQuerySet) -> list[Figure]:
    counted = dict(rows.order_by().values_list("level").annotate(n=Count("pk")))
    return [
        _figure(str(word), counted.get(level, 0), level=level)
        for level, word in Case.Level.choices
    ]


def _by_age(rows: MatterQuerySet) -> list[Figure]:
    whole = rows.aggregate(
        **{age: Count("pk", filter=Q(pk__in=of_age(rows, age))) for age in AGES}
    )
    return [_figure(str(AGE_WORDS[age]), whole[age], age=age) for age in AGES]


def _figure(word: str, count: int, **asked: str) -> Figure:
    return Figure(word, count, f"?{urlencode(asked)}")
