"""The event log by a cursor: what the stream tells, for whom none comes through."""

import pytest

from workflow import live
from workflow.models import Event

pytestmark = pytest.mark.django_db


def since(client, after=""):
    return client.get("/live/since/", {"after": after}).json()


def test_it_tells_what_came_after_the_cursor(signed_in, people, make_case):
    desk = signed_in(people["desk"])
    cursor = since(desk)["last"]
    case = make_case()
    said = since(desk, cursor)
    assert [event["uuid"] for event in said["events"]] == [str(case.uuid)]
    assert since(desk, said["last"])["events"] == []


def test_it_tells_of_ones_own_scope_only(signed_in, people, make_case):
    make_case(street=2)
    assert since(signed_in(people["desk"]), 0)["events"] == []


def test_too_much_is_read_anew(signed_in, people, make_case, monkeypatch):
    monkeypatch.setattr(live, "MOST_MISSED", 0)
    make_case()
    said = since(signed_in(people["desk"]), 0)
    assert said["reload"] and said["last"] == Event.objects.last_id()


def test_it_says_how_many_notices_are_unread(signed_in, people):
    assert since(signed_in(people["desk"]))["notices"] == 0


def test_a_stranger_is_told_nothing(client):
    answer = client.get("/live/since/")
    assert (answer.status_code, answer.content) == (401, b"")


def test_a_question_costs_few_queries(
    signed_in, people, make_case, django_assert_max_num_queries
):
    desk = signed_in(people["desk"])
    make_case()
    since(desk)
    with django_assert_max_num_queries(8):
        since(desk, 0)
