"""The form of a group of fields and its owner."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from offices.models import Code, FieldOwner, Register
from offices.models.ownership import LABEL
from offices.ownership.values import FORMS, LISTS
from offices.registers.forms import dress
from offices.registers.owning import WORDS


def fields_in(register: str) -> list[tuple[str, str]]:
    """(name, title) of all fields that may be owned, labels last."""
    form = FORMS[register]()
    named = [(name, str(field.label)) for name, field in form.fields.items()]
    rows = Code.objects.in_use().filter(list__code=LISTS.get(Register(register)))
    return named + [(f"{LABEL}{row.code}", str(row)) for row in rows]


def owners() -> list[tuple[str, str]]:
    """Whose fields may be: the community, who entered it, an office of the street."""
    found = {code: str(words) for code, words in WORDS.items()}
    offices = Unit.objects.filter(kind=Unit.Kind.OFFICE).select_related("parent")
    offices = offices.order_by("code")
    for unit in offices:
        # Each street has its own: they are called without the street's name.
        name = str(unit).removeprefix(str(unit.parent or ""))
        found.setdefault(unit.code.partition("-")[2] or unit.code, name)
    return list(found.items())


class OwnerForm(forms.ModelForm):
    """Which fields, whose, and how long the answer may take."""

    chinese = forms.CharField(label=gettext_lazy("Chinese"), max_length=60)
    english = forms.CharField(
        label=gettext_lazy("English"), max_length=80, required=False
    )
    owner = forms.ChoiceField(label=gettext_lazy("Owner unit"))
    fields_ = forms.MultipleChoiceField(
        label=gettext_lazy("Fields and labels"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = FieldOwner
        fields = ("code", "days")

    field_order = ("code", "chinese", "english", "owner", "days", "fields_")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        known = owners()
        if row.owner not in dict(known):
            known.append((row.owner, row.owner))
        self.fields["owner"].choices = known  # type: ignore[attr-defined]
        self.fields["fields_"].choices = fields_in(row.register)  # type: ignore[attr-defined]
        self.fields["days"].min_value = 1  # type: ignore[attr-defined]
        if row.pk:
            self.fields["code"].disabled = True
            self.initial = {
                **self.initial,
                "chinese": row.titles.get("zh-hans", ""),
                "english": row.titles.get("en", ""),
                "fields_": row.fields,
                "owner": row.owner,
            }
        dress(self)
        del self.fields["fields_"].widget.attrs["class"]

    def clean_days(self) -> int:
        days = int(self.cleaned_data["days"])
        if days < 1:
            raise ValidationError(_("The owner needs a day at least."))
        return days

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        same = FieldOwner.objects.filter(register=self.instance.register, code=code)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a group with this code already."))
        return code

    def clean_fields_(self) -> list[str]:
        """A field has one owner."""
        names = list(self.cleaned_data["fields_"])
        others = FieldOwner.objects.filter(register=self.instance.register)
        for row in others.exclude(pk=self.instance.pk):
            if taken := set(names) & set(row.fields):
                titles = dict(fields_in(row.register))
                said = _("%(fields)s belong to “%(group)s” already.")
                words = "、".join(titles.get(name, name) for name in sorted(taken))
                raise ValidationError(said % {"fields": words, "group": row})
        return names

    def save(self, commit: bool = True) -> FieldOwner:
        row: FieldOwner = super().save(commit=False)
        said = self.cleaned_data
        row.titles = {"zh-hans": said["chinese"], "en": said["english"]}
        row.fields, row.owner = said["fields_"], said["owner"]
        row.save()
        return row
