"""A module's definition as the engine reads it: fields, groups, columns, rights.

The definition is data, checked by `offices.modules.soundness` before it is published;
what is read here is sound.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from govmap.lib.localized import localized
from offices.models.module import ModuleVersion
from offices.modules.expressions import BadExpression, names_in
from offices.modules.flow import FlowStep, process_code, steps_in

FORMAT = "govmap-module/1"
S1, S2, S3, S4 = "S1", "S2", "S3", "S4"
LEVELS = (S1, S2, S3)
ORDER = "x-order"  # beside properties: their order, noted when it is kept

# The kinds of a field: what is drawn for it and how its value is read.
TEXT, LONG, PHONE, IDENTITY, CREDIT = "text", "long", "phone", "identity", "credit"
EMAIL, WHOLE, NUMBER, TRUTH, DAY, MOMENT = (
    *("email", "whole", "number", "truth", "day", "moment"),
)
CHOICE, CHOICES, CODES, REF, PHOTO, FILE = (
    *("choice", "choices", "codes", "ref", "photo", "file"),
)
PLACE, ROWS, COMPUTED, TIME = "place", "rows", "computed", "time"
# x-format of a text.
FORMATS = {"text": LONG, "phone": PHONE, "id_number": IDENTITY, "credit_code": CREDIT}
SIMPLE = {"integer": WHOLE, "number": NUMBER, "boolean": TRUTH}
DATED = {"date": DAY, "date-time": MOMENT, "time": TIME, "email": EMAIL}


def in_order(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a schema in the order of its file, which jsonb forgets."""
    found = dict(schema.get("properties", {}))
    names = [name for name in schema.get(ORDER, ()) if name in found]
    return {name: found[name] for name in [*names, *found]}


def with_order(data: Any) -> Any:
    """The same data, each schema with the order of its properties beside them."""
    if isinstance(data, list):
        return [with_order(part) for part in data]
    if not isinstance(data, dict):
        return data
    found = {key: with_order(part) for key, part in data.items() if key != ORDER}
    properties = data.get("properties")
    if isinstance(properties, dict) and len(properties) > 1:
        found[ORDER] = list(in_order(data))
    return found


def without_order(data: Any) -> Any:
    """As a file has it: properties in their order, nothing beside them."""
    if isinstance(data, list):
        return [without_order(part) for part in data]
    if not isinstance(data, dict):
        return data
    whole = {**data, "properties": in_order(data)} if ORDER in data else data
    return {key: without_order(part) for key, part in whole.items() if key != ORDER}


@dataclass(frozen=True)
class Choice:
    """One of a list: its code, and what people call it."""

    code: Any
    label: str


@dataclass(frozen=True)
class Field:
    """One field, or one column of a repeatable group (``within`` names the group)."""

    name: str
    spec: Mapping[str, Any]
    is_required: bool = False
    within: str = ""

    @property
    def path(self) -> str:
        return f"{self.within}.{self.name}" if self.within else self.name

    @property
    def label(self) -> str:
        return localized(self.spec.get("title")) or self.name

    @property
    def help(self) -> str:
        return localized(self.spec.get("x-help"))

    @property
    def unit(self) -> str:
        found = self.spec.get("x-unit", "")
        return localized(found) if isinstance(found, dict) else str(found)

    @property
    def level(self) -> str:
        """Its sensitivity: S1 internal, S2 personal, S3 sensitive."""
        return str(self.spec.get("x-sensitivity", S1))

    @property
    def is_open(self) -> bool:
        """Whether it lies in plain text and may stand in lists."""
        return self.level == S1

    @cached_property
    def kind(self) -> str:
        spec = self.spec
        for key, kind in (
            *(("x-computed", COMPUTED), ("x-ref", REF), ("x-codes", CODES)),
            *(("x-photo", PHOTO), ("x-file", FILE), ("x-place", PLACE)),
        ):
            if spec.get(key):
                return kind
        if "enum" in spec:
            return CHOICE
        if spec.get("type") == "array":
            return CHOICES if "enum" in spec.get("items", {}) else ROWS
        if spec.get("type") in SIMPLE:
            return SIMPLE[spec["type"]]
        if spec.get("format") in DATED:
            return DATED[spec["format"]]
        return FORMATS.get(spec.get("x-format", ""), TEXT)

    @property
    def expression(self) -> str:
        return str(self.spec.get("x-computed", ""))

    @property
    def when(self) -> Mapping[str, Any] | None:
        return self.spec.get("x-when")

    @property
    def ref(self) -> str:
        return str(self.spec.get("x-ref", ""))

    @property
    def codes(self) -> str:
        return str(self.spec.get("x-codes", ""))

    @property
    def is_many(self) -> bool:
        """Whether its value is a list."""
        return self.spec.get("type") == "array"

    @property
    def most(self) -> int:
        """Of photos, files, choices or rows."""
        return int(self.spec.get("maxItems", 9 if self.kind == PHOTO else 50))

    @cached_property
    def choices(self) -> list[Choice]:
        """Those of an ``enum``, in its order."""
        spec = self.spec["items"] if self.kind == CHOICES else self.spec
        labels = spec.get("x-labels") or self.spec.get("x-labels") or {}
        return [
            Choice(code, localized(labels.get(str(code))) or str(code))
            for code in spec.get("enum", ())
        ]

    def label_of(self, code: Any) -> str:
        return next((one.label for one in self.choices if one.code == code), str(code))

    @cached_property
    def columns(self) -> dict[str, "Field"]:
        """The fields of a repeatable group, which have its sensitivity at least."""
        items = self.spec.get("items", {}) if self.kind == ROWS else {}
        needed = set(items.get("required", ()))
        return {
            name: Field(
                name,
                {"x-sensitivity": self.level, **spec},
                name in needed,
                self.name,
            )
            for name, spec in in_order(items).items()
        }


@dataclass(frozen=True)
class Group:
    """Fields under one heading of the form."""

    title: str
    fields: list[Field]
    when: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reminder:
    """A day that comes from a field; who is told, how long before or after."""

    code: str
    spec: Mapping[str, Any]

    @property
    def title(self) -> str:
        return localized(self.spec.get("title"))


def _names_in(one: Field) -> list[str]:
    """What an expression reads; nothing of one that is refused."""
    try:
        return sorted(name.partition(".")[0] for name in names_in(one.expression))
    except BadExpression:
        return []


@dataclass(frozen=True, eq=False)
class Definition:
    """A sound definition."""

    data: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.data["code"])

    @property
    def title(self) -> str:
        return localized(self.data["title"])

    @property
    def summary(self) -> str:
        return localized(self.data.get("summary"))

    @property
    def about(self) -> str:
        return str(self.data["about"])

    @property
    def schema(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data["schema"]
        return found

    @cached_property
    def fields(self) -> dict[str, Field]:
        needed = set(self.schema.get("required", ()))
        return {
            name: Field(name, spec, name in needed)
            for name, spec in in_order(self.schema).items()
        }

    def every_field(self) -> Iterator[Field]:
        """All, those within groups too."""
        for one in self.fields.values():
            yield one
            yield from one.columns.values()

    @cached_property
    def groups(self) -> list[Group]:
        """As the form shows them; what no group names stands in the last."""
        found = [
            Group(
                localized(spec.get("title")),
                [self.fields[name] for name in spec["fields"]],
                spec.get("x-when"),
            )
            for spec in self.data.get("groups", ())
        ]
        named = {one.name for group in found for one in group.fields}
        rest = [one for one in self.fields.values() if one.name not in named]
        return [*found, Group("", rest)] if rest else found

    def _named(self, key: str) -> list[Field]:
        return [self.fields[name] for name in self.data.get(key, ())]

    @cached_property
    def listed(self) -> list[Field]:
        return self._named("list")

    @cached_property
    def filters(self) -> list[Field]:
        return self._named("filters")

    @cached_property
    def searched(self) -> list[Field]:
        return self._named("search")

    @cached_property
    def computed(self) -> list[Field]:
        """In an order in which each comes after those that it reads."""
        order: dict[str, Field] = {}
        begun: set[str] = set()

        def add(one: Field) -> None:
            if one.kind != COMPUTED or one.name in begun:
                return
            begun.add(one.name)
            for name in _names_in(one):
                if name in self.fields:
                    add(self.fields[name])
            order[one.name] = one

        for one in self.fields.values():
            add(one)
        return list(order.values())

    @cached_property
    def levels(self) -> list[str]:
        """The sensitivities that its fields have."""
        return sorted({one.level for one in self.every_field()})

    def rights(self, right: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data.get("rights", {}).get(right, [])
        return found

    def opens(self, level: str) -> list[dict[str, Any]] | None:
        """Who may open the values of a sensitivity; None where it is not said."""
        found: list[dict[str, Any]] | None = (
            self.data.get("rights", {}).get("sensitive", {}).get(level)
        )
        return found

    @property
    def process(self) -> str:
        """The code of its procedure; "" where it has the plain one."""
        own = process_code(self.code) if self.flow else ""
        return own or str(self.data.get("process") or "")

    @cached_property
    def flow(self) -> list[FlowStep]:
        """The steps of a procedure that it brings itself."""
        return steps_in(self.data)

    @cached_property
    def steps(self) -> Mapping[str, list[str]]:
        """The names of the fields that each move of its procedure fills in."""
        own = {step.verb: step.fields for step in self.flow if step.fields}
        return {**(self.data.get("steps") or {}), **own}

    @cached_property
    def asked_by_steps(self) -> frozenset[str]:
        """The fields that only steps of its own procedure ask."""
        return frozenset(name for step in self.flow for name in step.fields)

    def step(self, verb: str) -> list[Field]:
        """The fields that a move of its procedure fills."""
        return [self.fields[name] for name in self.steps.get(verb, ())]

    @cached_property
    def reminders(self) -> list[Reminder]:
        return [Reminder(spec["code"], spec) for spec in self.data.get("reminders", ())]

    @property
    def indicators(self) -> list[Mapping[str, Any]]:
        return list(self.data.get("indicators", ()))

    @property
    def totals(self) -> list[Mapping[str, Any]]:
        """What its entries come to in other modules."""
        return list(self.data.get("totals") or [])

    @property
    def unique(self) -> list[list[str]]:
        """Sets of fields that no two open entries may have the same."""
        return list(self.data.get("unique") or [])

    @property
    def symbol(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data.get("symbol") or {}
        return found

    @property
    def label_field(self) -> Field | None:
        """What its points are called on a map: an internal field."""
        return self.fields.get(str(self.symbol.get("label", "")))

    @property
    def notice(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data.get("notice") or {}
        return found

    @property
    def papers(self) -> list[str]:
        return list(self.data.get("papers", ()))

    @property
    def opens_case(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.data.get("opens_case") or {}
        return found

    @cached_property
    def place_field(self) -> Field | None:
        """The first field that is a place: where a record lies on the map."""
        kinds = (one for one in self.fields.values() if one.kind == PLACE)
        return next(kinds, None)

    @property
    def asked_count(self) -> int:
        """How many fields somebody has to fill in: what it costs a household."""
        kinds = (COMPUTED, REF)
        return sum(
            one.kind not in kinds and not one.columns for one in self.every_field()
        )


# By the key of a version that was published: it never changes.
KEPT: dict[int, Definition] = {}
MOST_KEPT = 1000


def definitions_of(versions: Iterable[int]) -> dict[int, Definition]:
    """Of versions that were published, by their keys: one query for those not kept."""
    wanted = set(versions)
    if missing := wanted - set(KEPT):
        if len(KEPT) > MOST_KEPT:
            KEPT.clear()
            missing = wanted
        rows = ModuleVersion.objects.filter(pk__in=missing)
        for pk, data in rows.values_list("pk", "definition"):
            KEPT[pk] = Definition(data)
    return {pk: KEPT[pk] for pk in wanted if pk in KEPT}


def definition_of(version: int) -> Definition:
    return definitions_of([version])[version]


def forget() -> None:
    """Another database has other versions under the same keys."""
    KEPT.clear()
