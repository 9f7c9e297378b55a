"""他人正在处理: who else has a case open, and who is never told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from workflow import presence
from workflow.live import Message, Watcher
from workflow.models import Presence


@pytest.fixture
def notes(monkeypatch):
    """What went out over the stream, as other processes hear it."""
    told, send = [], presence._send

    def hear(fields):
        send(fields)
        holders = frozenset(fields["holders"])
        told.append(Message(**{**fields, "holders": holders}))

    monkeypatch.setattr(presence, "_send", hear)
    return told


def said(case, user):
    return [(row.person, row.move) for row in presence.others(case, user)]


def test_each_sees_the_other_and_what_he_fills_in(people, make_case):
    case, tab = make_case(), uuid4()
    presence.enter(case, people["desk"], uuid4())
    presence.enter(case, people["filer"], tab)
    assert said(case, people["desk"]) == [("演示filer", "")]
    presence.enter(case, people["filer"], tab, "file")
    assert said(case, people["desk"]) == [("演示filer", "立案")]
    assert said(case, people["filer"]) == [("演示desk", "")]


def test_a_page_has_one_case_open(people, make_case):
    one, other, tab = make_case(), make_case(), uuid4()
    presence.enter(one, people["filer"], tab)
    presence.enter(other, people["filer"], tab)
    assert said(one, people["desk"]) == []
    assert said(other, people["desk"]) == [("演示filer", "")]


def test_two_pages_of_a_person_are_one(people, make_case):
    case = make_case()
    presence.enter(case, people["filer"], uuid4())
    presence.enter(case, people["filer"], uuid4(), "file")
    assert said(case, people["desk"]) == [("演示filer", "立案")]


def test_who_leaves_or_is_silent_is_gone(people, make_case):
    case, tab = make_case(), uuid4()
    presence.enter(case, people["filer"], tab)
    presence.leave(people["filer"], tab)
    presence.enter(case, people["dispatcher"], uuid4())
    Presence.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert said(case, people["desk"]) == []
    presence.enter(case, people["desk"], uuid4())
    assert Presence.objects.count() == 1  # the others were swept


def test_word_goes_to_those_who_are_there_and_names_nobody(people, make_case, notes):
    case, tab = make_case(), uuid4()
    presence.enter(case, people["desk"], uuid4())
    assert notes == []  # nobody is there to hear it
    presence.enter(case, people["filer"], tab)
    presence.enter(case, people["filer"], tab)  # still there: nothing new
    presence.leave(people["filer"], tab)
    desk = Watcher(frozenset({-people["desk"].pk}), False, "")
    chief = Watcher(frozenset({-people["supervisor"].pk}), True, "")
    assert [desk.hears(note) for note in notes] == [True, True]
    # Also not to who sees every event, unless he has it open.
    assert [chief.hears(note) for note in notes] == [False, False]
    assert b"filer" not in notes[0].encoded


def test_a_neighbour_neither_sees_nor_is_seen(people, make_case):
    case = make_case(by="volunteer")
    presence.enter(case, people["volunteer"], uuid4())
    presence.enter(case, people["desk"], uuid4())
    assert said(case, people["desk"]) == []
    assert said(case, people["volunteer"]) == []


def test_only_who_sees_the_case_may_ask(people, signed_in, make_case):
    case = make_case()
    presence.enter(case, people["desk"], uuid4())
    address = reverse("cases:presence", args=[case.uuid])
    outsider = signed_in(people["outsider"])
    assert outsider.get(address).status_code == 404
    assert outsider.post(address, {"tab": str(uuid4())}).status_code == 404
    filer = signed_in(people["filer"])
    html = filer.post(address, {"tab": str(uuid4()), "verb": "file"}).content.decode()
    assert "演示desk" in html
    assert filer.post(address, {"tab": "x"}).status_code == 400


def test_the_page_says_goodbye(people, signed_in, make_case):
    case, tab = make_case(), str(uuid4())
    address = reverse("cases:presence", args=[case.uuid])
    filer = signed_in(people["filer"])
    filer.post(address, {"tab": tab})
    assert filer.post(address, {"tab": tab, "leave": "1"}).status_code == 204
    assert not Presence.objects.exists()


def test_the_api_says_the_same(people, signed_in, make_case):
    case = make_case()
    presence.enter(case, people["filer"], uuid4(), "file")
    address = f"/api/v1/cases/{case.uuid}/presence/"
    desk = signed_in(people["desk"])
    sent = {"tab": str(uuid4())}
    found = desk.post(address, sent, content_type="application/json").json()
    assert (
        found == desk.get(address).json() == [{"person": "演示filer", "move": "立案"}]
    )
    assert signed_in(people["outsider"]).get(address).status_code == 404
