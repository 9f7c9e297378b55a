"""The forms about papers: printing one, recording what became of it, its template."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from accounts.roles import Role
from govmap.lib.localized import localized
from workflow.models import (
    PaperDelivery,
    PaperOffice,
    PaperTemplate,
    Phase,
)
from workflow.papers.about import KINDS
from workflow.papers.filling import LONGEST_ANSWER
from workflow.papers.loading import problems_of


class DayInput(forms.DateInput):
    """The browser's own, which wants its value as 2026-11-22."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _dressed(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field.widget, forms.CheckboxInput):
            field.widget.attrs["class"] = "form-check-input"
        elif isinstance(field.widget, forms.Select):
            field.widget.attrs["class"] = "form-select"
        else:
            field.widget.attrs["class"] = "form-control"


class PrintForm(forms.Form):
    """To whom, and what the template asks for."""

    def __init__(self, template: PaperTemplate, to: str, *args: Any) -> None:
        super().__init__(*args)
        if template.to:
            self.fields["to_name"] = forms.CharField(
                label=gettext_lazy("Addressed to"),
                max_length=120,
                required=False,
                initial=to,
            )
        for one in template.asks:
            self.fields[one["name"]] = _asked(one)
        _dressed(self)


def _asked(one: dict[str, Any]) -> forms.Field:
    said: dict[str, Any] = {
        "label": localized(one["label"]),
        "required": bool(one.get("required")),
        "initial": one.get("usual", ""),
    }
    kind = one.get("kind", "text")
    if kind == "day":
        return forms.DateField(widget=DayInput(), **said)
    if kind == "long":
        area = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(max_length=LONGEST_ANSWER, widget=area, **said)
    return forms.CharField(max_length=200, **said)


def said_in(form: PrintForm) -> dict[str, str]:
    """The answers as a paper says them: a day in words."""
    return {
        name: f"{value.year}年{value.month}月{value.day}日"
        if hasattr(value, "isoformat")
        else str(value or "")
        for name, value in form.cleaned_data.items()
    }


class DeliveryForm(forms.ModelForm):
    class Meta:
        model = PaperDelivery
        fields = ("how", "day", "received_by", "note")
        labels = {"day": gettext_lazy("Delivered on")}
        widgets = {"day": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        self.fields["how"].initial = PaperDelivery.How.HANDED
        _dressed(self)

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class OfficeForm(forms.ModelForm):
    class Meta:
        model = PaperOffice
        fields = ("unit", "short", "signs_as", "phone", "address")
        labels = {"unit": gettext_lazy("Unit")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = Unit.objects.exclude(kind=Unit.Kind.COMMUNITY)
        if self.instance.pk:
            unit.disabled = True
        _dressed(self)


class TemplateForm(forms.ModelForm):
    """A new version. What the body may name depends on what it is about."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=80, required=False
    )
    who = forms.CharField(
        label=gettext_lazy("Who prints it"),
        help_text=gettext_lazy("role@unit, with commas: dispatcher@street."),
        max_length=600,
    )
    phases = forms.MultipleChoiceField(
        label=gettext_lazy("Only in the phases"),
        choices=Phase.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    effects = forms.CharField(
        label=gettext_lazy("Only once this was done"),
        help_text=gettext_lazy("Effects of moves, with commas, as assign_host."),
        max_length=200,
        required=False,
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
        strip=False,
    )

    class Meta:
        model = PaperTemplate
        fields = ("size", "number_rule", "to", "leaves", "many")
        labels = {
            "size": gettext_lazy("Paper size"),
            "number_rule": gettext_lazy("Number"),
            "to": gettext_lazy("Addressed to the"),
            "leaves": gettext_lazy("It leaves the house: mask names and numbers"),
            "many": gettext_lazy("Those of a day may be printed together"),
        }
        help_texts = {
            "number_rule": gettext_lazy(
                "With {unit}, {year} and {serial}; empty: it has none."
            ),
        }

    field_order = (
        *("title", "title_en", "number_rule", "size", "who", "to", "phases"),
        *("effects", "leaves", "many", "body"),
    )

    def __init__(self, template: PaperTemplate, data: Any = None) -> None:
        self.template = template
        super().__init__(data, instance=template, initial=self._initial())
        names = sorted(KINDS[template.about].unit_names)
        self.fields["to"] = forms.ChoiceField(
            label=self.fields["to"].label,
            choices=[("", _("nobody")), *((name, name) for name in names)],
            required=False,
        )
        self.order_fields(self.field_order)
        _dressed(self)
        self.fields["phases"].widget.attrs.pop("class")
        self.fields["body"].widget.attrs["class"] = "form-control paper-source"

    def _initial(self) -> dict[str, Any]:
        row = self.template
        return {
            "title": row.titles.get("zh-hans", ""),
            "title_en": row.titles.get("en", ""),
            "who": ", ".join(f"{one['role']}@{one['at']}" for one in row.who),
            "phases": row.phases,
            "effects": ", ".join(row.effects),
            "body": row.body,
        }

    def clean_who(self) -> list[dict[str, str]]:
        units = KINDS[self.template.about].unit_names
        parts = [part.strip() for part in self.cleaned_data["who"].split(",")]
        who = []
        for part in filter(None, parts):
            role, _at, unit = part.partition("@")
            if role not in Role.values or unit not in units:
                known = ", ".join(sorted(units))
                raise forms.ValidationError(
                    _("“%(part)s” is no role at a unit. Units are: %(known)s.")
                    % {"part": part, "known": known}
                )
            who.append({"role": role, "at": unit})
        return who

    def clean_effects(self) -> list[str]:
        said = self.cleaned_data["effects"].split(",")
        return [part.strip() for part in said if part.strip()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        row = self.as_template()
        for problem in problems_of(row):
            self.add_error("body", problem)
        return data

    def _post_clean(self) -> None:
        """The instance is the version before: it is not filled."""

    def as_template(self) -> PaperTemplate:
        """The version that this would be, not saved."""
        sent, before = self.cleaned_data, self.template
        titles = {"zh-hans": sent["title"]}
        if sent.get("title_en"):
            titles["en"] = sent["title_en"]
        return PaperTemplate(
            code=before.code,
            about=before.about,
            asks=before.asks,
            order=before.order,
            titles=titles,
            body=sent["body"].replace("\r\n", "\n"),
            **{
                name: sent[name]
                for name in (*self.Meta.fields, "who", "phases", "effects")
            },
        )


class CopyForm(forms.Form):
    code = forms.SlugField(label=gettext_lazy("Code of the copy"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dressed(self)

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if PaperTemplate.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a paper of this code already."))
        return code
