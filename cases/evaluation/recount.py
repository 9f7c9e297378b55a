"""The full recomputation: what every case counts as, from its record alone.

It replays events, limits and assignments, never reads a mark to know what was counted,
and so proves the marks, fills them in for cases older than they are, and heals them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit
from cases.evaluation import counting
from cases.evaluation.counting import Counted
from cases.evaluation.rule import Rule, rule_of
from cases.models import Assignment, Case, CountAppeal, Mark
from workflow.models import Deadline, Event, Transition

AT_ONCE = 500  # cases
# (day, measure, street, community, unit, person, role): by what marks are compared.
Key = tuple[date, str, int, int | None, int | None, int, str]
TAKEN_BY_APPEAL = {
    "disposals_late": ("disposals_late", "closings_late"),
    "disposals": ("disposals", "disposals_late", "closings", "closings_late"),
}


def taken_by_appeal(measure: str) -> tuple[str, ...]:
    """What goes with a measure that an appeal takes out."""
    return TAKEN_BY_APPEAL.get(measure, (measure,))


class Replay:
    """One case gone through again, event by event."""

    def __init__(self, case: Case, record: "Record") -> None:
        self.case, self.record = case, record
        self.events = record.events[case.pk]
        self.limits: dict[str, list[Deadline]] = defaultdict(list)
        for limit in record.limits[case.pk]:
            self.limits[limit.name].append(limit)
        self.running: dict[str, Deadline] = {}
        self.hosts = iter(record.hosts[case.pk])
        self.host: int | None = None
        self.host_before: int | None = None
        self.rows: list[Counted] = []
        self.street = self._first_street()

    def run(self) -> list[Counted]:
        moves = {
            (move.verb, move.from_state.code if move.from_state else ""): move
            for move in self.case.process.moves
        }
        appeals = self.record.appeals[self.case.pk]
        for event in self.events:
            # What the system noted by itself is no move.
            if move := moves.get((event.verb, event.from_state)):
                self._take(event, move)
            for appeal in appeals:
                if appeal.after_seq == event.seq:
                    self._take_back(taken_by_appeal(appeal.measure), appeal.unit_id)
        return self.rows

    def _take(self, event: Event, move: Transition) -> None:
        rule = rule_of(move)
        met = list(self._limits_ended(rule))
        self._rehost(move, rule)
        if moved := self.record.streets.get(event.data.get("street", "")):
            self.street = moved if move.from_state else self.street
        was_late = any(
            row.measure == "disposals_late" and row.measure in rule.looks_back
            for row in self._standing(rule.looks_back)
        )
        names = counting.measures_of(
            rule, met, was_late=was_late, source=self.case.source
        )
        self._take_back(rule.takes_back)
        day = timezone.localdate(event.happened_at)
        blank = counting.blank_of(self.case, day, event.actor_id, event.role)
        blank = replace(blank, street=self.street)
        for row in counting.given(blank, names):
            unit = self.host_before if row.host == counting.BEFORE else self.host
            self.rows.append(replace(row, unit=unit, host=counting.GIVEN))

    def _limits_ended(self, rule: Rule) -> Iterator[Deadline]:
        for name in rule.stops | rule.starts:
            if row := self.running.pop(name, None):
                yield row
        for name in rule.starts:
            self.running[name] = self.limits[name].pop(0)

    def _rehost(self, move: Transition, rule: Rule) -> None:
        if "withdraw_host" in move.effects:
            self.host_before = self.host
        if rule.hosts:
            self.host = next(self.hosts)

    def _standing(self, measures: Iterable[str]) -> list[Counted]:
        found = Counter[Counted]()
        for row in self.rows:
            if row.measure in measures:
                found[replace(row, delta=1)] += row.delta
        return [replace(row, delta=n) for row, n in found.items() if n]

    def _take_back(self, measures: Iterable[str], unit: int | None = None) -> None:
        rows = self._standing(measures)
        wanted = [row for row in rows if unit is None or unit in (row.unit, row.street)]
        self.rows += counting.taken_off(wanted)

    def _first_street(self) -> int:
        """Where it was before it was handed to other streets."""
        first = self.events[0] if self.events else None
        moved = any(event.data.get("street") for event in self.events[1:])
        if first is None or not moved:
            return self.case.street_id
        if self.case.community and self.case.community.parent_id:
            return self.case.community.parent_id
        told = self.record.streets.get(first.data.get("street", ""))
        unit: Unit = first.unit
        own = unit.pk if unit.kind == Unit.Kind.STREET else unit.parent_id
        return told or own or self.case.street_id


class Record:
    """All that was recorded of some cases: six queries."""

    def __init__(self, cases: Iterable[Case]) -> None:
        keys = [case.pk for case in cases]
        self.events: dict[int, list[Event]] = defaultdict(list)
        self.limits: dict[int, list[Deadline]] = defaultdict(list)
        self.hosts: dict[int, list[int]] = defaultdict(list)
        self.appeals: dict[int, list[CountAppeal]] = defaultdict(list)
        events = Event.objects.filter(kind=Case.KIND, subject_id__in=keys)
        for event in events.select_related("unit").order_by("subject_id", "seq"):
            self.events[event.subject_id].append(event)
        limits = Deadline.objects.filter(kind=Case.KIND, subject_id__in=keys)
        for limit in limits.order_by("pk"):
            self.limits[limit.subject_id].append(limit)
        for part in Assignment.objects.hosts().filter(case__in=keys).order_by("pk"):
            self.hosts[part.case_id].append(part.unit_id)
        granted = CountAppeal.objects.filter(
            case__in=keys, answer=CountAppeal.Answer.GRANTED
        )
        for appeal in granted.order_by("decided_at", "pk"):
            self.appeals[appeal.case_id].append(appeal)
        streets = Unit.objects.filter(kind=Unit.Kind.STREET)
        self.streets: dict[str, int] = dict(streets.values_list("code", "pk"))


def replayed(cases: Iterable[Case]) -> dict[int, list[Counted]]:
    """By case, the marks that its record says there must be."""
    found = list(cases)
    record = Record(found)
    return {case.pk: Replay(case, record).run() for case in found}


def summed(rows: Iterable[Counted]) -> Counter[Key]:
    """What they come to; what was taken back again is not there."""
    sums = Counter[Key]()
    for row in rows:
        sums[_key(row)] += row.delta
    return Counter({key: n for key, n in sums.items() if n})


def _key(row: Any) -> Key:
    return (
        *(row.day, row.measure, row.street, row.community),
        *(row.unit, row.person, row.role),
    )


def marked(case_id: int) -> Counter[Key]:
    """What the marks of a case come to."""
    rows = Mark.objects.filter(case=case_id).values_list(
        *("measure", "delta", "day", "street_id", "community_id", "cell_id"),
        *("unit_id", "category_id", "source", "person_id", "role"),
    )
    return summed(Counted(*row) for row in rows)


def recount(*, heal: bool, progress: Any = None) -> int:
    """Compare all cases with their marks; write what is missing. How many differed."""
    wrong, last = 0, 0
    while True:
        keys = Case.objects.filter(pk__gt=last).order_by("pk")
        found = list(keys.values_list("pk", flat=True)[:AT_ONCE])
        if not found:
            return wrong
        wrong += _recount(found, heal)
        last = found[-1]
        if progress:
            progress(last, wrong)


@transaction.atomic
def _recount(keys: list[int], heal: bool) -> int:
    # Locked as an act locks it, so that none of them moves meanwhile.
    rows = Case.objects.filter(pk__in=keys).order_by("pk")
    cases = list(rows.select_for_update() if heal else rows)
    wrong = 0
    for pk, counted in replayed(cases).items():
        wanted, there = summed(counted), marked(pk)
        if wanted != there:
            wrong += 1
            if heal:
                _heal(next(case for case in cases if case.pk == pk), wanted, there)
    return wrong


def _heal(case: Case, wanted: Counter[Key], there: Counter[Key]) -> None:
    rows = []
    for key in sorted({*wanted, *there}, key=str):
        day, measure, street, community, unit, person, role = key
        if missing := wanted[key] - there[key]:
            blank = counting.blank_of(case, day, person, role)
            rows.append(
                replace(
                    blank,
                    measure=measure,
                    delta=missing,
                    street=street,
                    community=community,
                    unit=unit,
                )
            )
    counting.write(case.pk, case.events_count, rows)
