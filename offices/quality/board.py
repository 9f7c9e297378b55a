"""The quality board: figures of one's ground by rule, owner and unit, and their rows.

Figures say what there is to mend and where; none is of a person, and units stand in
the order of their codes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Min, Q, Sum
from django.utils.functional import Promise

from accounts.models import Unit, User
from offices.models import FieldOwner, QualityFigure, QualityRule
from offices.models.ground import OwnGround, ground_of, on_ground
from offices.models.ownership import COMMUNITY
from offices.ownership.forms import owners
from offices.quality.conditions import (
    FINDS,
    base,
    condition,
    found_by,
    state_of,
)
from offices.registers.codes import Words
from offices.registers.entries import MODELS

Kind = QualityRule.Kind
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One rule on the ground that is shown."""

    rule: QualityRule
    owner: str
    owner_title: str | Promise
    found: int
    total: int

    @property
    def share(self) -> float:
        """Per cent found; of a gap the page shows what is filled instead."""
        return 100 * self.found / self.total if self.total else 0.0

    @property
    def filled(self) -> float:
        return 100 - self.share


def units_of(user: User) -> list[Unit]:
    """The units that the reader may narrow the board to."""
    ground = ground_of(user)
    rows = Unit.objects.filter(kind__in=(Unit.Kind.STREET, Unit.Kind.COMMUNITY))
    if not ground.whole:
        rows = rows.filter(
            Q(pk__in=ground.streets | ground.communities) | Q(parent__in=ground.streets)
        )
    return list(rows.select_related("parent").order_by("code"))


def narrowed(user: User, unit: Unit | None) -> Q:
    """Rows of the reader's ground, in one unit of it where one is named."""
    ground = ground_of(user)
    where = Q() if ground.whole else on_ground(ground)
    if unit is None:
        return where
    column = "street" if unit.kind == Unit.Kind.STREET else "community"
    return where & Q(**{column: unit.pk})


def scope_of(user: User, unit: Unit | None) -> OwnGround:
    """The same as a ground to be counted anew."""
    if unit is None:
        return ground_of(user)
    ids = frozenset({unit.pk})
    if unit.kind == Unit.Kind.STREET:
        return OwnGround(streets=ids)
    return OwnGround(communities=ids)


def owner_of(rule: QualityRule, groups: list[FieldOwner]) -> str:
    for group in groups:
        if group.register == rule.register and rule.field in group.fields:
            return group.owner
    return COMMUNITY


def lines(user: User, unit: Unit | None, owner: str = "") -> list[Line]:
    """What each rule finds there: four queries."""
    where = narrowed(user, unit)
    sums = (
        QualityFigure.objects.filter(where)
        .values_list("rule")
        .annotate(Sum("found"), Sum("total"))
    )
    counted = {rule: (found, total) for rule, found, total in sums}
    groups, words = list(FieldOwner.objects.all()), dict(owners())
    found = []
    for rule in QualityRule.objects.filter(is_on=True):
        whose = owner_of(rule, groups)
        if owner and whose != owner:
            continue
        count, total = counted.get(rule.pk, (0, 0))
        found.append(Line(rule, whose, words.get(whose, whose), count, total))
    return found


def by_unit(user: User, unit: Unit | None, rules: list[QualityRule]) -> Any:
    """(unit, [found of each kind]): communities, or of a district its streets."""
    ground = ground_of(user)
    column = "street" if ground.whole and unit is None else "community"
    rows = QualityFigure.objects.filter(narrowed(user, unit), rule__in=rules)
    counted: dict[int | None, dict[str, int]] = {}
    for pk, kind, found in rows.values_list(column, "rule__kind").annotate(
        Sum("found")
    ):
        counted.setdefault(pk, {})[kind] = found
    units = Unit.objects.in_bulk([pk for pk in counted if pk])
    ordered = sorted(units.values(), key=lambda one: one.code)
    return [
        (one, [(kind, counted[one.pk].get(kind, 0)) for kind in Kind.values])
        for one in ordered
    ]


def counted_at(user: User, unit: Unit | None) -> datetime | None:
    """As of when: the oldest of the figures that are shown."""
    rows = QualityFigure.objects.filter(narrowed(user, unit))
    moment: datetime | None = rows.aggregate(least=Min("counted_at"))["least"]
    return moment


@dataclass
class Page:
    """Entries that a rule finds, the newest first, each with what it is like."""

    rows: list[Any]
    more: int
    words: Words


def page_of(rule: QualityRule, user: User, unit: Unit | None, after: int) -> Page:
    """One page: the reader's own entries, masked; of duplicates with their mates."""
    model = MODELS[rule.register]
    rows = found_by(rule).filter(narrowed(user, unit))
    rows = rows.select_related("community", "street").order_by("-pk")
    if after:
        rows = rows.filter(pk__lt=after)
    page = list(rows[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else 0
    page = page[:PAGE]
    mates = _mates(rule, model, page, user)
    for row in page:
        row.mate = mates.get(row.pk)
    return Page(page, more, Words())


def _mates(
    rule: QualityRule, model: Any, page: list[Any], user: User
) -> dict[int, Any]:
    """Another entry of the reader's that says the same: one query for all."""
    found = FINDS.get(rule.code)
    if not found or not found.same:
        return {}
    wanted = Q(pk__in=[])
    for row in page:
        wanted |= Q(**{name: getattr(row, name) for name in found.same})
    same: dict[tuple[Any, ...], list[Any]] = {}
    rows = model.objects.visible_to(user).here().filter(wanted).order_by("pk")
    for row in rows:
        same.setdefault(tuple(getattr(row, name) for name in found.same), []).append(
            row
        )
    mates = {}
    for row in page:
        key = tuple(getattr(row, name) for name in found.same)
        others = [one for one in same.get(key, []) if one.pk != row.pk]
        if others:
            mates[row.pk] = others[0]
    return mates


def of_entry(row: Any, register: str) -> list[QualityRule]:
    """What the rules find of one entry: two queries, however many rules there are."""
    rules = [
        rule
        for rule in QualityRule.objects.filter(is_on=True, register=register)
        if state_of(rule) == row.state
    ]
    if not rules:
        return []
    flags = {
        f"rule_{rule.pk}": ExpressionWrapper(
            condition(rule), output_field=BooleanField()
        )
        for rule in rules
    }
    rows = base(register, row.state).filter(pk=row.pk)
    said = rows.annotate(**flags).values(*flags).first() or {}
    return [rule for rule in rules if said.get(f"rule_{rule.pk}")]
