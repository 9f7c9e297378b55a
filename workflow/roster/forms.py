"""The forms of the roster, and of the kinds of shifts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from workflow.kind_rules import ChoiceForm
from workflow.models import Shift, ShiftKind
from workflow.roster.writing import PEOPLE_MOST, people_of


class KindForm(ChoiceForm):
    """One kind of shifts."""

    model = ShiftKind
    field_order = ("code", "title", "title_en", "starts", "ends")

    starts = forms.TimeField(
        label=gettext_lazy("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=gettext_lazy("Ends at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "At or before the hour it begins: on the next day. Shifts that are written"
            " down already keep their hours."
        ),
    )


class SlotForm(forms.Form):
    """Who is on duty in one shift: a choice for each person of the unit."""

    def __init__(
        self,
        unit: Unit,
        day: date,
        now: Iterable[Shift],
        data: object = None,
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        parts = {row.person_id: row.part for row in now}
        people = people_of(unit, day)
        known = {person.pk for person in people}
        # Who is written down and has left the unit since can still be taken off.
        people += [row.person for row in now if row.person_id not in known]
        self.people = people
        names = Counter(str(person) for person in people)
        for person in people:
            field = forms.ChoiceField(
                label=self._name(person, alone=names[str(person)] == 1),
                choices=[("", _("off duty")), *Shift.Part.choices],
                required=False,
                initial=parts.get(person.pk, ""),
            )
            field.widget.attrs["class"] = "form-select"
            self.fields[f"p{person.pk}"] = field

    @staticmethod
    def _name(person: User, *, alone: bool) -> str:
        """Of two who are called the same the account tells which is which."""
        return str(person) if alone else f"{person} ({person.username})"

    def clean(self) -> dict[str, object]:
        sent = super().clean() or {}
        if len(self.wanted(sent)) > PEOPLE_MOST:
            raise forms.ValidationError(
                _("At most %(count)s people in one shift.") % {"count": PEOPLE_MOST}
            )
        return sent

    def wanted(self, sent: dict[str, object] | None = None) -> dict[int, str]:
        values = self.cleaned_data if sent is None else sent
        return {int(name[1:]): str(part) for name, part in values.items() if part}
