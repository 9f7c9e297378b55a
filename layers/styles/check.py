"""Whether styles keep to the vocabulary of docs/map-styles.md.

One checker: a site package is read by it, and the style editor is told by it.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from govmap.lib.errors import BadInput
from layers.styles.vocabulary import PALETTE, SIGN_LENGTH, TYPES

Path = tuple[str | int, ...]
Entry = dict[str, Any]
HEX = re.compile(r"#[0-9a-fA-F]{6}")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_STYLES = 20
MOST_CLASSES = 100
MOST_LABELS = 8
MOST_TITLE = 60
# Numbers of a look and of a label, from and to.
BOUNDS: dict[str, tuple[float, float]] = {
    "opacity": (0, 1),
    "width": (0, 40),
    "radius": (0.5, 30),
    "minzoom": (0, 24),
    "maxzoom": (0, 24),
    "size": (8, 40),
    "tail": (0, 20),
}
LOOK = {"color", "opacity", "outline", "width", "dash", "radius", "sign"}
STYLE = LOOK | {"code", "title", "type", "field", "values", "steps", "other", "label"}
STYLE |= {"minzoom", "maxzoom"}
LABEL = {"field", "minzoom", "size", "along", "strong", "color", "only", "tail"}


@dataclass(frozen=True)
class Problem:
    """What is wrong where: ``path`` leads from a style to the value."""

    path: Path
    text: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.text}"


@dataclass(frozen=True)
class Ground:
    """What styles may speak of: the layer's fields by name, with their types.

    Empty where the schema lays nothing down: then every name will do.
    """

    fields: dict[str, str]

    @classmethod
    def of(cls, schema: list[Entry]) -> "Ground":
        return cls({entry["name"]: entry.get("type", "string") for entry in schema})


def check(styles: Any, schema: list[Entry], *, of: str) -> None:
    """Raises BadInput that names the first value that is wrong, and what to do.

    ``of`` says whose styles these are.
    """
    for problem in problems(styles, Ground.of(schema)):
        raise BadInput(f"{of}: styles.{problem}")


def problems(styles: Any, ground: Ground) -> Iterator[Problem]:
    """All that is wrong with a layer's list of styles."""
    if not isinstance(styles, list) or len(styles) > MOST_STYLES:
        text = _("Styles are a list of at most %(most)s.") % {"most": MOST_STYLES}
        yield Problem((), text)
        return
    codes: set[str] = set()
    for number, style in enumerate(styles):
        for problem in of_style(style, ground):
            yield Problem((number, *problem.path), problem.text)
        code = str(style.get("code", "plain")) if isinstance(style, dict) else ""
        if code in codes:
            text = _("Another style has this code. Choose another.")
            yield Problem((number, "code"), text)
        codes.add(code)


def of_style(style: Any, ground: Ground) -> Iterator[Problem]:
    """All that is wrong with one style."""
    if not isinstance(style, dict):
        yield Problem((), _("A style is an object with a type."))
        return
    yield from _strangers(style, STYLE)
    if not CODE.fullmatch(str(style.get("code", "plain"))):
        text = _("Use small letters, digits and - for the code, at most 40.")
        yield Problem(("code",), text)
    kind = style.get("type", "simple")
    if kind not in TYPES:
        text = _("Choose one of: %(types)s.") % {"types": ", ".join(TYPES)}
        yield Problem(("type",), text)
    yield from _title(style)
    yield from _look(style)
    yield from _zooms(style)
    if kind != "simple":
        yield from _deciding_field(style, kind, ground)
        yield from _classes(style, kind)
    yield from _labels(style.get("label"), ground)


def _deciding_field(style: Entry, kind: str, ground: Ground) -> Iterator[Problem]:
    name = style.get("field")
    if not name or not isinstance(name, str):
        yield Problem(("field",), _("Choose the field that decides the colour."))
        return
    if ground.fields and name not in ground.fields:
        yield Problem(("field",), _no_field(name))
    elif kind == "graduated" and ground.fields.get(name) not in {
        *("integer", "number", None)
    }:
        text = _("Ranges need a field of numbers. Choose another, or draw by value.")
        yield Problem(("field",), text)


def _classes(style: Entry, kind: str) -> Iterator[Problem]:
    part, key = ("values", "value") if kind == "categorical" else ("steps", "from")
    rows = style.get(part, [])
    if not isinstance(rows, list) or len(rows) > MOST_CLASSES:
        text = _("At most %(most)s classes, please.") % {"most": MOST_CLASSES}
        yield Problem((part,), text)
        return
    if not rows and not style.get("other"):
        yield Problem((part,), _("Without a class nothing is drawn. Add one."))
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            yield Problem((part, number), _("A class is an object."))
            continue
        inner = [*_strangers(row, LOOK | {key, "title"}), *_title(row), *_look(row)]
        inner += _class_value(row, key, seen)
        yield from (Problem((part, number, *one.path), one.text) for one in inner)
    if isinstance(other := style.get("other"), dict):
        inner = [*_strangers(other, LOOK | {"title"}), *_title(other), *_look(other)]
        yield from (Problem(("other", *one.path), one.text) for one in inner)
    elif other and not is_colour(other):
        yield Problem(("other",), _wrong_colour())


def _class_value(row: Entry, key: str, seen: set[str]) -> Iterator[Problem]:
    said = row.get(key)
    if key == "from":
        if not _is_number(said):
            yield Problem((key,), _("Write the number from which it counts."))
            return
        said = [said]
    values = said if isinstance(said, list) else [said]
    if not values or not all(
        isinstance(value, str | int | float) and value != "" for value in values
    ):
        yield Problem((key,), _("Write the value, or several with | between them."))
        return
    for value in map(str, values):
        if value in seen:
            text = _("“%(value)s” has a class already. Remove one of them.")
            yield Problem((key,), text % {"value": value})
        seen.add(value)


def _labels(said: Any, ground: Ground) -> Iterator[Problem]:
    rows = said if isinstance(said, list) else [said] if said else []
    if len(rows) > MOST_LABELS:
        text = _("At most %(most)s labels, please.") % {"most": MOST_LABELS}
        yield Problem(("label",), text)
    for number, row in enumerate(rows):
        for problem in _label(row, ground):
            yield Problem(("label", number, *problem.path), problem.text)


def _label(row: Any, ground: Ground) -> Iterator[Problem]:
    if not isinstance(row, dict):
        yield Problem((), _("A label is an object with a field."))
        return
    yield from _strangers(row, LABEL)
    name = row.get("field")
    if not name or not isinstance(name, str):
        yield Problem(("field",), _("Choose the field that is written."))
    elif ground.fields and name not in ground.fields:
        yield Problem(("field",), _no_field(name))
    yield from _numbers(row, ("minzoom", "size", "tail"))
    yield from _colours(row, ("color",))
    for key in ("along", "strong"):
        if not isinstance(row.get(key, False), bool):
            yield Problem((key,), _("Yes or no (true, false), please."))


def _look(row: Entry) -> Iterator[Problem]:
    yield from _colours(row, ("color", "outline"))
    yield from _numbers(row, ("opacity", "width", "radius"))
    dash = row.get("dash")
    if dash and not (
        isinstance(dash, list | tuple)
        and len(dash) in {2, 4}
        and all(_is_number(step) and 0 < step <= 40 for step in dash)
    ):
        text = _("Write two numbers, line and gap in widths: 4 3. Empty: no dashes.")
        yield Problem(("dash",), text)
    sign = row.get("sign", "")
    if not isinstance(sign, str) or len(sign) > SIGN_LENGTH:
        text = _("At most %(most)s signs fit on a point.") % {"most": SIGN_LENGTH}
        yield Problem(("sign",), text)


def _zooms(row: Entry) -> Iterator[Problem]:
    wrong = list(_numbers(row, ("minzoom", "maxzoom")))
    yield from wrong
    if not wrong and row.get("minzoom", 0) > row.get("maxzoom", 24):
        text = _("The last zoom lies before the first. Make it larger.")
        yield Problem(("maxzoom",), text)


def _numbers(row: Entry, names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        low, high = BOUNDS[name]
        if name in row and not (_is_number(row[name]) and low <= row[name] <= high):
            text = _("A number from %(low)s to %(high)s, please.")
            yield Problem((name,), text % {"low": f"{low:g}", "high": f"{high:g}"})


def _colours(row: Entry, names: tuple[str, ...]) -> Iterator[Problem]:
    for name in names:
        if row.get(name) is not None and not is_colour(row[name]):
            yield Problem((name,), _wrong_colour())


def is_colour(value: Any) -> bool:
    """A colour of the vocabulary: ``#rrggbb``, a word, or one for light and dark."""
    if isinstance(value, dict):
        parts = (value.get("light"), value.get("dark"))
        return set(value) <= {"light", "dark"} and all(
            isinstance(part, str) and bool(HEX.fullmatch(part)) for part in parts
        )
    return isinstance(value, str) and (
        value in PALETTE or bool(HEX.fullmatch(value)) or value == ""
    )


def _title(row: Entry) -> Iterator[Problem]:
    said = row.get("title") or {}
    if not isinstance(said, dict) or not all(
        isinstance(text, str) and len(text) <= MOST_TITLE for text in said.values()
    ):
        text = _("A title has at most %(most)s signs.") % {"most": MOST_TITLE}
        yield Problem(("title",), text)


def _strangers(row: Entry, known: set[str]) -> Iterator[Problem]:
    for name in row:
        if name not in known:
            text = _("“%(word)s” is no word of docs/map-styles.md.")
            yield Problem((name,), text % {"word": name})


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _no_field(name: str) -> str:
    text = _("The layer has no field “%(name)s”. Choose one of its fields.")
    return text % {"name": name}


def _wrong_colour() -> str:
    return _("A colour is #rrggbb, or a word of the palette such as water or ink.")
