"""Drawing samples: by itself when a period is over, or when somebody asks for more.

A period of a rule is drawn once (`Draw`), whoever asks again and whatever was killed
meanwhile: draws go one after the other, each whole or not at all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from cases.evaluation.periods import Period, period_with
from cases.models import Draw, Sample, SampleReason, SamplingRule
from cases.reviewing.candidates import candidates
from cases.reviewing.choosing import Candidate, Pick, dealt, picked
from cases.reviewing.involved import involved
from cases.reviewing.permissions import supervisors
from govmap.lib.errors import BadInput, Conflict
from workflow import notices
from workflow.clock import WorkCalendar
from workflow.models.clock import LimitType

# Any number that nothing else takes; one draw at a time.
DRAW_LOCK = 47_678
# A server that stood still does not catch up with more than this.
CAUGHT_UP = timedelta(days=62)
LONGEST = 366  # days that somebody may draw from by hand
notices.says("samples_drawn", gettext_lazy("%(count)s closed cases were drawn for you"))


class DrawnAlready(Conflict):
    """The rule drew from these days before."""

    message = gettext_noop(
        "This rule has drawn from these days already. Choose other days."
    )


class NoSuchDays(BadInput):
    """The days make no period that is over."""

    message = gettext_noop(
        "Choose days that are over, the first before the last, at most a year."
    )


@dataclass(frozen=True)
class Trial:
    """What a draw would come to. ``known``: sampled already by another draw."""

    found: list[Candidate]
    picks: list[Pick]
    known: set[tuple[int, int]]

    @property
    def fresh(self) -> list[Pick]:
        """Those that are no sample yet."""
        return [pick for pick in self.picks if key_of(pick) not in self.known]

    @property
    def per_unit(self) -> list[tuple[Unit | None, int, int]]:
        """(unit that disposed, how many there are, how many are drawn)."""
        there = Counter(row.unit for row in self.found)
        drawn = Counter(pick.candidate.unit for pick in self.picks)
        units = Unit.objects.in_bulk([pk for pk in there if pk])
        rows = [(units.get(pk or 0), there[pk], drawn[pk]) for pk in there]
        return sorted(rows, key=lambda row: row[0].code if row[0] else "")


def key_of(pick: Pick) -> tuple[int, int]:
    return pick.candidate.case, pick.candidate.seq


def tried(rule: SamplingRule, first: date, last: date) -> Trial:
    """What the rule would draw of these days; nothing is written. Raises NoSuchDays."""
    _check(first, last)
    found = candidates(rule, first, last)
    picks = picked(
        found,
        seed=f"{rule.code}/{first}/{last}",
        share=rule.share,
        most=rule.most,
        least=rule.least,
    )
    cases = [pick.candidate.case for pick in picks]
    known = Sample.objects.filter(case__in=cases).values_list("case_id", "seq")
    return Trial(found, picks, set(known))


def today() -> date:
    """In the site's zone: days before it are over."""
    return timezone.localdate()


def _check(first: date, last: date) -> None:
    over = last < today()
    if not over or first > last or (last - first).days >= LONGEST:
        raise NoSuchDays


@transaction.atomic
def draw(
    rule: SamplingRule, first: date, last: date, *, by: User | None = None
) -> Draw:
    """Draw, deal out and tell. Raises DrawnAlready (409), NoSuchDays (400)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DRAW_LOCK])
    days = {"first_day": first, "last_day": last}
    if Draw.objects.filter(rule=rule, **days).exists():
        raise DrawnAlready
    trial, now = tried(rule, first, last), timezone.now()
    made = Draw.objects.create(
        rule=rule,
        **days,
        drawn_at=now,
        drawn_by=by,
        found=len(trial.found),
        picked=len(trial.picks),
    )
    samples = _made(rule, trial.fresh, f"{rule.code}/{first}/{last}", now)
    _give_reasons(made, trial.picks)
    _tell(samples, made)
    return made


def _made(
    rule: SamplingRule, picks: Sequence[Pick], seed: str, now: datetime
) -> list[Sample]:
    """A sample for each, dealt out unless the rule fills the pool."""
    if not picks:
        return []
    pairs = [(pick.candidate.case, pick.candidate.uuid) for pick in picks]
    people = [] if rule.pool else supervisors()
    whose = dealt(
        pairs,
        seed=seed,
        people=people,
        involved=involved(pairs, people) if people else {},
        open_now=_open_now(people),
    )
    due = WorkCalendar.current().due(now, rule.days, LimitType.WHOLE_WORK_DAYS)
    rows = [
        Sample(
            case_id=row.case,
            seq=row.seq,
            closed_on=row.day,
            unit_id=row.unit,
            drawn_at=now,
            due_at=due,
            supervisor_id=whose[row.case],
        )
        for row in (pick.candidate for pick in picks)
    ]
    return Sample.objects.bulk_create(rows)


def _open_now(people: Iterable[int]) -> dict[int, int]:
    rows = Sample.objects.open().filter(supervisor__in=list(people))
    counts = rows.order_by().values("supervisor").annotate(open=Count("pk"))
    return dict(counts.values_list("supervisor", "open"))


def _give_reasons(made: Draw, picks: Sequence[Pick]) -> None:
    """Also to what another rule had drawn before: it says why once more."""
    cases = [pick.candidate.case for pick in picks]
    rows = Sample.objects.filter(case__in=cases).values_list("case_id", "seq", "pk")
    samples = {(case, seq): pk for case, seq, pk in rows}
    SampleReason.objects.bulk_create(
        SampleReason(
            sample_id=samples[key_of(pick)],
            draw=made,
            for_unit=pick.for_unit,
            times=pick.candidate.times,
        )
        for pick in picks
    )


def _tell(samples: Sequence[Sample], made: Draw) -> None:
    counts = Counter(row.supervisor_id for row in samples if row.supervisor_id)
    for person, count in counts.items():
        notices.notify(
            None,
            "samples_drawn",
            people=[person],
            key=f"draw/{made.pk}",
            data={"count": count, "page": "/review/?view=samples"},
        )


def last_period(rule: SamplingRule, day: date) -> Period:
    """The last one of the rule's own sort that is over."""
    return period_with(rule.every, day).before


def due_periods(rule: SamplingRule, day: date) -> list[Period]:
    """Those that are over, begun since the rule began, and not yet drawn from."""
    since = max(rule.begins_on, day - CAUGHT_UP)
    drawn = set(rule.draws.values_list("first_day", "last_day"))
    found: list[Period] = []
    period = last_period(rule, day)
    while period.first >= since:
        if (period.first, period.last) not in drawn:
            found.append(period)
        period = period.before
    return found[::-1]


def draw_due(day: date) -> int:
    """What every rule in use has not drawn yet of what is over; how many cases.

    Called again, or by two at once, it draws nothing twice.
    """
    count = 0
    for rule in SamplingRule.objects.in_use():
        for period in due_periods(rule, day):
            try:
                count += draw(rule, period.first, period.last).picked
            except DrawnAlready:
                continue
    return count
