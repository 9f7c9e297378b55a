"""What rights and guards look at, fetched for many subjects at once.

Each sort is one query for all of them, made when it is first asked for.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from workflow.models import Deadline, Event, Phase, Request, Subject
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
            phases = {state.code: state.phase for state in states_of(process_id)}
            found[uuid].add(phases.get(code, "") if code else Phase.COLLECT)
        return found
