"""The forms of the evaluation."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models import EvaluationSettings

LONGEST = timedelta(days=366)  # that figures of persons stay open


class IndicatorsForm(forms.Form):
    """All indicators as the site package has them."""

    text = forms.CharField(
        label=_("Indicators"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )


class IndicatorsFileForm(forms.Form):
    file = forms.FileField(label=_("File indicators.json"))


class SettingsForm(forms.ModelForm):
    class Meta:
        model = EvaluationSettings
        fields = ("appeal_days",)
        labels = {
            "appeal_days": _("Days for appeals before a period is published"),
        }

    def clean_appeal_days(self) -> int:
        days: int = self.cleaned_data["appeal_days"]
        if days > 90:
            raise forms.ValidationError(_("At most 90 days."))
        return days


class PersonsForm(forms.Form):
    """Opens figures of persons: why, who answers for it, and until when."""

    reason = forms.CharField(
        label=_("Why, and on what basis"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.CharField(label=_("Who answers for it: sign-in name"), max_length=60)
    until = forms.DateField(
        label=_("Until and with"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_owner(self) -> User:
        name = self.cleaned_data["owner"]
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is none of this name."))
        return found

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise forms.ValidationError(_("From today on, and at most a year ahead."))
        return day

    @classmethod
    def of(cls, row: EvaluationSettings) -> "PersonsForm":
        initial: dict[str, Any] = {}
        if row.persons and row.persons_owner:
            initial = {
                "reason": row.persons_reason,
                "owner": row.persons_owner.username,
                "until": str(row.persons_until),
            }
        return cls(initial=initial)


class AppealForm(forms.Form):
    case = forms.CharField(label=_("Case number"), max_length=24)
    measure = forms.ChoiceField(label=_("What is counted wrongly"))
    why = forms.CharField(
        label=_("What speaks for it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, choices: list[tuple[str, str]], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        measure = self.fields["measure"]
        assert isinstance(measure, forms.ChoiceField)
        measure.choices = choices


class DecisionForm(forms.Form):
    answer = forms.ChoiceField(choices=[("granted", ""), ("declined", "")])
    decision = forms.CharField(max_length=500, required=False)
