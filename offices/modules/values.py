"""The values of a record: read from what was sent, checked, computed, divided by level.

One way for the form, the API and tables: the same raw values, the same sentences.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError

from accounts.models import User
from govmap.lib.errors import BadInput
from offices.modules import codes, refs
from offices.modules.clock_time import clock_time
from offices.modules.conditions import EMPTY, holds
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    CREDIT,
    DAY,
    EMAIL,
    FILE,
    IDENTITY,
    LONG,
    MOMENT,
    NUMBER,
    PHONE,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    TIME,
    TRUTH,
    WHOLE,
    Definition,
    Field,
)
from offices.modules.expressions import value_of
from offices.registers.identity import citizen_number, credit_code

LINE, TEXT = 300, 4000  # signs
PHONES = re.compile(r"^\+?[0-9][0-9 \-]{5,18}[0-9]$")
MAILS = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}$")
YES = {"true", "1", "yes", "on", "是", "有", "√"}
NO = {"false", "0", "no", "off", "否", "无", "×"}


class Wrong(ValueError):
    """A value that cannot be taken; the message says why and what to do."""


@dataclass
class Checked:
    """Values that can be kept, and sentences for those that cannot, by field."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    # What was referred to, by the path of the field: rows that the person sees.
    targets: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> None:
        if sentence not in self.errors.setdefault(name, []):
            self.errors[name].append(sentence)

    def sentences(self, definition: Definition) -> list[str]:
        return [
            f"{definition.fields[name].label}：{' '.join(said)}"
            if name in definition.fields
            else " ".join(said)
            for name, said in self.errors.items()
        ]


def check(
    definition: Definition,
    raw: Mapping[str, Any],
    user: User,
    *,
    before: Mapping[str, Any] | None = None,
    only: list[str] | None = None,
    step: bool = False,
) -> Checked:
    """What may be kept of ``raw``, over what was there ``before``.

    ``only``: the fields that are filled in now; nothing is asked of the others.
    ``step``: a step of the procedure fills them in; else what only steps ask is not
    needed, unless it was filled in already.
    """
    found = Checked(dict(before or {}))
    names = set(only) if only is not None else set(definition.fields)
    for unknown in sorted(set(raw) - set(definition.fields)):
        found.refuse(unknown, _("There is no such field."))
    for one in definition.fields.values():
        if one.name in names and one.kind != COMPUTED:
            _take(one, raw.get(one.name), found, user)
    hide(definition, found.values)
    compute(definition, found.values)
    if not step:
        names -= definition.asked_by_steps - set(before or {})
    _needed(definition, found, names)
    _schema(definition, found, names)
    return found


def _take(one: Field, raw: Any, found: Checked, user: User) -> None:
    try:
        value = read(one, raw, user, found)
    except Wrong as error:
        found.refuse(one.name, str(error))
        return
    if value in EMPTY:
        found.values.pop(one.name, None)
    else:
        found.values[one.name] = value


def asked(definition: Definition, values: Mapping[str, Any]) -> set[str]:
    """The fields that are asked for, these values given."""
    hidden = {
        one.name
        for group in definition.groups
        if not holds(group.when, values)
        for one in group.fields
    }
    return {
        one.name
        for one in definition.fields.values()
        if one.name not in hidden and holds(one.when, values)
    }


def hide(definition: Definition, values: dict[str, Any]) -> None:
    """Drop what is not asked for; one that goes may take others with it."""
    while gone := set(values) - asked(definition, values):
        for name in gone:
            del values[name]


def compute(definition: Definition, values: dict[str, Any]) -> None:
    """Work out what is computed, each after those that it reads."""
    for one in definition.computed:
        result = value_of(one.expression, values)
        if result is None:
            values.pop(one.name, None)
        else:
            values[one.name] = result


def _needed(definition: Definition, found: Checked, names: set[str]) -> None:
    wanted = asked(definition, found.values)
    for one in definition.fields.values():
        is_asked = one.is_required and one.name in wanted and one.name in names
        is_missing = is_asked and found.values.get(one.name) in EMPTY
        if is_missing and one.name not in found.errors:
            found.refuse(one.name, _("This is needed."))


@lru_cache(maxsize=256)
def _validator(definition: Definition) -> Draft202012Validator:
    """Bounds, lengths, patterns and conditions of the schema; kinds are read before."""
    schema = {
        **definition.schema,
        "required": [],
        "properties": {
            name: _plain(spec) for name, spec in definition.schema["properties"].items()
        },
    }
    return Draft202012Validator(schema)


TYPED = {REF, CODES, PHOTO, FILE, PLACE, COMPUTED}


def _plain(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the type of what is stored in a form of our own."""
    if Field("", spec).kind in TYPED:
        return {}
    return {key: part for key, part in spec.items() if key != "format"}


def _schema(definition: Definition, found: Checked, names: set[str]) -> None:
    validator = _validator(definition)
    for error in validator.iter_errors(found.values):
        path = [part for part in error.absolute_path if isinstance(part, str)]
        if path:
            name = path[0]
            if name in names and name not in found.errors:
                found.refuse(name, _sentence(error, definition.fields.get(name)))
        elif error.validator == "required":
            for name in error.validator_value:
                if name in names and name not in found.values:
                    found.refuse(name, _("This is needed."))
        else:
            found.refuse("", _("What was filled in does not fit together."))


def _sentence(error: ValidationError, one: Field | None) -> str:
    bound = error.validator_value
    match error.validator:
        case "minimum" | "exclusiveMinimum":
            return _("At least %(bound)s.") % {"bound": bound}
        case "maximum" | "exclusiveMaximum":
            return _("At most %(bound)s.") % {"bound": bound}
        case "minLength":
            return _("At least %(bound)s characters.") % {"bound": bound}
        case "maxLength":
            return _("At most %(bound)s characters.") % {"bound": bound}
        case "minItems":
            return _("At least %(bound)s of them.") % {"bound": bound}
        case "maxItems":
            return _("At most %(bound)s of them.") % {"bound": bound}
        case "pattern":
            help_ = one.help if one else ""
            return help_ or _("This is not written as it must be.")
        case "enum" | "const":
            return _("Choose one of the list.")
        case "required":
            return _("A row lacks something that is needed.")
        case "multipleOf":
            return _("A multiple of %(bound)s.") % {"bound": bound}
    return _("This does not fit.")


def read(one: Field, raw: Any, user: User, found: Checked | None = None) -> Any:
    """The value of a field, from text or JSON; None where it is empty. Raises Wrong."""
    if raw in EMPTY or (isinstance(raw, str) and not raw.strip()):
        return None
    if one.kind == ROWS:
        return _rows(one, raw, user, found)
    if one.kind in (CHOICES, PHOTO, FILE):
        return _several(one, raw)
    if one.kind == REF:
        return _ref(one, raw, user, found)
    if one.kind == PLACE:
        return _place(raw)
    if one.kind == TRUTH:
        return _truth(raw)
    if isinstance(raw, dict | list):
        raise Wrong(_("One value, please."))
    if one.kind in (WHOLE, NUMBER):
        return _number(one, raw)
    return READ.get(one.kind, _line)(one, str(raw).replace("\x00", "").strip())


def _line(one: Field, text: str) -> str:
    most = TEXT if one.kind == LONG else LINE
    if len(text) > most:
        raise Wrong(_("At most %(bound)s characters.") % {"bound": most})
    return text if one.kind == LONG else " ".join(text.split())


def _choice(one: Field, text: str) -> Any:
    """By its code, or by what people call it: tables say the latter."""
    for choice in one.choices:
        if text in (str(choice.code), choice.label):
            return choice.code
    raise Wrong(_("“%(text)s” is none of: %(known)s.") % {
        "text": text[:40], "known": "、".join(c.label for c in one.choices)[:200],
    })  # fmt: skip


def _code(one: Field, text: str) -> str:
    known = codes.find(one.codes) or []
    for code, label in known:
        if text in (code, label):
            return code
    raise Wrong(_("“%(text)s” is not in the code list.") % {"text": text[:40]})


def _day(one: Field, text: str) -> str:
    for mark in "./年月":
        text = text.replace(mark, "-")
    text = text.replace("日", "").strip("-")[:10]
    parts = text.split("-")
    if len(parts) == 3:
        text = "-".join([parts[0], *(part.zfill(2) for part in parts[1:])])
    elif len(text) == 8 and text.isdecimal():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not date(1800, 1, 1) <= day <= date(2200, 1, 1):
        raise Wrong(_("A day such as 2026-03-08, please."))
    return day.isoformat()


def _moment(one: Field, text: str) -> str:
    try:
        moment: datetime | None = parse_datetime(text.replace(" ", "T", 1))
    except ValueError:
        moment = None
    if moment is None:
        return f"{_day(one, text)}T00:00"
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def _time(one: Field, text: str) -> str:
    """``08:30``, however it was written; seconds are not kept."""
    found = clock_time(text)
    if found is None:
        raise Wrong(_("A time of day such as 08:30, please."))
    return found


def _phone(one: Field, text: str) -> str:
    if not PHONES.match(text):
        raise Wrong(_("A phone number of 7 to 20 digits, please."))
    return text


def _email(one: Field, text: str) -> str:
    if len(text) > 254 or not MAILS.match(text):
        raise Wrong(_("An address such as name@example.cn, please."))
    return text


def _identity(one: Field, text: str) -> str:
    try:
        return citizen_number(text).text
    except BadInput as error:
        raise Wrong(error.text) from error


def _credit(one: Field, text: str) -> str:
    try:
        return credit_code(text)
    except BadInput as error:
        raise Wrong(error.text) from error


READ = {
    **{CHOICE: _choice, CODES: _code, DAY: _day, MOMENT: _moment, PHONE: _phone},
    **{TIME: _time, EMAIL: _email, IDENTITY: _identity, CREDIT: _credit},
}


def _number(one: Field, raw: Any) -> int | float:
    text = str(raw).strip().replace(",", "").replace("，", "").rstrip("%")
    if isinstance(raw, bool):
        raise Wrong(_("A number, please."))
    try:
        number = float(text)
    except ValueError as error:
        raise Wrong(_("“%(text)s” is no number.") % {"text": text[:40]}) from error
    if not math.isfinite(number) or abs(number) > 1e15:
        raise Wrong(_("This number is too large."))
    if one.kind == WHOLE and not number.is_integer():
        raise Wrong(_("A whole number, please."))
    return int(number) if number.is_integer() else number


def _truth(raw: Any) -> bool:
    text = str(raw).strip().casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise Wrong(_("Yes or no, please."))


def _several(one: Field, raw: Any) -> list[Any]:
    """Choices, or the uuids of photos and files."""
    rows = re.split(r"[,，、;；]", raw) if isinstance(raw, str) else raw
    if not isinstance(rows, list) or len(rows) > one.most:
        raise Wrong(_("At most %(bound)s of them.") % {"bound": one.most})
    texts = [str(row).strip() for row in rows if str(row).strip()]
    if one.kind == CHOICES:
        return list(dict.fromkeys(_choice(one, text) for text in texts))
    for text in texts:
        if not re.fullmatch(r"[0-9a-f-]{36}", text):
            raise Wrong(_("A file is not there; add it again."))
    return list(dict.fromkeys(texts))


def _ref(one: Field, raw: Any, user: User, found: Checked | None) -> str:
    key = str(raw).strip()
    row = refs.one(one.ref, key, user)
    if row is None:
        raise Wrong(_("Choose again: this is not there, or not for you to see."))
    if found is not None:
        found.targets.setdefault(one.path, []).append((one.ref, row))
    return key


def _place(raw: Any) -> list[float]:
    """``[longitude, latitude]``, or these as text with a comma."""
    parts = raw.split(",") if isinstance(raw, str) else raw
    try:
        lon, lat = (float(part) for part in list(parts)[:2])
    except (TypeError, ValueError) as error:
        raise Wrong(_("Choose the place again.")) from error
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise Wrong(_("Choose the place again."))
    return [round(lon, 7), round(lat, 7)]


def _rows(one: Field, raw: Any, user: User, found: Checked | None) -> list[Any]:
    """Rows of a repeatable group; those that are wholly empty are left out."""
    if not isinstance(raw, list):
        raise Wrong(_("Rows, please."))
    if len(raw) > one.most:
        raise Wrong(_("At most %(bound)s of them.") % {"bound": one.most})
    rows = []
    for number, sent in enumerate(raw, start=1):
        if not isinstance(sent, dict) or set(sent) - set(one.columns):
            raise Wrong(_("Row %(number)s cannot be read.") % {"number": number})
        row = {
            name: _cell(column, sent.get(name), number, user, found)
            for name, column in one.columns.items()
        }
        row = {name: value for name, value in row.items() if value not in EMPTY}
        if not row:
            continue
        for name, column in one.columns.items():
            if column.is_required and name not in row:
                told = {"number": number, "name": column.label}
                raise Wrong(_("Row %(number)s: “%(name)s” is needed.") % told)
        rows.append(row)
    return rows


def _cell(
    column: Field, raw: Any, number: int, user: User, found: Checked | None
) -> Any:
    try:
        return read(column, raw, user, found)
    except Wrong as error:
        told = {"number": number, "name": column.label, "why": error}
        raise Wrong(_("Row %(number)s: %(name)s: %(why)s") % told) from error
