"""典型案例: marked by a move of the case, found by class, told without persons."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from cases.models import Assignment, Case, Example
from cases.models.example import LESSON_MAX, TITLE_MAX, ExampleQuerySet
from workflow.effects import Doing, after, effect
from workflow.evidence import Asked, read_text, reads
from workflow.forms import Asked as AskedField
from workflow.forms import makes
from workflow.models import Attachment, Category, Event, Phase
from workflow.models.process import states_of

TITLE, LESSON = "example_title", "lesson"
KEPT, MARKED = "keep_example", "typical:yes"  # effects
# Cases that nobody called about: only of these the address says no person's home.
SEEN_OUTSIDE = ("field", "volunteer")


@reads(TITLE, human=True, words=gettext_lazy("a title"))
def read_title(asked: Asked, raw: str) -> tuple[str, None]:
    """What the example is called."""
    return _words(asked, raw, TITLE_MAX), None


@reads(LESSON, human=True, words=gettext_lazy("what others can learn"))
def read_lesson(asked: Asked, raw: str) -> tuple[str, None]:
    """What others can learn from it."""
    return _words(asked, raw, LESSON_MAX), None


def _words(asked: Asked, raw: str, most: int) -> str:
    text = read_text(asked, raw)
    if len(text) > most:
        raise asked.trouble(_("at most %(count)s characters") % {"count": most})
    return text


@makes(TITLE, "cases/fields/_address.html")
def _title(asked: AskedField) -> forms.Field:
    return forms.CharField(max_length=TITLE_MAX)


@makes(LESSON, "workflow/fields/_note.html")
def _lesson(asked: AskedField) -> forms.Field:
    return forms.CharField(max_length=LESSON_MAX)


@effect(KEPT, words=gettext_lazy("keeps it among the examples"))
def keep_example(doing: Doing) -> None:
    """The case is told to others under the title given, or the name of its class."""
    case, values = cast(Case, doing.row), doing.given.values
    title = values.get(TITLE) or str(case.category)
    lesson = values.get(LESSON) or values.get("note", "")
    Example.objects.update_or_create(
        case=case,
        defaults={
            "title": title[:TITLE_MAX],
            "lesson": lesson[:LESSON_MAX],
            "marked_by": doing.by,
            "marked_at": doing.moment,
        },
    )


@after(Case.KIND)
def keep_of_older(doing: Doing) -> None:
    """Cases whose process knows only the mark keep their note as the lesson."""
    effects = doing.move.effects
    if MARKED in effects and KEPT not in effects:
        keep_example(doing)


@dataclass
class Told:
    """One example as everybody on duty reads it."""

    row: Example
    before: list[Attachment]
    after: list[Attachment]
    unit: Unit | None = None

    @property
    def case(self) -> Case:
        return self.row.case

    @property
    def place(self) -> str:
        """Street and community; the address only where no caller can be meant."""
        case = self.case
        parts = [case.street, case.community]
        if case.source in SEEN_OUTSIDE:
            parts.append(case.address)  # type: ignore[arg-type]
        return " · ".join(str(part) for part in parts if part)


def found(query: str, category: Category | None) -> ExampleQuerySet:
    """By words of title, lesson and class, within a class or those below it."""
    rows = Example.objects.shown()
    if category is not None:
        rows = rows.filter(
            Q(case__category=category) | Q(case__category__parent=category)
        )
    for word in query.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(lesson__icontains=word)
            | Q(case__category__name__icontains=word)
            | Q(case__category__initials__icontains=word)
        )
    return rows


def classes() -> list[tuple[Category, int]]:
    """The main classes of which there are examples, each with how many."""
    rows = Example.objects.filter(case__typical=True).values("case__category__parent")
    counts = dict(
        rows.annotate(count=Count("pk")).values_list("case__category__parent", "count")
    )
    mains = Category.objects.filter(pk__in=[pk for pk in counts if pk])
    return [(row, counts[row.pk]) for row in mains.order_by("kind", "code")]


def told(rows: list[Example]) -> list[Told]:
    """With their photos and who disposed: three queries for all of them."""
    photos = _photos([row.case for row in rows])
    hosts = Assignment.objects.filter(
        case__in=[row.case_id for row in rows], part=Assignment.Part.HOST
    ).select_related("unit")
    units = {part.case_id: part.unit for part in hosts.order_by("pk")}
    return [
        Told(row, *photos.get(row.case.uuid, ([], [])), unit=units.get(row.case_id))
        for row in rows
    ]


def _photos(
    cases: list[Case],
) -> dict[UUID, tuple[list[Attachment], list[Attachment]]]:
    """By case, the photos of the report and those of its last result."""
    events = Event.objects.filter(
        kind=Case.KIND, subject_uuid__in=[case.uuid for case in cases]
    ).order_by("subject_uuid", "seq")
    shown = list(
        events.filter(attachments__isnull=False)
        .distinct()
        .prefetch_related("attachments")
    )
    pairs = {}
    for case in cases:
        own = [event for event in shown if event.subject_uuid == case.uuid]
        first = [event for event in own if event.seq == 1]
        later = [event for event in own if event.seq > 1]
        results = [event for event in later if _left(event) == Phase.RESOLVE] or later
        pairs[case.uuid] = (
            list(first[0].attachments.all()) if first else [],
            list(results[-1].attachments.all()) if results else [],
        )
    return pairs


def _left(event: Event) -> str:
    phases = {state.code: state.phase for state in states_of(event.process_id)}
    return phases.get(event.from_state, "")


def photo_of(example: Example, uuid: UUID) -> Attachment | None:
    """A photo that the example shows; no other of its case."""
    before, after = _photos([example.case])[example.case.uuid]
    return next((row for row in (*before, *after) if row.uuid == uuid), None)
