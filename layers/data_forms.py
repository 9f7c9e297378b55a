"""What is sent with a file, and what may be told about it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

# What Chinese surveyors send most; any other may be typed.
USUAL_CRS = (
    ("EPSG:4490", "CGCS2000"),
    ("EPSG:4326", "WGS 84"),
    ("EPSG:4527", "CGCS2000 / 3° GK zone 39"),
    ("EPSG:4548", "CGCS2000 / 3° GK CM 117°E"),
    ("EPSG:4526", "CGCS2000 / 3° GK zone 38"),
    ("EPSG:4547", "CGCS2000 / 3° GK CM 114°E"),
    ("EPSG:4528", "CGCS2000 / 3° GK zone 40"),
    ("EPSG:4549", "CGCS2000 / 3° GK CM 120°E"),
    ("EPSG:3857", "Web Mercator"),
)
ENCODINGS = (
    ("", gettext_lazy("found by itself")),
    ("GBK", "GBK / GB18030"),
    ("UTF-8", "UTF-8"),
    ("BIG5", "Big5"),
)


class ToldForm(forms.Form):
    """What the file does not say of itself."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    crs = forms.CharField(
        label=gettext_lazy("Coordinate system"), max_length=80, required=False
    )
    # One of the likely systems that a failed import named; the typed one wins.
    candidate = forms.CharField(max_length=120, required=False)
    encoding = forms.ChoiceField(
        label=gettext_lazy("Encoding"), choices=ENCODINGS, required=False
    )
    layer = forms.CharField(
        label=gettext_lazy("Layer in the file"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uuid": uuid7(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.usual_crs = USUAL_CRS

    @property
    def told(self) -> dict[str, str]:
        """The options of an import run."""
        data = self.cleaned_data
        return {
            "crs": data["crs"].strip() or data["candidate"],
            "encoding": data["encoding"],
            "layer": data["layer"].strip(),
        }


class ImportForm(ToldForm):
    """A file for a layer."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        error_messages={
            "required": gettext_lazy("No file is chosen. Choose one, or drop it here."),
            "empty": gettext_lazy("The file is empty. Send it again."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Split it.")
                % {"limit": settings.IMPORT_MAX_BYTES >> 20}
            )
        return file
