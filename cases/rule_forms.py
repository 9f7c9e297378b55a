"""What an administrator fills in of a duty, a dispatch rule and a stand-in."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases import stand_in_names
from cases.models import DispatchRule, Duty
from cases.rule_tables import NO_DUTY, cells_of, check_rule, same_rule
from govmap.lib.errors import BadInput
from workflow.models import Category

AREAS = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)
# Generic for the type checker only.
if TYPE_CHECKING:
    DutyBase = forms.ModelForm[Duty]
    RuleBase = forms.ModelForm[DispatchRule]
else:
    DutyBase = RuleBase = forms.ModelForm


class DutyForm(DutyBase):
    """One matter of the list; its code stays."""

    class Meta:
        model = Duty
        fields = ("code", "title", "kind", "department", "basis")
        labels = {
            "code": gettext_lazy("Code"),
            "title": gettext_lazy("Matter"),
            "kind": gettext_lazy("Kind of duty"),
            "department": gettext_lazy("Department above"),
            "basis": gettext_lazy("Legal basis"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.exclude(kind__in=AREAS).exclude(
            parent__kind=Unit.Kind.STREET
        )

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("kind") == Duty.Kind.WITHDRAWN and not sent.get("department"):
            raise ValidationError(
                {"department": _("Say which department does it now.")}
            )
        return sent


class ClassField(forms.ModelChoiceField):
    """A class by its code and name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj}" if obj.parent_id else f"{obj.code}… {obj}"


def class_field() -> ClassField:
    """Any class of the standard in force, or every one."""
    rows = Category.objects.in_use().filter(standard__is_default=True)
    return ClassField(
        rows.order_by("kind", "code"),
        required=False,
        empty_label=gettext_lazy("every class"),
        label=gettext_lazy("Class"),
    )


def street_field(none: Any) -> forms.ModelChoiceField:
    """Any street; ``none``: what it means that none is chosen."""
    return forms.ModelChoiceField(
        Unit.objects.filter(kind=Unit.Kind.STREET),
        required=False,
        empty_label=none,
        label=gettext_lazy("Street"),
    )


def department_field(**options: Any) -> forms.ModelChoiceField:
    """Any unit that has no ground of its own."""
    rows = Unit.objects.exclude(kind__in=AREAS)
    return forms.ModelChoiceField(rows, label=gettext_lazy("Department"), **options)


class RuleForm(RuleBase):
    """Class x street x area -> department."""

    category = class_field()
    street = street_field(gettext_lazy("the whole district"))
    community = forms.ModelChoiceField(
        Unit.objects.filter(kind=Unit.Kind.COMMUNITY),
        required=False,
        empty_label=gettext_lazy("every community"),
        label=gettext_lazy("Community"),
    )
    department = department_field()
    duty = forms.ModelChoiceField(
        Duty.objects.in_use(),
        label=gettext_lazy("Duty"),
        error_messages={"required": gettext_lazy(NO_DUTY)},
    )
    cells = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Cells"),
        help_text=gettext_lazy("Codes with blanks between, or click them on the map"),
    )

    class Meta:
        model = DispatchRule
        fields = (
            *("category", "street", "community", "department", "duty", "note", "cells"),
        )
        labels = {"note": gettext_lazy("Note")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["cells"] = " ".join(self.instance.cells)

    def clean_cells(self) -> list[str]:
        try:
            return cells_of(self.cleaned_data["cells"])
        except BadInput as error:
            raise ValidationError(error.text) from error

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if self.errors:
            return sent
        wanted = DispatchRule(pk=self.instance.pk, **sent)
        try:
            check_rule(wanted)
        except BadInput as error:
            raise ValidationError(error.text) from error
        if same_rule(wanted) is not None:
            raise ValidationError(_("Another rule is about the same class and area."))
        return sent


class StandInForm(forms.Form):
    """Who does whose work, from when to when (the site's time)."""

    away = forms.CharField(
        max_length=160,
        label=gettext_lazy("Away: type a name, a unit or a sign-in name"),
        widget=forms.TextInput(attrs={"list": "stand-in-names", "autocomplete": "off"}),
    )
    by = forms.CharField(
        max_length=160,
        label=gettext_lazy("Stands in: type a name, a unit or a sign-in name"),
        widget=forms.TextInput(attrs={"list": "stand-in-names", "autocomplete": "off"}),
    )
    begins = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    ends = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    reason = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("Reason")
    )

    def __init__(self, admin: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.admin = admin

    def clean_away(self) -> Unit | User:
        return self._meant(self.cleaned_data["away"])

    def clean_by(self) -> Unit | User:
        return self._meant(self.cleaned_data["by"])

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if self.errors:
            return sent
        begins: datetime = sent["begins"]
        if begins >= sent["ends"] or sent["ends"] <= timezone.now():
            raise ValidationError(
                {"ends": _("It must end later, and not yet be over.")}
            )
        if sent["away"] == sent["by"]:
            raise ValidationError({"by": _("Somebody else must stand in.")})
        if type(sent["away"]) is not type(sent["by"]):
            raise ValidationError(
                {"by": _("A person and a unit cannot stand in for each other.")}
            )
        sent["lasts"] = DateTimeTZRange(begins, sent["ends"])
        return sent

    def _meant(self, text: str) -> Unit | User:
        found = stand_in_names.meant(self.admin, text)
        if len(found) > 1:
            raise ValidationError(_("Several are meant: choose one of the list."))
        if not found:
            raise ValidationError(
                _("Nobody and no unit of yours is called so. Choose one of the list.")
            )
        return found[0]
