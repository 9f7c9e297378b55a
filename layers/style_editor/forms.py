"""One style of a layer as a form: what is typed becomes an entry of the vocabulary.

The forms only collect. Whether a value will do is said by `style_check`, which reads
site packages too; its problems land beside the field that they speak of.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from layers.models import Feature, Layer
from layers.styles import check as style_check
from layers.styles import palettes
from layers.styles.check import Entry, Problem
from layers.styles.vocabulary import PALETTE, SIGN_LENGTH, default_style

NO_COLOUR = "none"
BETWEEN = "|"  # several values of one class
SAMPLE = 50  # rows that are asked for their fields
LOOK_NUMBERS = ("opacity", "width", "radius")
# Signs that hardware and street furniture are drawn by; any other may be typed.
USUAL_SIGNS = tuple("井灯树箱站校医警厕火电水气泊阀亭●■▲★＋")
DASHES = ("", "2 2", "4 3", "8 3", "8 3 2 3")
TYPES = (
    ("simple", _("one look")),
    ("categorical", _("by value")),
    ("graduated", _("by range")),
)
METHODS = (
    ("quantile", _("equal counts")),
    ("natural", _("natural breaks")),
    ("equal", _("equal steps")),
)


def text(**more: Any) -> forms.CharField:
    return forms.CharField(max_length=200, required=False, **more)


class LookForm(forms.Form):
    """What one class, or the whole style, looks like; empty: as above it."""

    color = text()
    opacity = text()
    outline = text()
    width = text()
    dash = text()
    radius = text()
    sign = text()
    title = text()
    title_en = text()

    def entry(self) -> Entry:
        said = self.cleaned_data
        made: Entry = {
            name: _colour(said[name]) for name in ("color", "outline") if said[name]
        }
        made |= {name: _number(said[name]) for name in LOOK_NUMBERS if said[name]}
        if said["dash"]:
            made["dash"] = _dash(said["dash"])
        if said["sign"]:
            made["sign"] = said["sign"]
        title = {"zh-hans": said["title"], "en": said["title_en"]}
        if any(title.values()):
            made["title"] = {key: value for key, value in title.items() if value}
        return made


class StyleForm(LookForm):
    """The style itself, and how its classes are proposed."""

    code = text()
    type = forms.ChoiceField(choices=TYPES, required=False)
    field = text()
    minzoom = text()
    maxzoom = text()
    others = forms.BooleanField(required=False)
    other_color = text()
    other_title = text()
    palette = text()
    method = text()
    count = forms.IntegerField(required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def entry(self) -> Entry:
        said = self.cleaned_data
        kind = said["type"] or "simple"
        made = {"code": said["code"], "type": kind, **super().entry()}
        for name in ("minzoom", "maxzoom"):
            if said[name]:
                made[name] = _number(said[name])
        if kind != "simple":
            made["field"] = said["field"]
            if said["others"]:
                made["other"] = self._other()
        return made

    def _other(self) -> Entry:
        said = self.cleaned_data
        made: Entry = {"color": _colour(said["other_color"] or palettes.NEUTRAL)}
        if said["other_title"]:
            made["title"] = {"zh-hans": said["other_title"]}
        return made


class ClassForm(LookForm):
    value = text()

    @property
    def is_empty(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("value", "color"))

    def entry_of(self, kind: str) -> Entry:
        said = self.cleaned_data["value"]
        if kind == "graduated":
            return {"from": _number(said), **self.entry()}
        values = [part.strip() for part in said.split(BETWEEN) if part.strip()]
        return {"value": values if len(values) != 1 else values[0], **self.entry()}


class LabelForm(forms.Form):
    field = text()
    minzoom = text()
    size = text()
    color = text()
    only = text()
    tail = text()
    along = forms.BooleanField(required=False)
    strong = forms.BooleanField(required=False)

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("field")

    def entry(self) -> Entry:
        said = self.cleaned_data
        made: Entry = {"field": said["field"]}
        for name in ("minzoom", "size", "tail"):
            if said[name]:
                made[name] = _number(said[name])
        if said["color"]:
            made["color"] = _colour(said["color"])
        if only := [part.strip() for part in said["only"].split(BETWEEN) if part]:
            made["only"] = only
        return made | {name: True for name in ("along", "strong") if said[name]}


ClassFormSet = forms.formset_factory(
    ClassForm,
    extra=0,
    can_order=True,
    can_delete=True,
    max_num=style_check.MOST_CLASSES + 1,
    absolute_max=2 * style_check.MOST_CLASSES,
)
LabelFormSet = forms.formset_factory(
    LabelForm,
    extra=0,
    can_delete=True,
    max_num=style_check.MOST_LABELS,
    absolute_max=2 * style_check.MOST_LABELS,
)


class StyleDraft:
    """A style as it stands in the form: read, checked, changed, and made an entry."""

    def __init__(
        self,
        layer: Layer,
        *,
        entry: Entry | None = None,
        posted: Mapping[str, Any] | None = None,
        seen: str = "",
    ) -> None:
        """Of a saved entry, or of what was sent."""
        self.layer = layer
        self.errors: dict[str, str] = {}  # by the name of the field in the page
        self.note = ""  # of the whole
        given = entry or {}
        self.head = StyleForm(posted, initial={**_head(given), "seen": seen})
        self.classes = ClassFormSet(
            posted, initial=[_class(row) for row in _rows_of(given)], prefix="classes"
        )
        self.labels = LabelFormSet(
            posted, initial=[_label(row) for row in _labels_of(given)], prefix="labels"
        )

    @classmethod
    def of_entry(cls, layer: Layer, entry: Entry, seen: str) -> "StyleDraft":
        return cls(layer, entry={**default_look(layer), **entry}, seen=seen)

    def read(self) -> None:
        """What was typed, whatever it is worth; `cleaned_data` is there then."""
        for form in self._forms():
            form.is_valid()
            for name in form.fields:
                # Too long, or no choice of ours: `problems` says so.
                form.cleaned_data.setdefault(name, None if name == "count" else "")

    def _forms(self) -> list[forms.Form]:
        return [self.head, *self.classes.forms, *self.labels.forms]

    @cached_property
    def fields(self) -> list[Entry]:
        """What a class or a label may go by: the schema's attributes, or those that
        rows have where it lays none down."""
        if self.layer.schema:
            return list(self.layer.schema)
        rows = Feature.objects.filter(layer=self.layer).current()
        sample = rows.values_list("properties", flat=True)[:SAMPLE]
        names = dict.fromkeys(name for said in sample for name in said)
        return [{"name": name, "title": {"zh-hans": name}} for name in names]

    @property
    def kind(self) -> str:
        return str(self.head["type"].value() or "simple")

    def entry(self) -> Entry:
        made = self.head.entry()
        if made["type"] == "categorical":
            made["values"] = [row.entry_of("categorical") for row in self.class_rows()]
        elif made["type"] == "graduated":
            made["steps"] = [row.entry_of("graduated") for row in self.class_rows()]
        if labels := [row.entry() for row in self.label_rows()]:
            made["label"] = labels
        return made

    def class_rows(self) -> list[ClassForm]:
        """Those that say something, in the order asked for."""
        rows: list[ClassForm] = [row for row in _kept(self.classes) if not row.is_empty]
        return sorted(rows, key=lambda row: row.cleaned_data.get("ORDER") or 10_000)

    def label_rows(self) -> list[LabelForm]:
        return [row for row in _kept(self.labels) if not row.is_empty]

    def problems(self) -> dict[str, str]:
        """What is wrong, by the name of the field in the page."""
        ground = style_check.Ground.of(self.layer.schema)
        found = {
            form.add_prefix(name): str(texts[0])
            for form in self._forms()
            for name, texts in form.errors.items()
        }
        for problem in style_check.of_style(self.entry(), ground):
            form, name = self._field_of(problem)
            found.setdefault(form.add_prefix(name), problem.text)
        return found

    def _field_of(self, problem: Problem) -> tuple[forms.Form, str]:
        """The form's field that a path of the vocabulary speaks of."""
        match problem.path:
            case ("values" | "steps", int(number), str(name), *_):
                name = "value" if name in {"value", "from"} else name
                return self.class_rows()[number], name
            case ("label", int(number), str(name), *_):
                return self.label_rows()[number], name
            case ("other", str(name), *_):
                return self.head, f"other_{name}"
            case ("values" | "steps", *_):
                return self.head, "palette"
            case (str(name), *_) if name in self.head.fields:
                return self.head, name
        return self.head, "type"

    def with_rows(
        self, *, classes: list[Entry] | None = None, more: str = ""
    ) -> "StyleDraft":
        """The same with other classes, or one more empty row of ``more``."""
        entry = self.entry()
        rows = [_class(row) for row in _rows_of(entry)]
        labels = [_label(row) for row in _labels_of(entry)]
        if classes is not None:
            rows = [_class(row) for row in classes]
        if more == "classes":
            rows.append({})
        if more == "labels":
            labels.append({"minzoom": "16", "size": "12"})
        draft = StyleDraft(self.layer)
        draft.head = StyleForm(initial={**self.head.cleaned_data})
        draft.classes = ClassFormSet(initial=rows, prefix="classes")
        draft.labels = LabelFormSet(initial=labels, prefix="labels")
        return draft

    @property
    def choices(self) -> dict[str, Any]:
        """What the page offers to choose from."""
        return {
            "palette_words": list(PALETTE),
            "signs": USUAL_SIGNS,
            "sign_length": SIGN_LENGTH,
            "dashes": DASHES,
            "types": TYPES,
            "methods": METHODS,
            "for_values": palettes.FOR_VALUES,
            "for_ranges": palettes.FOR_RANGES,
        }


def default_look(layer: Layer) -> Entry:
    """What a style of this layer starts from where it says nothing itself."""
    usual = default_style(layer)
    names = ("color", "opacity", "outline", "width", "radius")
    return {name: usual[name] for name in names if name in usual}


def _kept(rows: "BaseFormSet[Any]") -> Iterator[Any]:
    return (row for row in rows.forms if not row.cleaned_data.get("DELETE"))


def _rows_of(entry: Entry) -> Iterable[Entry]:
    kind = entry.get("type", "simple")
    return entry.get("steps" if kind == "graduated" else "values") or ()


def _labels_of(entry: Entry) -> list[Entry]:
    said = entry.get("label")
    return said if isinstance(said, list) else [said] if said else []


def _head(entry: Entry) -> Entry:
    other = entry.get("other")
    look = other if isinstance(other, dict) else {"color": other}
    return {
        **_look(entry),
        "code": entry.get("code", "plain"),
        "type": entry.get("type", "simple"),
        "field": entry.get("field", ""),
        "minzoom": _shown(entry.get("minzoom")),
        "maxzoom": _shown(entry.get("maxzoom")),
        "others": bool(other),
        "other_color": _colour_text(look, "color") if other else "",
        "other_title": (look.get("title") or {}).get("zh-hans", ""),
        "count": 5,
    }


def _class(row: Entry) -> Entry:
    said = row.get("value", row.get("from"))
    values = said if isinstance(said, list) else [said]
    joined = f" {BETWEEN} ".join(_shown(value) for value in values)
    return {**_look(row), "value": joined}


def _label(row: Entry) -> Entry:
    only = row.get("only") or []
    many = only if isinstance(only, list) else [only]
    return {
        **{name: _shown(row.get(name)) for name in ("minzoom", "size", "tail")},
        "field": row["field"],
        "color": _colour_text(row, "color"),
        "only": f" {BETWEEN} ".join(map(str, many)),
        "along": bool(row.get("along")),
        "strong": bool(row.get("strong")),
    }


def _look(entry: Entry) -> Entry:
    title = entry.get("title") or {}
    return {
        **{name: _shown(entry.get(name)) for name in LOOK_NUMBERS},
        "color": _colour_text(entry, "color"),
        "outline": _colour_text(entry, "outline"),
        "dash": " ".join(map(_shown, entry.get("dash") or ())),
        "sign": entry.get("sign", ""),
        "title": title.get("zh-hans", ""),
        "title_en": title.get("en", ""),
    }


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _colour_text(entry: Entry, name: str) -> str:
    if name not in entry:
        return ""
    said = entry[name]
    if isinstance(said, dict):
        return f"{said.get('light')} / {said.get('dark')}"
    return said or NO_COLOUR


def _colour(said: str) -> Any:
    if said == NO_COLOUR:
        return None
    light, slash, dark = said.partition("/")
    if slash:
        return {"light": light.strip(), "dark": dark.strip()}
    return said.strip()


def _number(said: str) -> Any:
    """The number, or the text as it is: the checker says what is wrong with it."""
    try:
        number = float(said)
    except ValueError:
        return said
    if not math.isfinite(number):
        return said
    return int(number) if number == int(number) else number


def _dash(said: str) -> list[Any]:
    return [_number(step) for step in said.replace(",", " ").split()]
