"""Notices: who is told, once; the bell, the page, the API."""

import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.workflow import asking, pausing
from workflow import live, notices
from workflow.channels import words
from workflow.models import Notice

WORDS = {"title": {"zh-hans": "请尽快处置", "en": "Please hurry"}}


@pytest.fixture
def case(people, tmp_path):
    pausing.load(tmp_path)
    return asking.at_work(people)


@pytest.fixture
def told(people):
    """Three notices of the handler and one of the clerk, the second read."""
    for number in range(3):
        notices.notify(None, f"n{number}", people=[people["handler"].pk], data=WORDS)
    notices.notify(None, "other", people=[people["clerk"].pk], data=WORDS)
    Notice.objects.filter(what="n1").update(read_at=timezone.now())
    return list(Notice.objects.filter(person=people["handler"]).order_by("pk"))


@pytest.fixture
def handler(people, signed_in):
    return signed_in(people["handler"])


def names() -> set[str]:
    return set(Notice.objects.values_list("person__username", flat=True))


def test_posts_and_people_are_told_each_once(case, people):
    unit = people["handler"].posts[0].unit_id
    posts = [(unit, "handler"), (unit, "unit_clerk")]
    count = notices.notify(case, "x", posts=posts, people=[people["handler"].pk])
    assert (count, names()) == (2, {"handler", "clerk"})


def test_a_key_is_told_to_each_once(case, people):
    both = [people["handler"].pk, people["clerk"].pk]
    counts = [
        notices.notify(case, "x", people=some, key="one")
        for some in (both[:1], both, both)
    ]
    assert counts == [1, 1, 0]


def test_who_left_is_told_nothing(case, people):
    people["clerk"].is_active = False
    people["clerk"].save()
    unit = people["clerk"].posts[0].unit_id
    assert notices.notify(case, "x", posts=[(unit, "unit_clerk")]) == 0


def test_a_move_tells_the_unit_it_names_in_its_own_words(case, people):
    asking.do(case, "rest", people["dispatcher"])
    row = Notice.objects.get(person=people["handler"])
    assert (row.what, row.subject_uuid) == ("paused", case.uuid)
    assert (notices.title_of(row), row.data["subject"]) == ("挂账", case.number)


def test_of_a_units_move_its_doer_is_not_told(case, people):
    asking.do(case, "rest", people["dispatcher"])
    assert "dispatcher" not in names() and "clerk" in names()


def test_the_systems_own_words_are_filled_in(people):
    year = {"year": 2031}
    notices.notify(None, "calendar_missing", people=[people["system"].pk], data=year)
    assert "2031" in notices.title_of(Notice.objects.get())


def test_the_page_shows_the_persons_own(told, handler):
    text = handler.get("/notices/").content.decode()
    assert text.count("notices-row") == 3 and text.count("notices-new") == 2


def test_the_page_may_show_only_what_is_unread(told, handler):
    text = handler.get("/notices/?unread=1").content.decode()
    assert text.count("notices-row") == 2


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "²"])
def test_a_page_that_is_none_is_the_first(told, handler, before):
    text = handler.get("/notices/", {"before": before}).content.decode()
    assert text.count("notices-row") == 3


def test_older_notices_are_a_page_away(handler, people):
    for number in range(31):
        notices.notify(None, f"n{number}", people=[people["handler"].pk])
    first = handler.get("/notices/").context
    second = handler.get(f"/notices/?before={first['before']}").context
    assert (len(first["told"]), len(second["told"])) == (30, 1)
    assert second["before"] is None


def test_opening_a_notice_reads_it_and_leads_to_its_subject(case, handler, people):
    notices.notify(case, "x", people=[people["handler"].pk])
    row = Notice.objects.get()
    answer = handler.get(f"/notices/{row.pk}/")
    row.refresh_from_db()
    assert row.read_at and str(case.uuid) in answer.url


@pytest.mark.parametrize("path", ["/notices/{}/", "/notices/{}/read/"])
def test_anothers_notice_is_not_there(told, signed_in, people, path):
    client = signed_in(people["clerk"])
    ask = client.post if "read" in path else client.get
    assert ask(path.format(told[0].pk)).status_code == 404
    assert Notice.objects.unread().filter(pk=told[0].pk).exists()


def test_one_or_all_are_marked_as_read(told, handler):
    handler.post(f"/notices/{told[0].pk}/read/")
    after_one = Notice.objects.unread().count()
    handler.post("/notices/read/")
    assert (after_one, Notice.objects.unread().count()) == (2, 1)


def test_the_bell_says_how_many(told, handler):
    text = handler.get("/notices/bell/").content.decode()
    assert 'data-number="2"' in text


def test_the_bell_costs_a_page_one_query(told, handler):
    with CaptureQueriesContext(connection) as seen:
        handler.get("/accounts/password/change/")
    asked = [
        query for query in seen.captured_queries if "workflow_notice" in query["sql"]
    ]
    assert len(asked) == 1 and "LIMIT 100" in asked[0]["sql"]


def test_the_api_lists_and_filters(told, handler):
    whole = handler.get("/api/v1/notices/").json()["results"]
    unread = handler.get("/api/v1/notices/?unread=true").json()["results"]
    assert (len(whole), len(unread)) == (3, 2)
    assert whole[0]["title"] == "请尽快处置"


def test_the_api_marks_as_read(told, handler):
    sent = {"ids": [told[0].pk, 10**9]}
    address = "/api/v1/notices/read/"
    first = handler.post(address, sent, "application/json").json()
    assert first == {"unread": 1}
    assert handler.post(address, {}, "application/json").json() == {"unread": 0}


def test_a_persons_notices_are_heard_by_him_alone():
    message = live.Message(0, "notice", "", frozenset({-7}))
    watchers = [
        live.Watcher(frozenset({-7, 3}), False, ""),
        live.Watcher(frozenset({-8, 3}), False, ""),
        live.Watcher(frozenset({-9}), True, ""),  # sees all events
    ]
    heard = asyncio.run(_hear(watchers, message))
    assert heard == [True, False, False]


async def _hear(watchers, message) -> list[bool]:
    return [watcher.hears(message) for watcher in watchers]


def test_word_of_a_notice_moves_nobodys_place_in_the_log():
    assert not live.Message(0, "notice", "").encoded.startswith(b"id:")


def test_old_notices_go(told):
    year_ago = timezone.now() - timedelta(days=365)
    Notice.objects.filter(pk__in=[row.pk for row in told]).update(made_at=year_ago)
    assert notices.sweep(timezone.now()) == 1
    assert Notice.objects.count() == 3


@pytest.mark.parametrize(
    ("what", "data", "title"),
    [
        ("n", {"title": "a title of old"}, "n"),
        ("named", {"title": "a title of old"}, "〔〕"),
        ("named", {"by": "A"}, "〔A〕"),
    ],
)
def test_an_old_row_breaks_no_page(handler, people, monkeypatch, what, data, title):
    monkeypatch.setitem(notices.SAYINGS, "named", "〔%(by)s〕")
    notices.notify(None, what, people=[people["handler"].pk], data=data)
    row = Notice.objects.get()
    assert notices.title_of(row) == title and words.title_outside(row)
    assert handler.get("/notices/").status_code == 200
