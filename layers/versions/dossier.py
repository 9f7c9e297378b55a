"""Everything of one version, for whoever may see it."""

from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from layers.models import ImportRun, PendingAct, Version
from layers.permissions import can_import
from layers.versions import quality
from layers.versions.differences import Differences
from workflow import forms
from workflow.dossier import Dossier, Step
from workflow.engine import moves_open_to
from workflow.forms import primary_first
from workflow.models import Phase, Transition

PUBLISHES = "publish_version"


def whole(versions: QuerySet[Version]) -> QuerySet[Version]:
    """With what the page of a version shows, in one query."""
    return versions.select_related(
        "layer__provider", "layer__published", "base", "made_by"
    )


class VersionForm(forms.MoveForm):
    """The form of one move of one version."""

    @property
    def version(self) -> Version:
        return cast(Version, self.subject)

    @property
    def action_url(self) -> str:
        return address("version_act", self.version)

    @property
    def page_url(self) -> str:
        return address("version", self.version)


def address(name: str, version: Version) -> str:
    """The address of one of a version's pages."""
    return reverse(f"layers:{name}", args=[version.layer.code, version.uuid])


class VersionDossier(Dossier):
    """A version with its figures, its history and the moves open to a reader."""

    def __init__(self, version: Version, reader: User, *, verb: str = "") -> None:
        super().__init__(version, reader, verb=verb)
        self.version, self.layer = version, version.layer

    def form_of(self, move: Transition) -> VersionForm:
        return VersionForm(self.version, move)

    @cached_property
    def writes(self) -> bool:
        """Whether the layer is this reader's work: then he sees who did what."""
        return can_import(self.reader, self.layer)

    @cached_property
    def forms(self) -> list[forms.MoveForm]:
        """The moves open to the reader; none while a worker does one."""
        if self.is_at_work:
            return []
        moves = primary_first(moves_open_to(self.version, self.reader))
        if self.is_outdated:
            moves = [move for move in moves if PUBLISHES not in move.effects]
        if not self.is_published:
            return [self.form_of(move) for move in moves]
        return [self.form_of(move) for move in moves if not self.is_superseded]

    @property
    def waits_for(self) -> str:
        """What somebody else must do; nothing where its life is over."""
        over = self.version.state.phase == Phase.DONE or self.is_at_work
        return "" if over or not self.writes else super().waits_for

    @cached_property
    def history(self) -> list[Step]:
        return super().history if self.writes else []

    @property
    def is_open(self) -> bool:
        return self.version.state.phase != Phase.DONE

    @property
    def is_published(self) -> bool:
        return self.version.number is not None

    @property
    def is_current(self) -> bool:
        return self.layer.published_id == self.version.pk

    @property
    def is_superseded(self) -> bool:
        """Published once; another version has taken its place."""
        return self.is_published and not self.is_current

    @property
    def is_outdated(self) -> bool:
        """A draft that was compared with what is no longer published."""
        return self.is_open and self.layer.published_id != self.version.base_id

    @cached_property
    def may_restore(self) -> bool:
        return self.writes and self.is_superseded

    @cached_property
    def may_compare_again(self) -> bool:
        return self.writes and self.is_outdated and self.run is not None

    @cached_property
    def run(self) -> ImportRun | None:
        """The import that made it, for who may read its report."""
        runs = ImportRun.objects.visible_to(self.reader)
        return runs.filter(version=self.version, report__differs=True).first()

    @cached_property
    def pending(self) -> PendingAct | None:
        return self.version.pending_acts.first()

    @property
    def is_at_work(self) -> bool:
        """Whether a worker is doing what somebody asked for."""
        return self.pending is not None and not self.pending.has_ended

    @property
    def trouble(self) -> str:
        """Why the last long act was not done, until another act was."""
        last = self.pending
        is_last = last is not None and last.after_event == self.version.events_count
        return last.trouble if last and is_last and self.writes else ""

    @cached_property
    def quality(self) -> quality.Quality | None:
        return quality.compare(self.version, self.version.base)

    @cached_property
    def differences(self) -> Differences:
        return Differences(self.version, self.reader)

    @property
    def unchanged(self) -> int:
        """Rows that stay as they are."""
        version = self.version
        return max(version.rows - version.added - version.changed, 0)

    @property
    def refused(self) -> Any:
        return (self.version.quality or {}).get("refused")
