"""The record cannot be rewritten: neither by the serving role nor by the owner."""

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from govmap.lib.env import database
from tests import databases

REWRITES = [
    "UPDATE workflow_event SET verb = 'x'",
    "DELETE FROM workflow_event",
    "TRUNCATE workflow_event CASCADE",
]
SWITCHES = [
    "ALTER TABLE workflow_event DISABLE TRIGGER event_is_append_only",
    "DROP TRIGGER event_is_append_only ON workflow_event",
    "SET session_replication_role = replica",
    "DROP TABLE workflow_event",
    "CREATE OR REPLACE FUNCTION govmap_append_only() RETURNS trigger"
    " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
]


def as_owner(statement):
    owner = database(settings.OWNER_URL, pool=1)
    with psycopg.connect(
        dbname=databases.NAME,
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"],
        port=owner["PORT"] or None,
    ) as link:
        link.execute(statement)


@pytest.mark.parametrize("statement", REWRITES + SWITCHES)
def test_the_serving_role_is_refused(make_case, statement):
    case = make_case()
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
    assert case.events().count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", REWRITES)
def test_the_owner_is_stopped_by_the_trigger(make_case, statement):
    case = make_case()
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        as_owner(statement)
    assert case.events().count() == 1
