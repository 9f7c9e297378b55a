"""The forms of whistles: of a new one, and of each move."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.dispatching import propose
from cases.evidence import ADDRESS_MAX
from cases.models import Case, Whistle, WhistleOccasion
from cases.whistles.calls import WANTS, calls_that
from cases.whistles.evidence import can_be_called
from workflow import forms as forms_of_moves
from workflow.arguments import split
from workflow.evidence import NOTE_MAX
from workflow.forms import Asked, NumbersField, makes, moment_field
from workflow.models import Transition
from workflow.sending import SendingForm

AT = "at"  # another time than the usual choices
QUICK = (30, 60, 120, 240)  # minutes


@makes("departments", "cases/fields/_units.html")
def _departments(asked: Asked) -> forms.Field:
    """Whoever is not called yet."""
    whistle: Whistle = asked.subject
    called = {part.unit_id for part in whistle.parts()}
    units = can_be_called(whistle.street).exclude(pk__in=called).order_by("code")
    return forms.MultipleChoiceField(choices=[(row.code, str(row)) for row in units])


@makes("called", "cases/fields/_unit.html")
def _called(asked: Asked) -> forms.Field:
    """The called units of which the move's guard says that something is wanted."""
    whistle: Whistle = asked.subject
    found = [part for part in whistle.parts() if part.called_at]
    for text in asked.move.when:
        name, told = split(text)
        if name == "calls" and told[0] in WANTS:
            found = calls_that(whistle, told[0], timezone.now())
    choices = [(part.unit.code, str(part.unit)) for part in found]
    if len(choices) != 1:
        choices.insert(0, ("", _("Choose a department")))
    return forms.ChoiceField(choices=choices)


@makes("appear_by", "cases/whistles/_appear_by.html")
def _appear_by(asked: Asked) -> forms.Field:
    return moment_field()


class MoveForm(forms_of_moves.MoveForm):
    """The form of one move of one whistle."""

    @property
    def whistle(self) -> Whistle:
        return cast(Whistle, self.subject)

    @property
    def action_url(self) -> str:
        return reverse("whistles:act", args=[self.whistle.uuid])

    @property
    def page_url(self) -> str:
        return reverse("whistles:whistle", args=[self.whistle.uuid])


class BlowForm(SendingForm):
    """Who is called where to, by when, and why."""

    ids = "whistle-%s"

    occasion = forms.ChoiceField(
        label=gettext_lazy("Occasion"),
        error_messages={
            "required": gettext_lazy("Choose what the whistle is blown for.")
        },
    )
    place = NumbersField(required=False, label=gettext_lazy("Where to"))
    address = forms.CharField(
        max_length=ADDRESS_MAX, required=False, label=gettext_lazy("Address")
    )
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("Departments called"),
        error_messages={"required": gettext_lazy("Choose who is called.")},
    )
    within = forms.ChoiceField(required=False, label=gettext_lazy("To be there by"))
    note = forms.CharField(
        max_length=NOTE_MAX,
        label=gettext_lazy("What it is about"),
        error_messages={
            "required": gettext_lazy("Say in a few words what it is about.")
        },
    )

    def __init__(
        self,
        move: Transition,
        user: User,
        street: Unit,
        data: Any = None,
        *,
        case: Case | None = None,
    ) -> None:
        initial: dict[str, Any] = {"within": "120", "departments": []}
        if case is not None:
            place = f"{case.place.x},{case.place.y}" if case.place else ""
            initial |= {"place": place, "address": case.address}
        self.proposed = proposed_for(case)
        initial["departments"] = [unit.code for unit in self.proposed]
        super().__init__(move, user, data, **initial)
        self.case = case
        self.occasions = list(WhistleOccasion.objects.in_use())
        self.offer("occasion", [(row.code, str(row)) for row in self.occasions])
        self.offer("departments", self._units(street))
        quick = [(str(minutes), _minutes(minutes)) for minutes in QUICK]
        self.offer("within", [*quick, (AT, _("another time"))])
        self.fields["appear_by"] = moment_field()
        self.fields["appear_by"].required = False

    def _units(self, street: Unit) -> list[tuple[str, str]]:
        """Those that the case proposes first, then the street's own."""
        first = {unit.pk for unit in self.proposed}
        units = list(can_be_called(street).order_by("code"))
        units.sort(key=lambda row: (row.pk not in first, row.parent_id != street.pk))
        return [(row.code, str(row)) for row in units]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if not sent.get("place") and not sent.get("address"):
            text = _("Say where to: a place on the map, or an address.")
            self.add_error("place", text)
        chosen = sent.get("within") == AT
        if chosen and not sent.get("appear_by") and not self._is_urgent(sent):
            self.add_error("within", _("Choose the day and the time."))
        return sent

    def _is_urgent(self, sent: dict[str, Any]) -> bool:
        code = sent.get("occasion")
        return any(row.at_once for row in self.occasions if row.code == code)

    def evidence(self) -> dict[str, Any]:
        sent = self.cleaned_data
        given = self.told("occasion", "place", "address", "departments", "note")
        given["appear_by"] = self._appear_by(sent).isoformat()
        if self.case is not None:
            given["origin"] = str(self.case.uuid)
        return given

    def _appear_by(self, sent: dict[str, Any]) -> datetime:
        if sent.get("within") == AT and sent.get("appear_by"):
            moment: datetime = sent["appear_by"]
            return moment
        minutes = sent.get("within") or str(QUICK[2])
        return timezone.now() + timedelta(minutes=int(minutes) if minutes != AT else 0)


def _minutes(minutes: int) -> str:
    if minutes < 60:
        return _("in %(count)s minutes") % {"count": minutes}
    return _("in %(count)s h") % {"count": minutes // 60}


def proposed_for(case: Case | None) -> list[Unit]:
    """Who works on the case, who its condition names, and whom the table proposes."""
    if case is None:
        return []
    parts = case.assignments.select_related("unit").order_by("pk")
    units = [part.unit for part in parts if part.ended_at is None]
    if case.condition and case.condition.department:
        units.append(case.condition.department)
    if proposal := propose(case).unit:
        units.append(proposal)
    can = set(can_be_called(case.street).values_list("pk", flat=True))
    return list({unit.pk: unit for unit in units if unit.pk in can}.values())
