"""How much the rules find, counted by the database into a small table."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from offices.models import QualityFigure, QualityRule
from offices.models.ground import OwnGround, on_ground
from offices.quality.conditions import (
    about,
    base,
    condition,
    found_by,
    is_plain,
    state_of,
)

EVERYWHERE = OwnGround(whole=True)
AT_ONCE = 1000
# (street, community): the ground that a figure is of.
Key = tuple[int | None, int | None]
Counts = dict[Key, int]


@transaction.atomic
def count(ground: OwnGround = EVERYWHERE) -> int:
    """Count a ground anew, all rules that are on; returns how many figures there are.

    One pass over each register for its gaps, totals and stale entries, one query for
    each rule that compares entries.
    """
    where = Q() if ground.whole else on_ground(ground)
    rules = list(QualityRule.objects.filter(is_on=True))
    found, totals = _counted(rules, where)
    now = timezone.now()
    QualityFigure.objects.filter(where).delete()
    rows = [
        QualityFigure(
            rule=rule,
            street_id=key[0],
            community_id=key[1],
            found=found[rule.pk].get(key, 0),
            total=total,
            counted_at=now,
        )
        for rule in rules
        for key, total in totals[rule.pk].items()
        if total
    ]
    QualityFigure.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def _counted(
    rules: list[QualityRule], where: Q
) -> tuple[dict[int, Counts], dict[int, Counts]]:
    found: dict[int, Counts] = defaultdict(dict)
    totals: dict[int, Counts] = defaultdict(dict)
    together: dict[tuple[str, str], list[QualityRule]] = defaultdict(list)
    for rule in rules:
        together[rule.register, state_of(rule)].append(rule)
    for (register, state), some in together.items():
        for row in _one_pass(register, state, some, where):
            key = row["street"], row["community"]
            for rule in some:
                totals[rule.pk][key] = row[f"all_{rule.pk}"]
                if is_plain(rule):
                    found[rule.pk][key] = row[f"found_{rule.pk}"]
    for rule in rules:
        if not is_plain(rule):
            rows = found_by(rule).filter(where).order_by()
            for row in rows.values("street", "community").annotate(many=Count("pk")):
                found[rule.pk][row["street"], row["community"]] = row["many"]
    return found, totals


def _one_pass(register: str, state: str, rules: list[QualityRule], where: Q) -> Any:
    """Totals of all rules, and what the plain ones find."""
    wanted: dict[str, Any] = {}
    for rule in rules:
        whom = about(rule)
        wanted[f"all_{rule.pk}"] = Count("pk", filter=whom) if whom else Count("pk")
        if is_plain(rule):
            wanted[f"found_{rule.pk}"] = Count("pk", filter=condition(rule))
    rows = base(register, state).filter(where).order_by()
    return rows.values("street", "community").annotate(**wanted)
