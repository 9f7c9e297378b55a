"""Who had a part in a case's disposal or in its check, and so never gets its sample."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from cases.models import Case, Sample
from workflow.models import Event, Phase, State
from workflow.models.process import states_of

BARRING = frozenset({Phase.RESOLVE, Phase.VERIFY})


def involved(
    cases: Iterable[tuple[int, UUID]], people: Collection[int] | None = None
) -> dict[int, set[int]]:
    """By case, who moved it out of a state of disposal or check.

    Of ``people`` alone, where they are named. One query.
    """
    keys = {uuid: case for case, uuid in cases}
    events = Event.objects.filter(kind=Case.KIND, subject_uuid__in=list(keys))
    if people is not None:
        events = events.filter(actor__in=people)
    events = events.exclude(from_state="").exclude(from_state=F("to_state"))
    found: dict[int, set[int]] = defaultdict(set)
    rows = events.values_list("subject_uuid", "process_id", "from_state", "actor_id")
    for uuid, process_id, code, actor in rows:
        if _phases(process_id).get(code) in BARRING:
            found[keys[uuid]].add(actor)
    return found


def _phases(process_id: int) -> dict[str, str]:
    return {state.code: state.phase for state in states_of(process_id)}


def without_part_of(samples: QuerySet[Sample], user: User) -> QuerySet[Sample]:
    """Those in whose disposal and check the person had no part; within the query."""
    left = State.objects.filter(
        process=OuterRef("process"), code=OuterRef("from_state"), phase__in=BARRING
    )
    own = Event.objects.filter(
        ~Q(from_state=F("to_state")),
        Exists(left),
        kind=Case.KIND,
        subject_uuid=OuterRef("case__uuid"),
        actor=user,
    )
    return samples.filter(~Exists(own))
