"""What people say about a sheet: which register, which column is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from offices.models import ImportMapping, RegisterImport
from offices.models.register_import import IMPORTED
from offices.registers.forms import dress
from offices.registers.importing.columns import FIELDS, Field

CHOICES = [(one.value, one.label) for one in IMPORTED]
TITLE_MOST = 200


def mappings_of(user: User, register: str = "") -> Any:
    """Mappings that somebody of his units kept."""
    rows = ImportMapping.objects.filter(unit__in={post.unit_id for post in user.posts})
    return rows.filter(register=register) if register else rows


class _Mapping(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_register_display()} · {obj.name}"


class SheetForm(forms.Form):
    """A file, the register it is for, and a mapping that was kept."""

    register = forms.ChoiceField(label=_("register"), choices=CHOICES)
    mapping = _Mapping(
        ImportMapping.objects.none(),
        label=_("Mapping of the columns"),
        required=False,
        empty_label=_("guess by the titles"),
    )
    file = forms.FileField(label=_("File"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["mapping"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = mappings_of(user)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"
        dress(self)

    def columns(self) -> dict[str, str]:
        """Of the chosen mapping, where it is of the same register."""
        kept = self.cleaned_data.get("mapping")
        if kept is None or kept.register != self.cleaned_data["register"]:
            return {}
        return dict(kept.columns)


class MappingForm(forms.Form):
    """Which title is which field, as the page sends it: ``column-<field>``."""

    another = forms.BooleanField(required=False)
    keep_as = forms.CharField(max_length=60, required=False)

    def __init__(self, run: RegisterImport, *args: Any) -> None:
        super().__init__(*args)
        self.run = run

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        sent["columns"] = self._columns()
        twice = [title for title in sent["columns"].values() if title]
        if len(set(twice)) < len(twice):
            self.add_error(None, _("One column is chosen for two fields."))
        return sent

    def _columns(self) -> dict[str, str]:
        """{field: title}, "" where the page says that no column is it."""
        there = set(self.run.report.get("titles", []))
        found = {}
        for one in FIELDS[self.run.register]:
            title = self.data.get(f"column-{one.name}")
            if title is not None and (not title or title in there):
                found[one.name] = title[:TITLE_MOST]
        return found


def mapped(run: RegisterImport) -> list[tuple[Field, str]]:
    """Each field with the title that it was found under."""
    columns = run.report.get("columns", {})
    return [(one, columns.get(one.name, "")) for one in FIELDS[run.register]]
