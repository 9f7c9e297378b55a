"""A volunteer is a neighbour: his name is not for whom his report may concern."""

import pytest

from workflow.models import Event


@pytest.mark.parametrize(
    ("username", "told"),
    [
        ("volunteer", True),
        ("desk", True),
        ("supervisor", True),
        ("handler", False),
        ("grid_worker", False),
    ],
)
def test_who_reads_a_volunteers_name(make_case, people, signed_in, username, told):
    case = make_case(state="dispatched", by="volunteer")
    page = signed_in(people[username]).get(f"/cases/{case.uuid}/").content.decode()
    events = signed_in(people[username]).get(f"/api/v1/cases/{case.uuid}/events/")
    name = people["volunteer"].name
    assert (name in page, name in events.content.decode()) == (told, told)


def test_a_worker_is_named_to_whoever_sees_the_case(make_case, people):
    event = Event.objects.get(subject_uuid=make_case().uuid)
    assert event.actor_for(people["handler"]) == people["grid_worker"].name
