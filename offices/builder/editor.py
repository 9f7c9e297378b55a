"""What the pages of a draft show: its fields, the settings of one, the form as it will
be, what is wrong with it."""

from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from govmap.lib.localized import localized
from offices.builder.access import offices_of
from offices.builder.arranging import (
    may_filter,
    may_label,
    may_list,
    may_search,
    sections,
)
from offices.builder.checks import Again, Check
from offices.builder.condition_words import figure_words
from offices.builder.drafts import told
from offices.builder.formulas import to_titles
from offices.builder.guessing import line_of
from offices.builder.kinds import GLYPHS, LABELS
from offices.builder.right_steps import (
    RightRow,
    counted_in,
    days_in,
    fitting_processes,
    right_rows,
)
from offices.builder.said import Said
from offices.builder.samples import Trial
from offices.builder.steps import given_of
from offices.builder.words import WORDS
from offices.models import Application, CodeList, Design, Module
from offices.modules import codes
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    ROWS,
    TRUTH,
    Field,
    definition_of,
)
from offices.modules.forms import RecordForm
from offices.modules.refs import RECORD
from offices.modules.soundness import BASE, RIGHTS, STEPS
from offices.modules.versions import Difference, differences, foreseen
from offices.modules.versions import Trial as Foreseen

PARTS = {
    "fields": gettext_lazy("Fields"),
    "base": gettext_lazy("What it is"),
    "rights": gettext_lazy("Who may"),
    "steps": gettext_lazy("Steps and reminders"),
    "try": gettext_lazy("Try it on rows"),
    "publish": gettext_lazy("Publish"),
}
ICONS = (
    *("file-text", "users", "home", "building", "building-store", "building-community"),
    *("heart-handshake", "flag", "map-pin", "trash", "tree", "tool", "shield-check"),
    *("calendar-event", "clipboard-list", "bike", "car", "flame", "school"),
)
COLORS = (
    *("#1f5fae", "#2b8a57", "#b7791f", "#c53a3a", "#7a4fb5", "#0f8b8d"),
    *("#a23b72", "#5b6776"),
)
LEVEL_WORDS = {
    "S1": gettext_lazy("internal: whoever may read the entry"),
    "S2": gettext_lazy("personal: masked, opened with a purpose"),
    "S3": gettext_lazy("sensitive: only whom you name, every reading on record"),
}


@dataclass
class Settings:
    """One field as its settings show it; ``said``: what was sent and not taken."""

    editor: "Editor"
    field: Field
    said: Said | None = None
    errors: dict[str, str] = made(default_factory=dict)

    def _said(self, name: str, kept: str) -> str:
        text = self.said.text(name, 6000) if self.said else None
        return kept if text is None else text

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def title(self) -> str:
        return self._said("title", self.field.label)

    @property
    def help(self) -> str:
        return self._said("help", self.field.help)

    @property
    def because(self) -> str:
        return self._said("because", localized(self.field.spec.get("x-asked-because")))

    @property
    def kind(self) -> str:
        return self.field.kind

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [(kind, str(word)) for kind, word in LABELS.items()]

    @property
    def has_options(self) -> bool:
        return self.kind in (CHOICE, CHOICES)

    @property
    def has_bounds(self) -> bool:
        return self.kind in ("whole", "number")

    @property
    def options(self) -> str:
        return self._said("options", "\n".join(given_of(self.field).options))

    @property
    def columns(self) -> str:
        if self.kind != ROWS:
            return ""
        lines = [
            line_of(one.label, given_of(one).options)
            for one in self.field.columns.values()
        ]
        return self._said("columns", "\n".join(lines))

    @property
    def unit(self) -> str:
        return self._said("unit", self.field.unit)

    @property
    def least(self) -> str:
        return self._said("least", _text(self.field.spec.get("minimum")))

    @property
    def most(self) -> str:
        return self._said("most", _text(self.field.spec.get("maximum")))

    @property
    def expression(self) -> str:
        if self.kind != COMPUTED:
            return ""
        kept = to_titles(self.field.expression, self.editor.definition)
        return self._said("expression", kept)

    @property
    def code_lists(self) -> list[tuple[str, str]]:
        known = {row.code: str(row) for row in CodeList.objects.all()}
        return [(name, known.get(name, name)) for name in codes.names()]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """What can be referred to: the registers, and modules that are published."""
        found = list(WORDS["refs"].items())
        rows = Module.objects.published()
        street = self.editor.design.street
        rows = rows.filter(street=None) | rows.filter(street=street)
        return [*found, *((f"{RECORD}{row.code}", str(row)) for row in rows)]

    @property
    def levels(self) -> list[tuple[str, str, bool]]:
        return [
            (level, str(word), level == self.field.level)
            for level, word in LEVEL_WORDS.items()
        ]

    @property
    def section(self) -> str:
        order = {name: title for title, name in self.editor.order}
        return self._said("section", order.get(self.name, ""))

    @property
    def places(self) -> list[tuple[str, str, bool, bool]]:
        """Input, words, whether it is shown there, whether it may be."""
        data, one = self.editor.data, self.field
        label = data.get("symbol", {}).get("label")
        return [
            ("in_list", _("column of the list"), self._in("list"), may_list(one)),
            ("in_filters", _("filter"), self._in("filters"), may_filter(one)),
            ("in_search", _("search"), self._in("search"), may_search(one)),
            ("is_label", _("name on the map"), label == one.name, may_label(one)),
        ]

    def _in(self, place: str) -> bool:
        return self.name in self.editor.data.get(place, ())

    @property
    def when_field(self) -> str:
        found = (self.field.when or {}).get("field", "")
        return self._said("when_field", str(found))

    @property
    def when_fields(self) -> list[Field]:
        return [
            one
            for one in self.editor.definition.fields.values()
            if one.name != self.name and one.kind not in (ROWS, COMPUTED)
        ]

    @property
    def is_when_own(self) -> bool:
        """Whether the condition is of a sort that is not made here."""
        when = self.field.when
        return bool(when) and "field" not in (when or {})

    @property
    def when_values(self) -> list[tuple[str, str, bool]]:
        """Of the field that it waits for: value, word, whether it is one of them."""
        other = self.editor.definition.fields.get(self.when_field)
        if other is None:
            return []
        when = self.field.when or {}
        wanted = when.get("in", [when["is"]] if "is" in when else [])
        chosen = {_text(value) for value in wanted}
        return [(code, word, code in chosen) for code, word in values_of(other)]

    @property
    def again(self) -> Again | None:
        return next(
            (one for one in self.editor.check.again if one.field == self.name), None
        )

    @property
    def problems(self) -> list[str]:
        return self.editor.check.at(self.name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def values_of(one: Field) -> list[tuple[str, str]]:
    """What may be chosen in a field."""
    if one.kind == TRUTH:
        return [("true", _("yes")), ("false", _("no"))]
    if one.kind == CODES:
        return codes.find(one.codes) or []
    return [(str(choice.code), choice.label) for choice in one.choices]


@dataclass(frozen=True)
class Row:
    """A field in the list of fields."""

    field: Field
    kind: str
    glyph: str
    section: str
    begins: bool  # a section
    is_wrong: bool
    is_again: bool


class Editor:
    """A draft before one of its builders."""

    def __init__(
        self,
        design: Design,
        user: User,
        *,
        part: str = "fields",
        selected: str = "",
        said: Said | None = None,
        errors: dict[str, str] | None = None,
    ) -> None:
        self.design, self.user = design, user
        self.part = part if part in PARTS else "fields"
        self.check = Check(design, user)
        self.data, self.definition = self.check.data, self.check.definition
        self.said, self.errors = said, errors or {}
        self._selected = selected

    @property
    def module(self) -> Module:
        return self.design.version.module

    @cached_property
    def order(self) -> list[tuple[str, str]]:
        return sections(self.data)

    @property
    def tabs(self) -> list[tuple[str, str, int, bool]]:
        """Code, words, how much is wrong there, whether it is this one."""
        counts = self.check.counts
        return [
            (code, str(word), counts.get(code, 0), code == self.part)
            for code, word in PARTS.items()
        ]

    @cached_property
    def rows(self) -> list[Row]:
        found, last = [], None
        wrong = {one.field for one in self.check.problems}
        again = {one.field for one in self.check.again}
        for section, name in self.order:
            one = self.definition.fields[name]
            found.append(
                Row(
                    one,
                    str(LABELS.get(one.kind, one.kind)),
                    GLYPHS.get(one.kind, "text-size"),
                    section,
                    section != last and bool(section or last),
                    name in wrong,
                    name in again,
                )
            )
            last = section
        return found

    @property
    def section_titles(self) -> list[str]:
        return list(dict.fromkeys(title for title, _name in self.order if title))

    @cached_property
    def settings(self) -> Settings | None:
        one = self.definition.fields.get(self._selected)
        return Settings(self, one, self.said, self.errors) if one else None

    @cached_property
    def form(self) -> RecordForm:
        return RecordForm(self.definition, self.user)

    @property
    def base_title(self) -> str:
        text = self.said.text("title", 40) if self.said else None
        return self.definition.title if text is None else text

    @property
    def summary(self) -> str:
        return localized(self.data.get("summary"))

    @property
    def base_problems(self) -> list[str]:
        return [str(one) for one in self.check.of(BASE)]

    @property
    def right_problems(self) -> list[str]:
        return [str(one) for one in self.check.of(RIGHTS)]

    @property
    def step_problems(self) -> list[str]:
        return [str(one) for one in self.check.of(STEPS)]

    @property
    def owner_words(self) -> str:
        return str(dict(self.owners).get(self.data["owner"], self.data["owner"]))

    @property
    def color_number(self) -> int:
        """Which of the colours it is; 0 of one that is not among them."""
        color = self.definition.symbol.get("color")
        return COLORS.index(color) + 1 if color in COLORS else 0

    @property
    def applications(self) -> list[Application]:
        return list(Application.objects.in_use())

    @property
    def abouts(self) -> list[tuple[str, str]]:
        return [(value, str(word)) for value, word in Module.About.choices]

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Code and name of who may own it."""
        if self.design.street is not None:
            return [(unit.code, str(unit)) for unit in offices_of(self.design.street)]
        rows = Application.objects.in_use().exclude(office="")
        found = dict.fromkeys(rows.values_list("office", flat=True))
        known = [(code, self._office(code)) for code in found]
        owner = self.data["owner"]
        return known if owner in found else [*known, (owner, owner)]

    def _office(self, code: str) -> str:
        unit = Unit.objects.filter(code__endswith=f"-{code}").first()
        return str(unit) if unit else code

    @property
    def icons(self) -> tuple[str, ...]:
        return ICONS

    @property
    def colors(self) -> tuple[str, ...]:
        return COLORS

    @property
    def right_rows(self) -> list[RightRow]:
        return right_rows(self.data, in_district=self.design.street_id is None)

    @property
    def processes(self) -> list[Any]:
        return fitting_processes(self.definition)

    @property
    def day_fields(self) -> list[Field]:
        return days_in(self.definition)

    @property
    def counted(self) -> list[tuple[Field, list[tuple[str, str]]]]:
        return [(one, values_of(one)) for one in counted_in(self.definition)]

    @property
    def reminders(self) -> list[tuple[str, str, str]]:
        return [
            (one.code, one.title, self._when_told(one.spec))
            for one in self.definition.reminders
        ]

    def _when_told(self, spec: Any) -> str:
        every = spec.get("every")
        name = str(every["from"] if every else spec.get("field", ""))
        one = self.definition.fields.get(name)
        label = one.label if one else name
        span = every or spec.get("after") or spec.get("before") or {"days": 0}
        length = " ".join(_span(unit, span[unit]) for unit in UNITS if unit in span)
        if every:
            return _("every %(length)s from “%(field)s”") % {
                "length": length,
                "field": label,
            }
        told_ = {"length": length, "field": label}
        if "after" in spec:
            return _("%(length)s after “%(field)s”") % told_
        return _("%(length)s before “%(field)s”") % told_

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        return [
            (
                str(spec["code"]),
                localized(spec["title"]),
                figure_words(spec, self.definition),
            )
            for spec in self.definition.indicators
        ]

    @cached_property
    def trial(self) -> Trial:
        return Trial(self.design, self.user)

    @cached_property
    def differences(self) -> list[Difference]:
        """What it asks otherwise than what is published."""
        published = self.module.published_id
        if published is None:
            return []
        return differences(definition_of(published), self.definition)

    @cached_property
    def foreseen(self) -> Foreseen | None:
        if self.module.published_id is None:
            return None
        return foreseen(self.module, self.design.version, self.user)

    @property
    def history(self) -> list[str]:
        rows = self.design.steps.select_related("by")[:15]
        return [told(row) for row in rows]


UNITS = ("years", "months", "days")


def _span(unit: str, number: int) -> str:
    words = {
        "days": _("%(number)s days"),
        "months": _("%(number)s months"),
        "years": _("%(number)s years"),
    }
    return words[unit] % {"number": number}
