"""Everything of one correction, for whoever may see it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import User
from layers.corrections.forms import MoveForm, add_present
from layers.corrections.targets import Field, fields_of, name_of
from layers.finding.search import Outline
from layers.models import Conflict, Correction, Feature, Version
from workflow import dossier
from workflow.dossier import Step
from workflow.models import Attachment, Phase, Transition


@dataclass(frozen=True)
class Comparison:
    """One attribute: as it was seen, as it is published now, as it should be."""

    title: str
    seen: str
    now: str
    proposed: str
    is_proposed: bool


class Dossier(dossier.Dossier):
    """A correction with its history, its clock, and what its feature says and said."""

    def __init__(self, correction: Correction, reader: User, *, verb: str = "") -> None:
        super().__init__(correction, reader, verb=verb)
        self.correction = correction
        add_present(correction, reader)

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.correction, move)

    @cached_property
    def _seen(self) -> Any:
        """The feature as the reporter saw it; None of what is missing."""
        number = self.correction.version.number or 0
        rows = Feature.objects.filter(layer=self.correction.layer_id)
        rows = rows.of_version(number).filter(key=self.correction.key)
        return rows.annotate(outline=Outline("geometry")).defer("geometry").first()

    @property
    def outline(self) -> str:
        """GeoJSON of the feature as it was seen; empty of what is missing."""
        return self._seen.outline if self._seen else ""

    @cached_property
    def title(self) -> str:
        said = self._seen.properties if self._seen else {}
        return name_of(self.correction.layer, self.correction.key, said, self.reader)

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Of every attribute that says or should say something."""
        said = self._seen.properties if self._seen else {}
        proposed = self.correction.proposed
        now = {field.name: field for field in self.correction.present_fields}  # type: ignore[attr-defined]
        rows = []
        for field in fields_of(
            self.correction.layer,
            said,
            self.reader,
            with_key=self.correction.is_missing,
        ):
            wanted = Field(field.entry, proposed.get(field.name))
            present = now.get(field.name, field)
            if field.text or present.text or field.name in proposed:
                rows.append(
                    Comparison(
                        field.title,
                        field.text,
                        present.text,
                        wanted.text,
                        field.name in proposed,
                    )
                )
        return rows

    @property
    def has_proposals(self) -> bool:
        return any(row.is_proposed for row in self.comparisons)

    @property
    def changed_since(self) -> bool:
        """Whether the layer says something else by now than was seen."""
        return any(row.seen != row.now for row in self.comparisons)

    @cached_property
    def clock(self) -> Any:
        return self.correction.deadline()

    @property
    def before(self) -> Step:
        return self.history[0]

    @property
    def photos(self) -> list[Attachment]:
        return self.before.photos

    @cached_property
    def answer(self) -> Step | None:
        """The last step that somebody else took: what the reporter waits for."""
        actor = self.correction.reporter_id
        steps = [row for row in self.history if row.event.actor_id != actor]
        return steps[-1] if steps else None

    @property
    def is_over(self) -> bool:
        return self.correction.state.phase == Phase.DONE

    @property
    def is_own(self) -> bool:
        return self.correction.reporter_id == self.reader.pk

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What made a steward send it, as far as the reader sees both layers."""
        rows = Conflict.objects.visible_to(self.reader).select_related("rule")
        return list(rows.filter(correction=self.correction))

    @cached_property
    def draft(self) -> Version | None:
        """For who may see drafts of the layer."""
        if not self.correction.draft_id:
            return None
        drafts = Version.objects.visible_to(self.reader)
        return drafts.filter(pk=self.correction.draft_id).first()
