"""The forms of the evaluation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import EvaluationSettings


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
        fields = ("persons", "appeal_days")
        labels = {
            "persons": _("Show figures of single persons"),
            "appeal_days": _("Days for appeals before a period is published"),
        }

    def clean_appeal_days(self) -> int:
        days: int = self.cleaned_data["appeal_days"]
        if days > 90:
            raise forms.ValidationError(_("At most 90 days."))
        return days


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
