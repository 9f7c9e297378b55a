"""Rows that a draft is tried with: some made up by the system, some typed. They are
sealed with the draft and are never records."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Centroid
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import Conflict
from govmap.lib.sealed import Sealed
from layers.models import GridCell
from offices.builder.drafts import locked
from offices.builder.words import WORDS
from offices.models import Design
from offices.modules import codes
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
from offices.modules.indicators import Figure, figure, over_rows
from offices.modules.refs import Option
from offices.modules.showing import Showing, Shown, plain_text
from offices.modules.values import Checked, check, compute, hide
from workflow.models import Phase

MOST, MADE = 20, 3
# Nobody bears these: no area of GB/T 2260 is called so, no body gives such codes.
NUMBERS = ("119999199001010019", "119999198503120024", "119999197511230036")
# What is not asked of a row that is tried: it would have to be kept somewhere.
NOT_TRIED = frozenset({PHOTO, FILE})


class Enough(Conflict):
    """A draft is tried with at most 20 rows. Take one out first."""

    message = gettext_noop("A draft is tried with at most 20 rows. Take one out first.")


def rows_of(design: Design) -> list[dict[str, Any]]:
    """Values by field, as a record would hold them."""
    sealed = design.samples
    text = sealed.open() if isinstance(sealed, Sealed) else str(sealed or "")
    found: list[dict[str, Any]] = json.loads(text) if text else []
    return found


Rows = list[dict[str, Any]]


@transaction.atomic
def _change(design: Design, change: Callable[[Rows], Rows]) -> None:
    row = locked(design, None)
    rows = change(rows_of(row))
    row.samples = json.dumps(rows, ensure_ascii=False) if rows else ""
    row.save(update_fields=["samples"])


def take_out(design: Design, number: int) -> None:
    """The row that is counted so from 0; nothing where there is none."""
    _change(design, lambda rows: [row for at, row in enumerate(rows) if at != number])


def add(design: Design, raw: Mapping[str, Any], by: User) -> Checked:
    """Try a row; kept only where a record of it could be. Raises Enough (409)."""
    definition = Definition(design.version.definition)
    names = [
        one.name for one in definition.fields.values() if one.kind not in NOT_TRIED
    ]
    sent = {name: value for name, value in raw.items() if name in names}
    found = check(definition, sent, by, only=names)
    if found.errors:
        return found
    _change(design, lambda rows: _with(rows, found.values))
    return found


def _with(rows: Rows, row: dict[str, Any]) -> Rows:
    if len(rows) >= MOST:
        raise Enough
    return [*rows, row]


def make_up(design: Design) -> None:
    """Some rows of the system's own, after those that are there."""
    definition = Definition(design.version.definition)
    spots = _spots(design)
    made = [made_up(definition, number, spots) for number in range(MADE)]
    _change(design, lambda rows: [*rows, *made][:MOST])


def _spots(design: Design) -> list[list[float]]:
    """Longitude and latitude of the middle of some cells, of the street if any."""
    cells = GridCell.objects.all()
    if design.street_id:
        cells = cells.filter(community__parent=design.street_id)
    found = cells.order_by("pk").values_list(Centroid("geometry"), flat=True)[:MADE]
    return [[round(spot.x, 6), round(spot.y, 6)] for spot in found]


def made_up(
    definition: Definition, number: int, spots: Sequence[list[float]] = ()
) -> dict[str, Any]:
    """A row of which every word says that it is one of example."""
    spot = _pick(list(spots), number)
    values = {
        one.name: value
        for one in definition.fields.values()
        if one.kind != COMPUTED
        and (value := spot if one.kind == PLACE else _value(one, number)) not in EMPTY
    }
    hide(definition, values)
    compute(definition, values)
    return values


def _pick(words: list[Any], number: int) -> Any:
    return words[number % len(words)] if words else None


def _value(one: Field, number: int) -> Any:
    if one.kind in MAKERS:
        return MAKERS[one.kind](one, number)
    words = WORDS["made_up"]
    if one.kind == REF:
        return _pick(words.get(one.ref, words["other"]), number)
    if one.kind in NOT_TRIED:
        return None
    most = int(one.spec.get("maxLength", 60))
    text = str(_pick(words.get(one.kind, words["text"]), number))[:most]
    return text if "pattern" not in one.spec else None


def _number(one: Field, number: int) -> int | float:
    least = one.spec.get("minimum", one.spec.get("exclusiveMinimum", 0))
    most = one.spec.get("maximum", one.spec.get("exclusiveMaximum", least + 100))
    return min(most, least + number + 1)


def _day(number: int) -> date:
    return timezone.localdate() + timedelta(days=10 * number - 5)


def _codes(one: Field, number: int) -> Any:
    return _pick([code for code, _label in codes.find(one.codes) or []], number)


def _rows(one: Field, number: int) -> list[dict[str, Any]]:
    row = {name: _value(column, number) for name, column in one.columns.items()}
    return [{name: value for name, value in row.items() if value not in EMPTY}]


MAKERS: dict[str, Any] = {
    WHOLE: _number,
    NUMBER: _number,
    DAY: lambda one, number: _day(number).isoformat(),
    MOMENT: lambda one, number: f"{_day(number).isoformat()}T09:00",
    TIME: lambda one, number: f"{9 + number:02}:30",
    TRUTH: lambda one, number: number % 2 == 0,
    CHOICE: lambda one, number: _pick([row.code for row in one.choices], number),
    CHOICES: lambda one, number: [row.code for row in one.choices[: number + 1]],
    CODES: _codes,
    PHONE: lambda one, number: f"010-0000000{number}",
    EMAIL: lambda one, number: f"example{number}@example.cn",
    IDENTITY: lambda one, number: _pick(list(NUMBERS), number),
    CREDIT: lambda one, number: None,
    PLACE: lambda one, number: None,
    LONG: lambda one, number: _pick(WORDS["made_up"]["long"], number),
    ROWS: _rows,
}


@dataclass(frozen=True)
class Sample:
    """A row as the list and the page of an entry would show it."""

    number: int
    cells: list[Shown]
    groups: list[tuple[str, list[Shown]]]
    label: str


class Trial:
    """The rows of a draft under its definition as it now is."""

    def __init__(self, design: Design, user: User) -> None:
        self.definition = Definition(design.version.definition)
        self.user = user
        self.rows = [self._fitted(row) for row in rows_of(design)]

    def _fitted(self, row: dict[str, Any]) -> dict[str, Any]:
        """What of a row the definition still takes."""
        values = {
            name: value
            for name, value in row.items()
            if (one := self.definition.fields.get(name)) and _fits(one, value)
        }
        hide(self.definition, values)
        compute(self.definition, values)
        return values

    @property
    def samples(self) -> list[Sample]:
        showing = Showing(self.definition, self.user)
        wanted = [
            pair
            for row in self.rows
            for one in self.definition.fields.values()
            for pair in showing.refs_in(one, row.get(one.name))
        ]
        showing.fetch(wanted)
        named = {pair: Option(pair[1], pair[1]) for pair in wanted}
        showing.options = {**named, **showing.options}
        return [
            self._sample(number, row, showing) for number, row in enumerate(self.rows)
        ]

    def _sample(self, number: int, row: dict[str, Any], showing: Showing) -> Sample:
        definition = self.definition
        shown = {
            one.name: showing.show(one, row.get(one.name), is_open=one.is_open)
            for one in definition.fields.values()
        }
        groups = [
            (group.title, [shown[one.name] for one in group.fields if one.name in row])
            for group in definition.groups
        ]
        label = definition.label_field
        return Sample(
            number,
            [shown[one.name] for one in definition.listed],
            [(title, some) for title, some in groups if some],
            plain_text(label, row.get(label.name)) if label else "",
        )

    @property
    def points(self) -> dict[str, Any]:
        """As GeoJSON (WGS 84): each row that has a place, as the map will show it."""
        one, label = self.definition.place_field, self.definition.label_field
        flow = self.definition.flow
        phase = str(flow[0].phase if flow else Phase.COLLECT)
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": row[one.name]},
                "properties": {
                    "number": str(number),
                    "label": plain_text(label, row.get(label.name)) if label else "",
                    "phase": phase,
                },
            }
            for number, row in enumerate(self.rows, start=1)
            if one and row.get(one.name)
        ]
        return {"type": "FeatureCollection", "features": features}

    @property
    def figures(self) -> list[Figure]:
        # A row that is tried is new: open, in its first phase, late for nothing.
        stands = {":ended": False, ":phase": "collect", ":late": False}
        rows = [row | stands | {":overdue": False} for row in self.rows]
        found = []
        for spec in self.definition.indicators:
            base = [row for row in rows if holds(spec["denominator"], row)]
            if "numerator" not in spec:
                found.append(over_rows(spec, base))
                continue
            part = [row for row in base if holds(spec["numerator"], row)]
            found.append(figure(spec, len(part), len(base)))
        return found


def _fits(one: Field, value: Any) -> bool:
    """Whether a value is still of the field's kind, so that it can be shown."""
    if one.kind == COMPUTED:
        return False
    if one.kind == ROWS:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if one.kind in (CHOICES, PHOTO, FILE):
        return isinstance(value, list) and not any(isinstance(v, dict) for v in value)
    if one.kind == PLACE:
        return isinstance(value, list) and len(value) == 2
    if one.kind == TRUTH:
        return isinstance(value, bool)
    if one.kind in (WHOLE, NUMBER):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str | int | float) and not isinstance(value, bool)
