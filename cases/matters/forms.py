"""The forms of matters and conferences: of new ones, and of each move."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from cases.evidence import ADDRESS_MAX
from cases.matters.agendas import may_be_discussed, waiting
from cases.matters.evidence import TEXTS
from cases.matters.tabling import title_of
from cases.matters.units import units_for
from cases.models import (
    Assignment,
    Case,
    Conference,
    Matter,
    MatterSort,
    MatterTask,
)
from workflow import forms as forms_of_moves
from workflow.evidence import NOTE_MAX
from workflow.forms import Asked, NumbersField, makes, moment_field
from workflow.models import Transition
from workflow.sending import SendingForm

FIELDS = "cases/matters/fields"
LONG = {"decision": 4, "minutes": 12}  # rows of what is more than a line


def _text(asked: Asked) -> forms.Field:
    """Words that the row keeps; what it says now stands there to be changed."""
    name = next(key for key, spec in asked.move.evidence.items() if spec is asked.spec)
    most, _words = TEXTS[name]
    initial = getattr(asked.subject, name, "")
    if name in LONG:
        area = forms.Textarea(attrs={"rows": LONG[name]})
        return forms.CharField(max_length=most, widget=area, initial=initial)
    return forms.CharField(max_length=most, initial=initial)


for _name in TEXTS:
    _template = "_long.html" if _name in LONG else "_line.html"
    makes(_name, f"{FIELDS}/{_template}")(_text)


@makes("begins_at", "cases/whistles/_appear_by.html")
def _begins_at(asked: Asked) -> forms.Field:
    return moment_field()


@makes("lead", "cases/fields/_unit.html")
def _lead(asked: Asked) -> forms.Field:
    """Those concerned first."""
    choices = _unit_choices(asked.subject)
    return forms.ChoiceField(choices=[("", _("Choose a department")), *choices])


@makes("assisting", "cases/fields/_units.html")
def _assisting(asked: Asked) -> forms.Field:
    return forms.MultipleChoiceField(choices=_unit_choices(asked.subject))


@makes("concerned", "cases/fields/_units.html")
def _concerned(asked: Asked) -> forms.Field:
    return forms.MultipleChoiceField(choices=_unit_choices(asked.subject))


@makes("invited", "cases/fields/_units.html")
def _invited(asked: Asked) -> forms.Field:
    """Whoever is not invited yet."""
    conference: Conference = asked.subject
    there = conference.related_units("invited")
    units = units_for(conference).exclude(pk__in=there)
    return forms.MultipleChoiceField(choices=[(row.code, str(row)) for row in units])


@makes("sort", "cases/fields/_unit.html")
def _sort(asked: Asked) -> forms.Field:
    return forms.ChoiceField(choices=sort_choices())


@makes("cases", f"{FIELDS}/_line.html")
def _cases(asked: Asked) -> forms.Field:
    """Numbers with commas between."""
    return forms.CharField(max_length=1000)


@makes("agenda", f"{FIELDS}/_agenda.html")
def _agenda(asked: Asked) -> forms.Field:
    """What stands on it, in its order, then what could be added."""
    conference: Conference = asked.subject
    on_it = [item.matter for item in conference.agenda()]
    seen = Matter.objects.filter(pk__in=may_be_discussed_ids(conference))
    more = [row for row in waiting(seen, conference.host) if row not in on_it]
    return forms.MultipleChoiceField(
        choices=[(str(row.uuid), row.title) for row in [*on_it, *more]],
        initial=[str(row.uuid) for row in on_it],
    )


def may_be_discussed_ids(conference: Conference) -> list[int]:
    """Keys of what the caller of the conference may put on its agenda."""
    rows = may_be_discussed(conference, conference.caller)
    return list(rows.values_list("pk", flat=True))


def _unit_choices(subject: Matter) -> list[tuple[str, str]]:
    """Those concerned first, then the street's own, then the district's."""
    first = set(subject.concerned.values_list("pk", flat=True)) if subject.pk else set()
    units = sorted(
        units_for(subject),
        key=lambda row: (row.pk not in first, row.parent_id != subject.street_id),
    )
    return [(row.code, str(row)) for row in units]


def sort_choices() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in MatterSort.objects.in_use()]


class MoveForm(forms_of_moves.MoveForm):
    """The form of one move of a matter, a conference or a task."""

    VIEWS = {Matter: "matter", Conference: "conference", MatterTask: "task"}

    @property
    def _view(self) -> str:
        return f"matters:{self.VIEWS[type(self.subject)]}"

    @property
    def action_url(self) -> str:
        return reverse(f"{self._view}-act", args=[self.subject.uuid])

    @property
    def page_url(self) -> str:
        return reverse(self._view, args=[self.subject.uuid])


class RaiseForm(SendingForm):
    """What is hard, where, whom it concerns, and the cases that it comes from."""

    ids = "matter-%s"

    title = forms.CharField(max_length=TEXTS["title"][0], label=gettext_lazy("Title"))
    sort = forms.ChoiceField(label=gettext_lazy("What is hard about it"))
    note = forms.CharField(
        max_length=NOTE_MAX, label=gettext_lazy("What it is about, what was tried")
    )
    street = forms.ChoiceField(label=gettext_lazy("Street"), required=False)
    place = NumbersField(required=False, label=gettext_lazy("Place"))
    address = forms.CharField(
        max_length=ADDRESS_MAX, required=False, label=gettext_lazy("Address")
    )
    concerned = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Units concerned")
    )

    def __init__(
        self, draft: Matter, move: Transition, data: Any = None, *, cases: list[Case]
    ) -> None:
        first = cases[0] if cases else None
        place = f"{first.place.x},{first.place.y}" if first and first.place else ""
        title = title_of(first) if first else ""
        said = {"place": place, "address": first.address if first else ""}
        super().__init__(move, draft.raiser, data, title=title, **said)
        self.cases, self.draft = cases, draft
        self.offer("sort", sort_choices())
        self.offer("concerned", _unit_choices(draft))
        if draft.level == Case.Level.DISTRICT:
            streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
            self.offer("street", [(row.code, str(row)) for row in streets])
            self.initial["street"] = first.street.code if first else ""
        else:
            del self.fields["street"]

    @property
    def street_chosen(self) -> Unit | None:
        code = self.cleaned_data.get("street")
        return Unit.objects.filter(code=code).first() if code else None

    def evidence(self) -> dict[str, Any]:
        given = self.told("title", "sort", "note", "place", "address", "concerned")
        if self.cases:
            given["cases"] = [str(case.uuid) for case in self.cases]
        return given


class CallForm(SendingForm):
    """When and where, who presides, who is invited, over which matters or cases."""

    ids = "conference-%s"

    sort = forms.ChoiceField(
        label=gettext_lazy("What is hard about it"),
        error_messages={
            "required": gettext_lazy("Choose what is hard about the case.")
        },
    )

    title = forms.CharField(max_length=TEXTS["title"][0], label=gettext_lazy("Title"))
    venue = forms.CharField(
        max_length=TEXTS["venue"][0], required=False, label=gettext_lazy("Venue")
    )
    online = forms.CharField(
        max_length=TEXTS["online"][0],
        required=False,
        label=gettext_lazy("How to join online"),
    )
    chair = forms.CharField(max_length=TEXTS["chair"][0], label=gettext_lazy("Chair"))
    agenda = forms.MultipleChoiceField(
        label=gettext_lazy("Agenda"),
        error_messages={
            "required": gettext_lazy("Choose at least one matter to speak of.")
        },
    )
    invited = forms.MultipleChoiceField(
        label=gettext_lazy("Units invited"),
        error_messages={"required": gettext_lazy("Choose who is invited.")},
    )
    note = forms.CharField(
        max_length=NOTE_MAX, required=False, label=gettext_lazy("Words to the invited")
    )

    def __init__(
        self,
        draft: Conference,
        move: Transition,
        data: Any = None,
        *,
        matters: list[Matter],
        chosen: list[Matter],
        cases: list[Case],
    ) -> None:
        first = {row.pk for row in chosen}
        rows = sorted(matters, key=lambda row: row.pk not in first)
        names = [*(row.title for row in chosen), *(title_of(case) for case in cases)]
        title = _("Conference: %s") % names[0] if len(names) == 1 else ""
        wanted = _units_of(chosen, cases)
        super().__init__(
            move,
            draft.caller,
            data,
            title=title[:80],
            agenda=[str(row.uuid) for row in chosen],
            invited=[unit.code for unit in wanted],
        )
        self.matters, self.draft, self.cases = rows, draft, cases
        self.elsewhere: list[Case] = []  # of a matter that waits for no conference
        self.offer("agenda", [(str(row.uuid), row.title) for row in rows])
        self.fields["agenda"].required = not cases
        self.offer("sort", sort_choices())
        if not cases:
            del self.fields["sort"]
        keys = {unit.pk for unit in wanted}
        units = sorted(
            units_for(draft),
            key=lambda row: (row.pk not in keys, row.parent_id != draft.host_id),
        )
        self.offer("invited", [(row.code, str(row)) for row in units])
        self.fields["begins_at"] = moment_field()
        self.fields["begins_at"].label = gettext_lazy("Time")
        self.initial["begins_at"] = _next_morning()

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if not sent.get("venue") and not sent.get("online"):
            text = _("Say where it is held: a place, or how to join online.")
            self.add_error("venue", text)
        return sent

    def evidence(self) -> dict[str, Any]:
        names = ("title", "venue", "online", "chair", "agenda", "invited", "note")
        moment: datetime = self.cleaned_data["begins_at"]
        given = self.told(*names, "sort") | {"begins_at": moment.isoformat()}
        if self.cases:
            given["cases"] = [str(case.uuid) for case in self.cases]
        return given


def _next_morning() -> datetime:
    """Half past nine of the next day, of the site's time."""
    day = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(9, 30)))


def _units_of(matters: list[Matter], cases: list[Case]) -> list[Unit]:
    """Whom the chosen matters concern, and who works on the cases."""
    named = Matter.concerned.through.objects.filter(
        matter__in=[row.pk for row in matters]
    )
    works = Assignment.objects.filter(case__in=[row.pk for row in cases]).running()
    rows = Unit.objects.filter(
        Q(pk__in=named.values("unit")) | Q(pk__in=works.values("unit"))
    )
    return list(rows.order_by("code"))
