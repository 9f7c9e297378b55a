"""The steps of a module's own procedure as the page of a draft shows them."""

from dataclasses import dataclass
from dataclasses import field as made
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from offices.builder.flow_steps import doers_of, free_fields
from offices.builder.right_steps import key_of
from offices.builder.said import Said
from offices.modules.flow import FlowStep
from offices.modules.forms import RecordForm
from workflow.models.clock import LimitType

if TYPE_CHECKING:
    from offices.builder.editor import Editor

LIMIT_WORDS = {
    LimitType.WHOLE_WORK_DAYS: pgettext_lazy("builder", "working days"),
    LimitType.STATUTORY_DAYS: gettext_lazy("days, holidays counted"),
    LimitType.WORK_HOURS: pgettext_lazy("builder", "working hours"),
}
FLAG_WORDS = {
    "back": gettext_lazy("It can be sent back to the step before"),
    "refuse": gettext_lazy("It can be refused here, and ends with that"),
    "apart": gettext_lazy("By somebody else than who entered it or did a step before"),
}


@dataclass(frozen=True)
class StepRow:
    """A step in the list of steps."""

    step: FlowStep
    who: str
    limit: str
    fields: str
    is_wrong: bool
    form: RecordForm | None  # as it will ask; nothing of a step that asks nothing


@dataclass
class StepSettings:
    """One step as its settings show it; ``said``: what was sent and not taken."""

    editor: "Editor"
    step: FlowStep
    is_first: bool
    said: Said | None = None
    errors: dict[str, str] = made(default_factory=dict)

    def _said(self, name: str, kept: str) -> str:
        text = self.said.text(name) if self.said else None
        return kept if text is None else text

    @property
    def title(self) -> str:
        return self._said("title", self.step.title)

    @property
    def limit(self) -> str:
        return self._said("limit", str(self.step.limit.get("limit", "")))

    @property
    def limit_types(self) -> list[tuple[str, str, bool]]:
        now = self.step.limit.get("type")
        return [(str(one), str(w), str(one) == now) for one, w in LIMIT_WORDS.items()]

    @property
    def doers(self) -> list[tuple[str, str, bool]]:
        """Key and words of each post that can do it, and whether it does."""
        chosen = {key_of(entry) for entry in self.step.who}
        in_district = self.editor.design.street_id is None
        posts = doers_of(self.editor.data, in_district=in_district)
        return [(post.key, str(post.words), post.key in chosen) for post in posts]

    @property
    def fields(self) -> list[tuple[str, str, bool]]:
        """Fields that it may ask, and whether it does."""
        asked = set(self.step.fields)
        free = free_fields(self.editor.definition, self.step.code)
        return [(one.name, one.label, one.name in asked) for one in free]

    @property
    def flags(self) -> list[tuple[str, str, bool]]:
        return [
            (name, str(word), bool(self.step.spec.get(name)))
            for name, word in FLAG_WORDS.items()
            if not (name == "back" and self.is_first)
        ]


def limit_words(step: FlowStep) -> str:
    """“5 working days”; nothing where it has no limit."""
    if not step.limit:
        return ""
    word = LIMIT_WORDS[LimitType(step.limit["type"])]
    return _("%(number)s %(unit)s") % {"number": step.limit["limit"], "unit": word}


def step_rows(editor: "Editor") -> list[StepRow]:
    definition = editor.definition
    in_district = editor.design.street_id is None
    posts = doers_of(editor.data, in_district=in_district)
    words = {post.key: str(post.words) for post in posts}
    wrong = " ".join(editor.step_problems)
    return [
        StepRow(
            step,
            "、".join(words.get(key_of(one), one["role"]) for one in step.who),
            limit_words(step),
            "、".join(definition.fields[name].label for name in step.fields),
            f"“{step.title}”" in wrong,
            RecordForm(definition, editor.user, names=step.fields)
            if step.fields
            else None,
        )
        for step in definition.flow
    ]


def settings_of(editor: "Editor", code: str) -> StepSettings | None:
    for at, step in enumerate(editor.definition.flow):
        if step.code == code:
            return StepSettings(editor, step, at == 0, editor.said, editor.errors)
    return None
