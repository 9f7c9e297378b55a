"""What is typed to ask for an export, to decide on one, and to say who may."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow import export_loading
from workflow.exporting import (
    PURPOSE_MOST,
    REGISTERS,
    Column,
    Register,
    Right,
    forms_of,
)
from workflow.models import Export, ExportRule


class AskForm(forms.Form):
    """The columns, the form of the file, and the purpose."""

    columns = forms.MultipleChoiceField(
        label=_("Columns of the file"), widget=forms.CheckboxSelectMultiple
    )
    form = forms.ChoiceField(label=_("Form of the file"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=PURPOSE_MOST,
        help_text=_("Stands in the file and in the record."),
    )

    def __init__(
        self, register: Register, right: Right, data: Any = None, *, query: str = ""
    ) -> None:
        super().__init__(data)
        self["purpose"].field.required = register.asks_purpose(query)
        offered = right.columns(register)
        self.personal = [one.name for one in offered if one.personal]
        if register.fixed:
            del self.fields["columns"]
        else:
            self._offer(offered)
        names = dict(Export.Form.choices)
        forms_ = [(form, names[Export.Form(form)]) for form in forms_of(register)]
        self["form"].field.choices = forms_  # type: ignore[attr-defined]
        self.initial["form"] = forms_[0][0]
        self["purpose"].field.widget.attrs |= {"class": "form-control"}

    def _offer(self, columns: list[Column]) -> None:
        self["columns"].field.choices = [(one.name, one.title) for one in columns]  # type: ignore[attr-defined]
        self.initial["columns"] = [
            one.name for one in columns if one.usual and not one.personal
        ]


class RuleForm(forms.ModelForm):
    """One rule of 规则 导出."""

    register = forms.ChoiceField(label=_("List"), required=False)
    columns = forms.MultipleChoiceField(
        label=_("Only these columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all that are not personal."),
    )

    class Meta:
        model = ExportRule
        fields = (
            *("register", "role", "rows", "rows_a_day", "approve_above", "keep_days"),
            *("personal", "approves", "in_use", "columns"),
        )
        labels = {
            "role": _("Role"),
            "rows": _("Rows of one file at most"),
            "rows_a_day": _("Rows a day at most"),
            "approve_above": _("Approval above so many rows"),
            "keep_days": _("Days that a file is kept"),
            "personal": _("Personal columns too"),
            "approves": _("Approves what others ask for"),
            "in_use": _("In use"),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        titles = [(name, one.title) for name, one in sorted(REGISTERS.items())]
        self["register"].field.choices = [("", _("every list")), *titles]  # type: ignore[attr-defined]
        name = self.data.get("register", self.instance.register)
        named = {column.name: column.title for column in _columns_of(name)}
        self["columns"].field.choices = list(named.items())  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, forms.MultipleChoiceField):
                continue
            kind = "form-check-input"
            if not isinstance(field, forms.BooleanField):
                is_choice = isinstance(field, forms.ChoiceField)
                kind = "form-select" if is_choice else "form-control"
            field.widget.attrs |= {"class": kind}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        row = ExportRule(
            register=found["register"],
            rows=found["rows"],
            rows_a_day=found["rows_a_day"],
            keep_days=found["keep_days"],
        )
        try:
            export_loading.check(row)
        except ValueError as error:
            raise forms.ValidationError(
                _("This cannot be: %(why)s") % {"why": _why(error)}
            ) from error
        return found


def _columns_of(name: str) -> list[Column]:
    """Those of a list that has rules of its own alone; else those of all others."""
    register = REGISTERS.get(name)
    if register is not None and register.named:
        return list(register.columns)
    others = (one for one in REGISTERS.values() if not one.named)
    return [column for one in others for column in one.columns]


def _why(error: ValueError) -> Any:
    if isinstance(error, export_loading.TooManyRows):
        return _("a file holds %(most)s rows at most.") % {"most": f"{error.most:,}"}
    return WHY.get(str(error), error)


# What `export_loading.check` says, for people.
WHY = {
    "rows_a_day is less than rows": _("a day holds less than one file."),
    "keep_days is from 1 to 90": _("a file is kept from 1 to 90 days."),
}
