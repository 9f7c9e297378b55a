"""The row that many desks ask for at once: drawn once, and for nobody else."""

import pytest

from accounts.models import Membership, User
from cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(people):
    """Somebody with the same posts as the desk."""
    twin = User.objects.create(username="twin")
    for post in Membership.objects.filter(user=people["desk"]):
        post.pk, post.user = None, twin
        post.save(force_insert=True)
    return twin


def row(client, case, query="view=all"):
    return client.get(f"/cases/{case.uuid}/row/?{query}")


def test_a_colleague_gets_the_row_that_is_drawn_already(
    signed_in, people, make_case, colleague, django_assert_max_num_queries
):
    case, twin = make_case(), signed_in(colleague)
    first = row(signed_in(people["desk"]), case)
    with django_assert_max_num_queries(5):
        assert row(twin, case).content == first.content


def test_it_is_nobodys_who_does_not_see_the_case(signed_in, people, make_case):
    case = make_case()
    assert row(signed_in(people["desk"]), case).status_code == 200
    assert row(signed_in(people["outsider"]), case).status_code == 404


def test_another_event_is_another_row(signed_in, people, make_case):
    case, desk = make_case(), signed_in(people["desk"])
    before = row(desk, case).content
    Case.objects.filter(pk=case.pk).update(events_count=9, address="另一处")
    assert row(desk, case).content != before


def test_who_has_read_it_gets_another_than_who_has_not(
    signed_in, people, make_case, colleague
):
    case, desk = make_case(), signed_in(people["desk"])
    desk.get(f"/cases/{case.uuid}/pane/")
    assert b"is-unread" not in row(desk, case).content
    assert b"is-unread" in row(signed_in(colleague), case).content


def test_another_list_is_asked_anew(signed_in, people, make_case):
    case, desk = make_case(), signed_in(people["desk"])
    assert row(desk, case).status_code == 200
    assert row(desk, case, "view=all&phase=done").status_code == 204
