"""Who disposed never checks: the database refuses it, whatever writes the record."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from tests.workflow import asking
from tests.workflow.asking import do
from workflow.models import Event, Process

COPY = """
INSERT INTO workflow_event (
    act_id, kind, subject_id, subject_uuid, seq, process_id, verb, from_state, to_state,
    actor_id, unit_id, role, happened_at, recorded_at, data, body_digest, canonical,
    canonical_version, previous_hash, hash)
SELECT %(act)s, kind, subject_id, subject_uuid, seq + 1, process_id, %(verb)s, 'judged',
    'over', %(actor)s, unit_id, role, happened_at, recorded_at, data, body_digest,
    canonical, canonical_version, previous_hash, hash
FROM workflow_event WHERE subject_uuid = %(case)s ORDER BY seq DESC LIMIT 1
"""


@pytest.fixture
def judged(people, tmp_path):
    """A case whose disposal is to be judged; the supervisor urged it while at work."""
    asking.load(tmp_path)
    case = asking.at_work(people)
    do(case, "urge", people["supervisor"], note="x")
    do(case, "mend", people["handler"])
    return case


def execute(statement, told=None):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, told)


def written(case, actor, verb="nod"):
    """As the serving role, past the engine."""
    told = {"act": uuid4(), "verb": verb, "actor": actor.pk, "case": case.uuid}
    execute(COPY, told)
    return Event.objects.of("case", case.uuid).filter(verb=verb).exists()


@pytest.mark.parametrize("verb", ["nod", "shake"])
def test_who_disposed_is_refused(judged, people, verb):
    with pytest.raises(DatabaseError, match="does not judge it"):
        written(judged, people["handler"], verb)


def test_somebody_else_is_not(judged, people):
    assert written(judged, people["grid_worker"])


def test_what_left_it_where_it_stood_bars_nobody(judged, people):
    assert written(judged, people["supervisor"])


def test_who_made_a_subject_took_part_in_collecting(make_case, people):
    """Seen by a process that bars the phase, as the review of a version does."""
    case = make_case(state="closed")
    told = {
        "act": uuid4(),
        "actor": people["grid_worker"].pk,
        "case": case.uuid,
        "process": Process.objects.current("version").pk,
    }
    other = "%(process)s, 'publish', 'review'"
    with pytest.raises(DatabaseError, match="does not judge it"):
        execute(COPY.replace("process_id, %(verb)s, 'judged'", other), told)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE workflow_event DISABLE TRIGGER event_refuses_who_is_barred",
        "DROP TRIGGER event_refuses_who_is_barred ON workflow_event",
    ],
)
def test_the_serving_role_cannot_switch_it_off(db, statement):
    with pytest.raises(DatabaseError):
        execute(statement)
