"""What cannot wait is told aloud: to whom, and what the banner says of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import WhistleCall
from cases.urgent import call_of, came_in
from tests.cases.whistling import add_whistle
from workflow.models import Event, Notice


@pytest.fixture
def urgent(make_case):
    return make_case(urgent="yes")


def test_an_urgent_case_is_news_for_the_desk_it_waits_for(people, urgent, make_case):
    assert came_in(urgent, people["filer"])
    assert not came_in(urgent, people["dispatcher"])  # not his step
    assert not came_in(make_case(), people["filer"])


def test_what_came_long_ago_or_by_himself_is_none(people, urgent):
    event = Event.objects.get(subject_uuid=urgent.uuid)
    assert not came_in(urgent, event.actor)
    late = timezone.now() + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: late)
        assert not came_in(urgent, people["filer"])


def test_a_row_says_so_also_where_the_list_leaves_it_out(people, signed_in, urgent):
    filer = signed_in(people["filer"])
    for query in ("", "?phase=done"):
        answer = filer.get(f"/cases/{urgent.uuid}/row/{query}")
        assert answer["X-Urgent"] == "1"
    answer = signed_in(people["dispatcher"]).get(f"/cases/{urgent.uuid}/row/")
    assert "X-Urgent" not in answer


def test_the_banner_is_for_who_sees_the_case(people, signed_in, urgent, make_case):
    address = f"/cases/{urgent.uuid}/alarm/"
    html = signed_in(people["filer"]).get(address).content.decode()
    assert f'data-alarm="{urgent.uuid}"' in html
    assert signed_in(people["outsider"]).get(address).status_code == 404
    calm = make_case()
    answer = signed_in(people["filer"]).get(f"/cases/{calm.uuid}/alarm/")
    assert answer.status_code == 204


def test_a_whistle_is_news_for_the_unit_it_calls(people, signed_in, make_case):
    whistle = add_whistle(make_case("resolve"), people["desk"])
    call = WhistleCall.objects.filter(whistle=whistle).first()
    members = call.unit.memberships.filter(role="handler")
    handler = members.get().user
    assert call_of(whistle, people["desk"]) is None
    address = f"/whistles/{whistle.uuid}/alarm/"
    WhistleCall.objects.filter(pk=call.pk).update(called_at=timezone.now())
    assert signed_in(handler).get(address).status_code == 200
    WhistleCall.objects.filter(pk=call.pk).update(signed_at=timezone.now())
    assert signed_in(handler).get(address).status_code == 204


def test_opening_a_case_reads_what_was_told_of_it(people, signed_in, make_case):
    case, other = make_case(), make_case()
    for row in (case, other):
        Notice.objects.create(
            person=people["filer"],
            what="x",
            kind="case",
            subject_uuid=row.uuid,
            made_at=timezone.now(),
        )
    signed_in(people["filer"]).get(f"/cases/{case.uuid}/pane/")
    left = Notice.objects.unread().values_list("subject_uuid", flat=True)
    assert list(left) == [other.uuid]
