"""What any list of cases may be narrowed to besides state, light and community.

`cases.lists.Filters` reads ``NAMES`` from the address and calls `narrow`; the chips of
what is on come from `words_of`. Nothing here decides what may be seen: the caller has
scoped the cases by `visible_to`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.finding.phones import called_from, searched
from cases.finding.terms import matching, phones_in
from cases.models import Assignment, Case, CaseTag, Source, Tag
from govmap.lib.errors import BadInput, DomainError
from layers.finding.area import read_area
from workflow.models import Category, Deadline, Event, Phase, Process, State

# In the order of their chips.
NAMES = (
    *("q", "caller", "area", "dates", "from", "to", "category", "street", "cell"),
    *("source", "process", "host", "level", "urgent", "late", "tag"),
)
CLOSED = "ended"  # `dates`: of the end instead of the report
YES = "yes"

Values = Mapping[str, str]
Step = Callable[[QuerySet[Case], str, User], QuerySet[Case]]


class BadDay(BadInput):
    """A day is written as 2026-11-22. Choose it again."""

    message = gettext_noop("A day is written as 2026-11-22. Choose it again.")


def narrow(cases: QuerySet[Case], values: Values, user: User) -> QuerySet[Case]:
    """Those of the cases that fit; none where a value cannot be read.

    `problem_with` says what is wrong with it. A program asks `narrow_strictly`.
    """
    try:
        return narrow_strictly(cases, values, user)
    except DomainError:
        return cases.none()


def narrow_strictly(
    cases: QuerySet[Case], values: Values, user: User
) -> QuerySet[Case]:
    """As `narrow`. Raises BadDay, BadArea or Outlived (400)."""
    for name, step in STEPS.items():
        # No text of the database holds a NUL.
        if value := values.get(name, "").replace("\x00", ""):
            cases = step(cases, value, user)
    return _dated(cases, values)


def problem_with(values: Values, user: User) -> str:
    """What cannot be read or searched for, in a sentence; empty where all can."""
    if phones_in(values.get("q", "")):
        return _(
            "This looks like a phone number. Search by phone, saying what it is for."
        )
    try:
        read_day(values.get("from", ""))
        read_day(values.get("to", ""))
        if text := values.get("area", ""):
            read_area(text)
        if text := values.get("caller", ""):
            searched(text, user)
    except DomainError as error:
        return error.text
    return ""


def _of_class(cases: QuerySet[Case], value: str, user: User) -> QuerySet[Case]:
    """``event/06`` is all of its subclasses, ``event/06010`` the one."""
    kind, _slash, code = value.partition("/")
    rows = Category.objects.filter(Q(code=code) | Q(parent__code=code), kind=kind)
    return cases.filter(category__in=list(rows.values_list("pk", flat=True)))


def _hosted(cases: QuerySet[Case], value: str, user: User) -> QuerySet[Case]:
    """By the unit that disposes now, or did last."""
    parts = Assignment.objects.hosts().filter(unit__code=value)
    later = Assignment.objects.hosts().filter(
        case=OuterRef("case"), pk__gt=OuterRef("pk")
    )
    return cases.filter(pk__in=parts.filter(~Exists(later)).values("case"))


def _late(cases: QuerySet[Case], value: str, user: User) -> QuerySet[Case]:
    """Some limit of it is overdue, or was when it was met: the raw overtime."""
    running = Q(met_at__isnull=True, due_at__lt=Now())
    limits = Deadline.objects.filter(
        running | Q(overtime__gt=timedelta(0)), kind=Case.KIND
    )
    return cases.filter(pk__in=limits.values("subject_id"))


def _equal(field: str) -> Step:
    def step(cases: QuerySet[Case], value: str, user: User) -> QuerySet[Case]:
        return cases.filter(**{field: value})

    return step


STEPS: dict[str, Step] = {
    "q": lambda cases, value, user: matching(cases, value, user),
    "caller": lambda cases, value, user: called_from(cases, searched(value, user)),
    "area": lambda cases, value, user: cases.filter(place__coveredby=read_area(value)),
    "category": _of_class,
    "street": _equal("street__code"),
    "cell": _equal("cell__code"),
    "source": _equal("source"),
    "process": _equal("process__code"),
    "host": _hosted,
    "level": _equal("level"),
    "urgent": lambda cases, value, user: cases.filter(urgent=True),
    "late": _late,
    "tag": lambda cases, value, user: cases.filter(
        pk__in=CaseTag.objects.filter(tag__code=value).values("case")
    ),
}


def _dated(cases: QuerySet[Case], values: Values) -> QuerySet[Case]:
    """From the first day to the last, both whole, in the site's zone."""
    first, last = read_day(values.get("from", "")), read_day(values.get("to", ""))
    since = _midnight(first) if first else None
    until = _midnight(last + timedelta(days=1)) if last and last < date.max else None
    if since is None and until is None:
        return cases
    if values.get("dates") == CLOSED:
        return cases.filter(pk__in=_ended(since, until).values("subject_id"))
    if since:
        cases = cases.filter(reported_at__gte=since)
    return cases.filter(reported_at__lt=until) if until else cases


def _ended(since: datetime | None, until: datetime | None) -> QuerySet[Event]:
    """The events by which cases came to their end, and did not leave it again."""
    done = _states_done()
    rows = Event.objects.filter(kind=Case.KIND, to_state__in=done)
    rows = rows.exclude(from_state__in=done)
    if since:
        rows = rows.filter(happened_at__gte=since)
    if until:
        rows = rows.filter(happened_at__lt=until)
    # Reopened since, and perhaps ended again at another time.
    later = Event.objects.filter(
        kind=Case.KIND, subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk")
    ).exclude(to_state__in=done)
    return rows.filter(~Exists(later))


def _states_done() -> list[str]:
    states = State.objects.filter(phase=Phase.DONE, process__kind=Case.KIND)
    return sorted(set(states.values_list("code", flat=True)))


def read_day(text: str) -> date | None:
    """A day of the address; None where it names none. Raises BadDay."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadDay from error
    if not 1900 <= found.year <= 2200:
        raise BadDay
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def words_of(values: Values, user: User) -> dict[str, str]:
    """What is on, by name, in the words of a chip."""
    made: dict[str, Callable[[str], Any]] = {
        "q": lambda text: f"“{text}”",
        "caller": lambda text: _("by phone"),
        "area": lambda text: _("in the drawn area"),
        "from": lambda text: _since(text, values),
        "to": lambda text: _until(text, values),
        "category": _class_words,
        "street": _unit_words,
        "host": _unit_words,
        "cell": lambda text: _("cell %(code)s") % {"code": text},
        "source": lambda text: Source.objects.filter(code=text).first() or text,
        "process": _process_words,
        "level": lambda text: dict(Case.Level.choices).get(text, text),
        "urgent": lambda text: _("Urgent"),
        "late": lambda text: _("overdue, now or when it was met"),
        "tag": lambda text: Tag.objects.filter(code=text).first() or text,
    }
    return {
        name: str(made[name](value))
        for name in made
        if (value := values.get(name, "").replace("\x00", ""))
    }


def _since(text: str, values: Values) -> str:
    if values.get("dates") == CLOSED:
        return _("closed from %(day)s") % {"day": text}
    return _("from %(day)s") % {"day": text}


def _until(text: str, values: Values) -> str:
    if values.get("dates") == CLOSED:
        return _("closed until %(day)s") % {"day": text}
    return _("until %(day)s") % {"day": text}


def _class_words(text: str) -> object:
    kind, _slash, code = text.partition("/")
    rows = Category.objects.filter(kind=kind, code=code)
    return rows.order_by("-standard__is_default", "-pk").first() or text


def _unit_words(text: str) -> object:
    return Unit.objects.filter(code=text).first() or text


def _process_words(text: str) -> object:
    rows = Process.objects.filter(kind=Case.KIND, code=text)
    return rows.order_by("-version").first() or text
