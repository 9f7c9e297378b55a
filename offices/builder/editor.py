"""What the pages of a draft show: its fields, the settings of one, the form as it will
be, what is wrong with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from govmap.lib.localized import localized
from offices.builder.access import offices_of
from offices.builder.arranging import (
    sections,
)
from offices.builder.checks import Check
from offices.builder.condition_words import figure_words
from offices.builder.drafts import told
from offices.builder.field_page import Settings, values_of
from offices.builder.flow_page import StepRow, StepSettings, settings_of, step_rows
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
from offices.builder.total_steps import (
    Offered,
    own_numbers,
    total_words,
    totals_offered,
)
from offices.builder.use_steps import (
    classes_offered,
    keys_offered,
    papers_offered,
)
from offices.models import Application, Design, Module
from offices.modules.definition import (
    Field,
    definition_of,
)
from offices.modules.forms import RecordForm
from offices.modules.owner_words import owner_words
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
    step: str  # the title of the step that asks it


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
        found, last, steps = [], None, self.asked_in
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
                    steps.get(name, ""),
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
        """What whoever enters it is asked."""
        later = self.definition.asked_by_steps
        names = [name for name in self.definition.fields if name not in later]
        return RecordForm(self.definition, self.user, names=names)

    @cached_property
    def flow(self) -> list[StepRow]:
        """The steps of its own procedure."""
        return step_rows(self)

    @cached_property
    def step_settings(self) -> StepSettings | None:
        return settings_of(self, self._selected) if self.part == "steps" else None

    @property
    def asked_in(self) -> dict[str, str]:
        """By the name of a field: the title of the step that asks it."""
        steps = self.definition.flow
        return {name: step.title for step in steps for name in step.fields}

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
        known = [(code, owner_words(code)) for code in found]
        owner = self.data["owner"]
        return known if owner in found else [*known, (owner, owner)]

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
    def papers(self) -> list[tuple[str, str, bool]]:
        chosen = self.definition.papers
        return [(code, title, code in chosen) for code, title in papers_offered()]

    @property
    def classes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return classes_offered()

    @property
    def opens_case(self) -> str:
        spec = self.definition.opens_case
        return f"{spec.get('kind', 'event')}/{spec['category']}" if spec else ""

    @property
    def keys(self) -> list[tuple[str, str, bool]]:
        """Fields by which two entries can be the same, and whether they must not."""
        chosen = self.definition.unique[0] if self.definition.unique else []
        offered = keys_offered(self.definition)
        return [(one.name, one.label, one.name in chosen) for one in offered]

    @cached_property
    def totals_offered(self) -> list[Offered]:
        return totals_offered(self.definition, self.design.street)

    @property
    def totals(self) -> list[tuple[str, str, str]]:
        return total_words(self.definition)

    @property
    def numbers(self) -> list[Field]:
        return own_numbers(self.definition)

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
