"""The settings of one field as the page of a draft shows them."""

from dataclasses import dataclass
from dataclasses import field as made
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govmap.lib.localized import localized
from offices.builder.arranging import may_filter, may_label, may_list, may_search
from offices.builder.checks import Again
from offices.builder.field_saying import given_of
from offices.builder.formulas import to_titles
from offices.builder.guessing import line_of
from offices.builder.kinds import LABELS
from offices.builder.said import Said
from offices.builder.words import WORDS
from offices.models import CodeList, Module
from offices.modules import codes
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    ROWS,
    TRUTH,
    Field,
)
from offices.modules.refs import RECORD

if TYPE_CHECKING:
    from offices.builder.editor import Editor

STAR = "*"  # behind the name of what is needed
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
            line_of(one.label + STAR * one.is_required, given_of(one).options)
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
    def steps(self) -> list[tuple[str, str, bool]]:
        """The steps that may ask it: code, title, whether it is this one that does."""
        return [
            (step.code, step.title, self.name in step.fields)
            for step in self.editor.definition.flow
        ]

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
