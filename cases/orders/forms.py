"""What people send about orders, checked."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Exclusion, OrderKind, OrderSheet, Reveal, TableWord
from cases.tables.words import BARE, Words
from govmap.lib.times import month_of

Table, Sort = TableWord.Table, TableWord.Sort
REPLY_MOST = 4000  # characters


def _choices(
    table: str, sort: str, *, empty: bool = False
) -> Callable[[], list[tuple[str, str]]]:
    """The site's words of that sort, read whenever a form is made."""

    def words() -> list[tuple[str, str]]:
        found = Words.of(table)
        told = found.meanings(sort) if sort not in BARE else found.listed(sort)
        return [("", "—")] * empty + [(word, word) for word in told]

    return words


class OneOfMany(forms.Form):
    """A form beside others on one page: its fields' ids are its own."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("auto_id", f"{type(self).__name__.lower()}-%s")
        super().__init__(*args, **options)


class SheetForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What is in the file"),
        choices=OrderSheet.What.choices,
        initial=OrderSheet.What.ORDERS,
    )
    file = forms.FileField(label=_("File"))
    month = forms.CharField(
        label=_("Month of the call-backs"),
        required=False,
        widget=forms.TextInput({"type": "month"}),
    )

    def clean_month(self) -> Any:
        text = self.cleaned_data["month"]
        month = month_of(text)
        if text and month is None:
            raise forms.ValidationError(_("A month as 2026-11, please."))
        return month


class ReplyForm(OneOfMany):
    text = forms.CharField(
        label=_("Reply"), max_length=REPLY_MOST, widget=forms.Textarea({"rows": 5})
    )
    result = forms.CharField(
        label=_("Result of the handling"),
        max_length=REPLY_MOST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    manner = forms.ChoiceField(
        label=_("Manner of handling"), choices=_choices(Table.ORDERS, Sort.MANNER)
    )


class RevealForm(OneOfMany):
    purpose = forms.ChoiceField(
        label=_("What for"), choices=Reveal.Purpose.choices, required=True
    )


class KindForm(OneOfMany):
    kind = forms.ModelChoiceField(
        OrderKind.objects.all(), label=_("Kind of limit"), to_field_name="code"
    )


class VisitForm(OneOfMany):
    contacted = forms.ChoiceField(
        label=_("Was the caller reached"), choices=[("yes", _("yes")), ("no", _("no"))]
    )
    solved = forms.ChoiceField(
        label=_("Solved"),
        choices=_choices(Table.CALL_BACKS, Sort.SOLVED, empty=True),
        required=False,
    )
    satisfied = forms.ChoiceField(
        label=_("Satisfied"),
        choices=_choices(Table.CALL_BACKS, Sort.SATISFIED, empty=True),
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)


class ExclusionForm(OneOfMany):
    ground = forms.ChoiceField(label=_("Reason"), choices=Exclusion.Ground.choices)
    text = forms.CharField(
        label=_("Explanation"), max_length=400, widget=forms.Textarea({"rows": 3})
    )


class RateForm(forms.Form):
    """Weights from a day on."""

    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput({"type": "date"})
    )
    response = forms.IntegerField(
        label=_("weight of the response rate"), min_value=0, max_value=1000
    )
    solved = forms.IntegerField(
        label=_("weight of the solution rate"), min_value=0, max_value=1000
    )
    satisfied = forms.IntegerField(
        label=_("weight of the satisfaction rate"), min_value=0, max_value=1000
    )
    solved_words = forms.MultipleChoiceField(
        label=_("Counts as solved"),
        choices=_choices(Table.CALL_BACKS, Sort.SOLVED),
        widget=forms.CheckboxSelectMultiple,
    )
    satisfied_words = forms.MultipleChoiceField(
        label=_("Counts as satisfied"),
        choices=_choices(Table.CALL_BACKS, Sort.SATISFIED),
        widget=forms.CheckboxSelectMultiple,
    )
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(sent.get(name) for name in ("response", "solved", "satisfied")):
            raise forms.ValidationError(_("At least one rate needs a weight."))
        return sent
