"""What people say about an export of an old system."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.models import OldImport, OldSystem, OldWord
from cases.old.columns import COLUMNS
from layers.imports import systems
from layers.reading import crs
from layers.reading.trouble import Trouble
from workflow.models import Category


class SystemField(forms.ModelChoiceField):
    """Systems by their names; the empty one is a new one."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class OldFileForm(forms.Form):
    """A file, and the system that it comes from."""

    system = SystemField(
        OldSystem.objects.all(),
        label=_("Old system"),
        required=False,
        empty_label=_("a new one, named below"),
    )
    system_name = forms.CharField(
        label=_("Name of a new system"), max_length=100, required=False
    )
    file = forms.FileField(label=_("File"))
    crs = forms.CharField(
        label=_("Coordinate system of its columns"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"list": "old-systems"}),
    )

    def clean_crs(self) -> str:
        return checked_crs(self.cleaned_data["crs"])

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        if not sent.get("system") and not sent.get("system_name", "").strip():
            self.add_error("system_name", _("Name the system that the file is from."))
        return sent

    def system_asked(self) -> OldSystem:
        """The chosen one, or one of that name, made where there is none."""
        if chosen := self.cleaned_data["system"]:
            return chosen
        name = self.cleaned_data["system_name"].strip()
        if there := OldSystem.objects.filter(name=name).first():
            return there
        number = OldSystem.objects.count() + 1
        code = slugify(name)[:30] or f"system-{number}"
        if OldSystem.objects.filter(code=code).exists():
            code = f"{code}-{number}"
        return OldSystem.objects.create(code=code, name=name)


def checked_crs(code: str) -> str:
    """Raises ValidationError for what is no system that can be used."""
    code = code.strip()
    if code:
        try:
            system = crs.parse_system(code, "told", local=systems.definitions())
            crs.Reprojection(system)
        except Trouble as trouble:
            raise forms.ValidationError(
                _("There is no such coordinate system that can be used here.")
            ) from trouble
    return code


class AnswerForm(forms.Form):
    """What the look left open: the coordinates, columns, classes and units."""

    crs = forms.CharField(required=False, max_length=60)

    def __init__(self, run: OldImport, *args: Any) -> None:
        super().__init__(*args)
        self.run = run
        self.unmapped = run.report.get("unmapped", {})
        self.titles = run.report.get("columns", {})

    def clean_crs(self) -> str:
        return checked_crs(self.cleaned_data["crs"])

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        sent["columns"] = {
            column.name: title
            for column in COLUMNS
            if (title := self.data.get(f"column-{column.name}", "").strip()[:100])
            and title != self.titles.get(column.title)
        }
        sent["words"] = [*self._classes(), *self._units()]
        return sent

    def _classes(self) -> list[OldWord]:
        told = self._told("class")
        known = {f"{row.kind}/{row.code}": row for row in Category.objects.choosable()}
        return [
            OldWord(sort=OldWord.Sort.CLASS, word=word, category=known[code])
            for word, code in told.items()
            if self._is_there(code, known)
        ]

    def _units(self) -> list[OldWord]:
        told = {**self._told("street"), **self._told("unit")}
        units = Unit.objects.filter(code__in=set(told.values()))
        known = {unit.code: unit for unit in units}
        return [
            OldWord(sort=OldWord.Sort.UNIT, word=word, unit=known[code])
            for word, code in told.items()
            if self._is_there(code, known)
        ]

    def _told(self, sort: str) -> dict[str, str]:
        """{word of the file: the code that was typed before the first blank}."""
        found = {}
        for number, (word, _count) in enumerate(self.unmapped.get(sort, [])):
            said = self.data.get(f"{sort}-{number}", "").replace("\x00", "").strip()
            if said:
                found[word[:200]] = said.split()[0]
        return found

    def _is_there(self, code: str, known: dict[str, Any]) -> bool:
        if code not in known:
            text = _("“%(code)s” is neither a class nor a unit here.")
            self.add_error(None, text % {"code": code[:60]})
        return code in known


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=200)
