"""The forms of phrases: a person's own, and a unit's."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from workflow.models import OwnPhrase, Phase, Phrase, Process
from workflow.models.phrase import TEXT_MAX
from workflow.phrases import clean, keeps_all, units_led


def moves_with_words() -> list[tuple[str, str]]:
    """Every move at which somebody may write, by verb: what a phrase can be for.

    Moves of several processes that share a verb share their phrases.
    """
    found: dict[str, str] = {}
    rows = Process.objects.filter(in_use=True).order_by("kind", "-is_default", "code")
    for process in rows:
        for move in process.moves:
            if "note" in move.evidence:
                found.setdefault(move.verb, move.label)
    return sorted(found.items(), key=lambda pair: pair[1])


class WordsForm(forms.ModelForm):
    """The text, and where it is offered."""

    text = forms.CharField(
        label=gettext_lazy("Phrase"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    phase = forms.ChoiceField(label=gettext_lazy("In the phase"), required=False)
    verb = forms.ChoiceField(label=gettext_lazy("At the move"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = ("", _("at any step"))
        self._choices("phase", [everywhere, *Phase.choices])
        self._choices("verb", [everywhere, *moves_with_words()])
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        now = getattr(self.instance, name, "")
        if now and now not in dict(choices):
            choices.append((now, now))  # of a process that is out of use
        field.choices = choices

    def clean_text(self) -> str:
        return clean(str(self.cleaned_data["text"]))


class OwnPhraseForm(WordsForm):
    """A phrase of the person's own."""

    class Meta:
        model = OwnPhrase
        fields = ("text", "phase", "verb")

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        same = OwnPhrase.objects.filter(
            **{name: sent.get(name, "") for name in self.Meta.fields},
            person=self.instance.person,
            kind=self.instance.kind,
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("You keep this phrase already."))
        return sent


class UnitPhraseForm(WordsForm):
    """A unit's phrase; only an administrator keeps everybody's."""

    class Meta:
        model = Phrase
        fields = ("text", "unit", "phase", "verb", "order")
        labels = {"unit": gettext_lazy("Unit"), "order": gettext_lazy("Order")}
        help_texts = {"order": gettext_lazy("The smaller number stands first.")}

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, order = self.fields["unit"], self.fields["order"]
        order.required = False
        assert isinstance(unit, forms.ModelChoiceField)
        if keeps_all(user):
            kinds = (Unit.Kind.COMMUNITY, Unit.Kind.CONTRACTOR)
            unit.queryset = Unit.objects.exclude(kind__in=kinds)
            unit.empty_label = _("everybody")
            return
        led = [row.pk for row in units_led(user)]
        unit.queryset = Unit.objects.filter(pk__in=led)
        unit.required, unit.empty_label = True, None

    def clean_order(self) -> int:
        return int(self.cleaned_data.get("order") or 0)
