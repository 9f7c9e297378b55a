"""What rights and guards look at, fetched for many subjects at once.

Each sort is one query for all of them, made when it is first asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Self
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User
from workflow.models import (
    Deadline,
    Event,
    PaperDelivery,
    Phase,
    PrintedPaper,
    Recusal,
    Request,
    Subject,
)
from workflow.models.process import states_of


class Surroundings:
    """The requests, limits and past acts around subjects of one kind.

    ``moment`` is the time for which limits are looked at, now where it is not given.
    """

    def __init__(
        self, subjects: Sequence[Subject], by: User, moment: datetime | None = None
    ) -> None:
        self.subjects, self.by = subjects, by
        self.moment = moment or timezone.now()

    def known(
        self,
        *,
        events: Iterable[Event] | None = None,
        limits: Iterable[Deadline] | None = None,
        requests: Iterable[Request] | None = None,
    ) -> Self:
        """What the caller has read of the only subject is not read again.

        Each is all of its sort that the subject has, the oldest first.
        """
        (row,) = self.subjects
        if events is not None:
            left = self.phases_left = defaultdict(set)
            for event in events:
                if event.actor_id == self.by.pk and event.from_state != event.to_state:
                    left[row.uuid].add(_phase_left(event.process_id, event.from_state))
        if limits is not None:
            running = {limit.name: limit for limit in limits if limit.met_at is None}
            self.limits = defaultdict(dict, {row.pk: running})
        if requests is not None:
            self.requests = defaultdict(list, {row.pk: list(requests)})
        return self

    @property
    def _ids(self) -> list[int]:
        return [row.pk for row in self.subjects if row.pk]

    @cached_property
    def requests(self) -> dict[int, list[Request]]:
        """All requests by the subject's primary key, the oldest first."""
        found: dict[int, list[Request]] = defaultdict(list)
        if self._ids:
            kind = self.subjects[0].KIND
            rows = Request.objects.filter(kind=kind, subject_id__in=self._ids)
            for row in rows.order_by("pk"):
                found[row.subject_id].append(row)
        return found

    @cached_property
    def limits(self) -> dict[int, dict[str, Deadline]]:
        """The limits that run or are paused, by the subject's key and their name."""
        found: dict[int, dict[str, Deadline]] = defaultdict(dict)
        if self._ids:
            kind = self.subjects[0].KIND
            rows = Deadline.objects.running()
            for row in rows.filter(kind=kind, subject_id__in=self._ids):
                found[row.subject_id][row.name] = row
        return found

    @cached_property
    def recused(self) -> set[int]:
        """Keys of the subjects in which the person has no part, as a near relative."""
        if not self._ids:
            return set()
        rows = Recusal.objects.filter(
            kind=self.subjects[0].KIND, subject_id__in=self._ids, person=self.by
        )
        return set(rows.values_list("subject_id", flat=True))

    @cached_property
    def papers(self) -> dict[str, dict[str, bool]]:
        """By the subject's uuid: the codes of what was printed of it, void ones apart,
        and whether any of them was delivered.
        """
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        if not self._ids:
            return found
        keys = [str(row.uuid) for row in self.subjects]
        rows = PrintedPaper.objects.filter(kind=self.subjects[0].KIND, key__in=keys)
        rows = rows.filter(voided_at=None).order_by()
        told = rows.annotate(
            reached=Exists(PaperDelivery.objects.filter(paper=OuterRef("pk")))
        )
        for key, code, reached in told.values_list("key", "code", "reached"):
            found[key][code] = found[key].get(code, False) or reached
        return found

    @cached_property
    def phases_left(self) -> dict[UUID, set[str]]:
        """The phases that the person moved each subject out of: what bars him.

        Who made it has a part in the phase of collecting. What left it where it was
        (urging, asking) bars nobody.
        """
        found: dict[UUID, set[str]] = defaultdict(set)
        if not self._ids:
            return found
        events = Event.objects.filter(
            kind=self.subjects[0].KIND,
            subject_uuid__in=[row.uuid for row in self.subjects],
            actor=self.by,
        ).exclude(from_state=F("to_state"))
        rows = events.values_list("subject_uuid", "process_id", "from_state")
        for uuid, process_id, code in rows:
            found[uuid].add(_phase_left(process_id, code))
        return found


def _phase_left(process_id: int, code: str) -> str:
    """The phase of a state; of what made the subject, that of collecting."""
    phases = {state.code: state.phase for state in states_of(process_id)}
    return phases.get(code, "") if code else Phase.COLLECT
