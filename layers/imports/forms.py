"""What is sent with a file, and what is answered when the file leaves a question."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from layers.imports import systems
from layers.imports.columns import PLACES, Columns, Line

ENCODINGS = (
    ("", gettext_lazy("found by itself")),
    ("GBK", "GBK / GB18030"),
    ("UTF-8", "UTF-8"),
    ("BIG5", "Big5"),
)
FIRST_DAY = date(1900, 1, 1)
AHEAD = timedelta(days=366)
# A shapefile is several files; so many names belong to one at most.
MOST_FILES = 40
WHOLE, PART = "", "part"
SHOWN_SAMPLES = 40
PLACE_NAMES = {
    "x": gettext_lazy("Longitude or east"),
    "y": gettext_lazy("Latitude or north"),
    "wkt": gettext_lazy("Geometry as WKT"),
    "address": gettext_lazy("Address"),
}


class ToldForm(forms.Form):
    """What the file does not say of itself."""

    crs = forms.CharField(
        label=gettext_lazy("Coordinate system"), max_length=80, required=False
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False
    )
    layer = forms.CharField(
        label=gettext_lazy("Layer in the file"), max_length=200, required=False
    )

    @property
    def usual_crs(self) -> list[tuple[str, str]]:
        return list(systems.choices())

    @property
    def told(self) -> dict[str, Any]:
        """The options of an import run, as far as they were answered."""
        data = self.cleaned_data
        return {
            "crs": data["crs"].strip(),
            "encoding": data["encoding"],
            "layer": data["layer"].strip(),
        }


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file, or the loose parts of one shapefile."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
        files = [super(FilesField, self).clean(file, initial) for file in given]
        self._check(files)
        return files

    def _check(self, files: Sequence[UploadedFile]) -> None:
        if sum(file.size or 0 for file in files) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Split it.")
                % {"limit": settings.IMPORT_MAX_BYTES >> 20}
            )
        if len(files) < 2:
            return
        names = {_name_of(file).lower() for file in files}
        shapes = [name for name in names if name.endswith(".shp")]
        if len(shapes) != 1 or len(names) != len(files) or len(names) > MOST_FILES:
            raise forms.ValidationError(
                _(
                    "Several files are taken only as the parts of one shapefile (.shp,"
                    " .shx, .dbf, .prj, .cpg). Choose those, or one file."
                )
            )


class ImportForm(ToldForm):
    """A file for a layer."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    file = FilesField(
        label=gettext_lazy("File"),
        error_messages={
            "required": gettext_lazy("No file is chosen. Choose one, or drop it here."),
            "empty": gettext_lazy("The file is empty. Send it again."),
        },
    )
    as_of = forms.DateField(
        label=gettext_lazy("True as of"),
        required=False,
        error_messages={
            "invalid": gettext_lazy("This is no day. Write it as 2024-05-01.")
        },
    )
    extent = forms.ChoiceField(
        choices=(
            (WHOLE, gettext_lazy("the whole layer")),
            (PART, gettext_lazy("only what is new or changed")),
        ),
        required=False,
    )
    look = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual = {"uuid": uuid7(), "as_of": timezone.localdate().isoformat()}
        kwargs["initial"] = {**usual, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day and not FIRST_DAY <= day <= timezone.localdate() + AHEAD:
            raise forms.ValidationError(
                _("The day lies too far off. Give the day from which the data is true.")
            )
        return day

    @property
    def told(self) -> dict[str, Any]:
        day = self.cleaned_data["as_of"]
        return {
            **super().told,
            "as_of": day.isoformat() if day else "",
            "part": self.cleaned_data["extent"] == PART,
            "look": self.cleaned_data["look"],
        }

    def upload(self) -> tuple[BinaryIO, str]:
        """What to keep, and its name: one file as it is, several as one zip."""
        files: list[UploadedFile] = self.cleaned_data["file"]
        if len(files) == 1:
            return cast(BinaryIO, files[0].file), files[0].name or ""
        shape = next(file for file in files if _name_of(file).lower().endswith(".shp"))
        return _zipped(files), f"{Path(_name_of(shape)).stem}.zip"


def _name_of(file: UploadedFile) -> str:
    return Path(file.name or "").name


def _zipped(files: Iterable[UploadedFile]) -> BinaryIO:
    """The same parts make the same bytes, whenever they are sent."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115 (its reader closes it)
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted(files, key=_name_of):
            with archive.open(zipfile.ZipInfo(_name_of(file)), "w") as part:
                for chunk in file.chunks():
                    part.write(chunk)
    packed.seek(0)
    return packed


class AnswerForm(ToldForm):
    """The answers to what a file left open, with a field for each column asked.

    ``columns`` knows the layer's fields and the file's columns.
    """

    # One of the likely systems; what is typed wins.
    candidate = forms.CharField(max_length=120, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        options: Mapping[str, Any],
        columns: Columns | None = None,
    ) -> None:
        super().__init__(data, initial=dict(options))
        if data is not None and "field_0" not in data:
            columns = None  # that question was not answered
        self.columns = columns
        if columns is None:
            return
        names = [(name, self._with_samples(name)) for name in columns.names]
        for number, name in enumerate(columns.fields):
            self.fields[f"field_{number}"] = forms.ChoiceField(
                choices=[("", _("not in the file")), *names],
                required=name == columns.key,
                initial=columns.proposed(name),
                error_messages={
                    "required": gettext_lazy(
                        "Rows are known by this field. Choose one."
                    )
                },
            )
        for place in PLACES:
            self.fields[f"place_{place}"] = forms.ChoiceField(
                label=PLACE_NAMES[place],
                choices=[("", "–"), *names],
                required=False,
                initial=columns.places.get(place, ""),
            )

    def _with_samples(self, name: str) -> str:
        """A column with its first values, so that one sees what is in it."""
        samples = ", ".join((self.columns and self.columns.samples.get(name)) or [])
        return f"{name} · {samples[:SHOWN_SAMPLES]}" if samples else name

    def mapping(self) -> Iterator[tuple[Line, forms.BoundField]]:
        """Each field of the layer with its choice of column."""
        for line in self.columns.lines() if self.columns else ():
            yield line, self[f"field_{line.number}"]

    def places(self) -> list[forms.BoundField]:
        if self.columns is None or not self.columns.asks_places:
            return []
        return [self[f"place_{place}"] for place in PLACES]

    @property
    def told(self) -> dict[str, Any]:
        data, told = self.cleaned_data, super().told
        told["crs"] = told["crs"] or data["candidate"]
        told["look"] = False
        if self.columns is not None:
            chosen = {
                name: data[f"field_{number}"]
                for number, name in enumerate(self.columns.fields)
            }
            # What the names say needs no telling, nor remembering.
            told["columns"] = {
                name: column
                for name, column in chosen.items()
                if column != self.columns.named(name)
            }
            told["places"] = {
                place: data[f"place_{place}"]
                for place in PLACES
                if data.get(f"place_{place}")
            }
        return told
