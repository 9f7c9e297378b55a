"""The forms of the calendar's page."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from workflow.models import Category, SpecialPeriod

SLOT = re.compile(r"(\d{1,2}:\d{2})\s*[-–—~至]\s*(\d{1,2}:\d{2})")
AREAS = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)
WEEKDAYS = (
    (0, gettext_lazy("Mon")),
    (1, gettext_lazy("Tue")),
    (2, gettext_lazy("Wed")),
    (3, gettext_lazy("Thu")),
    (4, gettext_lazy("Fri")),
    (5, gettext_lazy("Sat")),
    (6, gettext_lazy("Sun")),
)


def slots_as_text(slots: Any) -> str:
    return ", ".join(f"{start}-{end}" for start, end in slots)


class HoursForm(forms.Form):
    """Working slots of a day, and the days of the week that work."""

    slots = forms.CharField(label=gettext_lazy("Working hours"), max_length=120)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_slots(self) -> list[list[str]]:
        text = self.cleaned_data["slots"].replace("：", ":").replace("，", ",")
        parts = [part.strip() for part in re.split(r"[,;、]", text) if part.strip()]
        found = [SLOT.fullmatch(part) for part in parts]
        if not found or not all(found):
            raise forms.ValidationError(_("Write them as 08:00-12:00, 14:00-18:00."))
        return [[time.zfill(5) for time in match.groups()] for match in found if match]


class PeriodForm(forms.ModelForm):
    """A special period; its classes as codes, its two titles as two fields."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    title_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=60, required=False
    )
    classes = forms.CharField(
        label=gettext_lazy("Classes"),
        help_text=gettext_lazy("Codes as event/06 or part/01001; empty: all."),
        required=False,
        max_length=400,
    )

    class Meta:
        model = SpecialPeriod
        fields = (
            *("first_day", "last_day", "area", "name"),
            *("factor", "limit", "limit_type", "priority"),
        )
        labels = {
            "first_day": gettext_lazy("First day"),
            "last_day": gettext_lazy("Last day"),
            "area": gettext_lazy("Area it holds in"),
            "name": gettext_lazy("Which limit"),
            "factor": gettext_lazy("Factor"),
            "limit": gettext_lazy("Limit of its own"),
            "limit_type": gettext_lazy("Type of limit"),
            "priority": gettext_lazy("Priority"),
        }
        help_texts = {
            "name": gettext_lazy("Its name in the process, as disposal; empty: all."),
            "factor": gettext_lazy("0.5 halves every limit."),
            "priority": gettext_lazy(
                "Cases that it means come first while it is on, the greater before the"
                " others; 0 changes limits alone."
            ),
        }
        widgets = {
            "first_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    field_order = (
        *("title", "title_en", "first_day", "last_day", "area", "classes", "name"),
        *("factor", "limit", "limit_type", "priority"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        row = kwargs.get("instance")
        if row is not None:
            kwargs["initial"] = {
                "title": row.titles.get("zh-hans", ""),
                "title_en": row.titles.get("en", ""),
                "classes": ", ".join(row.classes),
            }
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = Unit.objects.filter(kind__in=AREAS)
        area.empty_label = _("everywhere")
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def clean_classes(self) -> list[str]:
        text = self.cleaned_data["classes"]
        codes = list(dict.fromkeys(re.split(r"[\s,，、]+", text.strip())))
        codes = [code for code in codes if code]
        for code in codes:
            kind, _slash, number = code.partition("/")
            if not Category.objects.filter(kind=kind, code=number).exists():
                raise forms.ValidationError(
                    _("There is no class “%(code)s”. Write it as event/06.")
                    % {"code": code}
                )
        return codes

    def clean_factor(self) -> Any:
        factor = self.cleaned_data["factor"]
        if factor is not None and factor <= 0:
            raise forms.ValidationError(_("A number above zero, please."))
        return factor

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("It ends before it begins."))
        if (data.get("limit") is None) != (not data.get("limit_type")):
            self.add_error("limit_type", _("A limit and its type belong together."))
        return data

    def save(self, commit: bool = True) -> SpecialPeriod:
        sent = self.cleaned_data
        self.instance.titles = {"zh-hans": sent["title"]}
        if sent["title_en"]:
            self.instance.titles["en"] = sent["title_en"]
        self.instance.classes = sent["classes"]
        return super().save(commit)
