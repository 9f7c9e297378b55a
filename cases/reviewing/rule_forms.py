"""What an administrator fills in of a rule of sampling."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.evaluation.periods import Period
from cases.models import SamplingRule
from cases.rule_forms import class_field, department_field, street_field

if TYPE_CHECKING:
    Base = forms.ModelForm[SamplingRule]
else:
    Base = forms.ModelForm


class SamplingRuleForm(Base):
    """One rule; its code stays."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=90, required=False
    )
    category = class_field()
    street = street_field(gettext_lazy("every street"))
    department = department_field(
        required=False, empty_label=gettext_lazy("every department")
    )

    class Meta:
        model = SamplingRule
        fields = (
            *("code", "kind", "times", "category", "street", "department"),
            *("share", "most", "least", "per", "every", "days", "begins_on"),
            *("order", "pool", "retired"),
        )
        labels = {
            "code": gettext_lazy("Code"),
            "kind": gettext_lazy("Drawn from"),
            "times": gettext_lazy("Done over at least so often"),
            "share": gettext_lazy("Share in per cent"),
            "most": gettext_lazy("At most (0: no bound)"),
            "least": gettext_lazy("At least of each unit"),
            "per": gettext_lazy("Each"),
            "every": gettext_lazy("How often"),
            "days": gettext_lazy("Working days to look at it"),
            "begins_on": gettext_lazy("Of what was closed from"),
            "order": gettext_lazy("Place in the list"),
            "pool": gettext_lazy("To be taken from a pool, not dealt out"),
            "retired": gettext_lazy("Out of use"),
        }
        widgets = {"begins_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    field_order = ("code", "title", "title_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["title"] = (
            self.instance.titles.get("zh-hans", "") if self.instance.pk else ""
        )
        self.initial["title_en"] = (
            self.instance.titles.get("en", "") if self.instance.pk else ""
        )
        # As the browser's own field of a day wants it.
        self.initial["begins_on"] = str(self.initial.get("begins_on") or "")
        if self.instance.pk:
            del self.fields["code"]
        choices = self.fields["per"]
        assert isinstance(choices, forms.TypedChoiceField)
        choices.choices = SamplingRule.Per.choices
        for name, least, most in (("share", 0, 100), ("days", 1, 250)):
            field = self.fields[name]
            field.widget.attrs |= {"min": least, "max": most}

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if sent.get("least") and not sent.get("per"):
            self.add_error("per", _("Say of each what: street or department."))
        if not sent.get("share") and not sent.get("least") and not self.errors:
            self.add_error("share", _("It would never draw anything."))
        if sent.get("days") == 0:
            self.add_error("days", _("Give at least one day."))
        return sent

    def save(self, commit: bool = True) -> SamplingRule:
        titles = {
            "zh-hans": self.cleaned_data["title"],
            "en": self.cleaned_data["title_en"],
        }
        self.instance.titles = {name: text for name, text in titles.items() if text}
        return super().save(commit)


class DaysForm(forms.Form):
    """From when to when somebody draws by hand."""

    first = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    @classmethod
    def of(cls, period: Period) -> "DaysForm":
        return cls({"first": str(period.first), "last": str(period.last)})
