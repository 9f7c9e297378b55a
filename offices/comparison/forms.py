"""What people say of a source, of an arrival, and of a difference."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from offices.comparison.listed import comparable, fields_of
from offices.models import ComparisonRound, ComparisonSource, ComparisonTask
from offices.registers.forms import DayInput, dress
from offices.registers.importing.columns import Field

TITLE_MOST = 200
DAYS = range(1, 91)  # to answer
# What a new list compares, where its register has these fields.
FIRST = {
    *("name", "phone", "address", "head", "number"),
    *("use", "area", "is_rented", "owner_name"),
}
ANSWERS = [
    one
    for one in ComparisonTask.Answer.choices
    if one[0] not in (ComparisonTask.Answer.NONE, ComparisonTask.Answer.OVERTAKEN)
]


class SourceForm(forms.ModelForm):
    """One list of one department; its register is given once."""

    compared = forms.MultipleChoiceField(
        label=gettext_lazy("Fields that are compared"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ComparisonSource
        fields = (
            *("name", "code", "owner", "register", "street", "basis", "absence"),
            *("every_days", "due_on", "answer_days", "compared", "retired"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        owner, street = self.fields["owner"], self.fields["street"]
        assert isinstance(owner, forms.ModelChoiceField)
        assert isinstance(street, forms.ModelChoiceField)
        owner.queryset = Unit.objects.exclude(kind=Unit.Kind.CONTRACTOR)
        street.queryset = Unit.objects.filter(kind=Unit.Kind.STREET)
        street.empty_label = _("the whole district")
        self.fields["due_on"].widget = DayInput()
        # The page of a new list asks for its register first.
        self.fields["code"].disabled = bool(row.pk)
        self.fields["register"].disabled = True
        known = {one.name: str(one.title) for one in comparable(row.register)}
        compared = self.fields["compared"]
        assert isinstance(compared, forms.MultipleChoiceField)
        compared.choices = list(known.items())
        compared.widget.attrs["class"] = "form-check-input"
        if not row.pk:
            self.initial["compared"] = [name for name in known if name in FIRST]
        dress(self)

    def clean_answer_days(self) -> int:
        days = int(self.cleaned_data["answer_days"])
        if days not in DAYS:
            raise forms.ValidationError(_("Give 1 to 90 days."))
        return days


class ArrivalForm(forms.Form):
    """The list itself."""

    file = forms.FileField(label=gettext_lazy("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"
        dress(self)


class ColumnsForm(forms.Form):
    """Which title is which field: ``column-<field>``."""

    def __init__(self, run: ComparisonRound, *args: Any) -> None:
        super().__init__(*args)
        self.run = run

    def columns(self) -> dict[str, str]:
        there = set(self.run.report.get("titles", []))
        found = {}
        for one in fields_of(self.run.source.register):
            title = self.data.get(f"column-{one.name}")
            if title is not None and (not title or title in there):
                found[one.name] = title[:TITLE_MOST]
        return found


def mapped(run: ComparisonRound) -> list[tuple[Field, str]]:
    columns = run.report.get("columns", {})
    return [(one, columns.get(one.name, "")) for one in fields_of(run.source.register)]


class AnswerForm(forms.Form):
    """One of three answers; the day where somebody moved or died."""

    said = forms.ChoiceField(
        label=gettext_lazy("Your answer"), choices=ANSWERS, widget=forms.RadioSelect
    )
    on = forms.DateField(
        label=gettext_lazy("On which day"), required=False, widget=DayInput()
    )
    reason = forms.CharField(
        label=gettext_lazy("Why not, or what was tried"),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("on", "reason"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day
