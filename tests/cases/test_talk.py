"""内部评论: who reads them, whom they call, and what stays of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Assignment, Comment, Order
from cases.talk import comments
from govmap.lib.errors import NotAllowed, NotFound
from tests.cases.ordering import add_order
from tests.cases.papering import printed
from workflow import record
from workflow.models import Event, Notice, Scope


@pytest.fixture
def case(make_case):
    return make_case(phase="resolve")


def say(case, user, text="请看现场", **more):
    return comments.say(case, user, uuid=uuid4(), text=text, **more)


def read(case, user):
    return [row.text for row in comments.seen_by(user, case)]


def test_who_works_on_the_case_reads_it_and_nobody_else(case, people):
    say(case, people["desk"])
    for name in ("grid_worker", "handler", "supervisor", "filer"):
        assert read(case, people[name]) == ["请看现场"], name
    for name in ("outsider", "volunteer", "system"):
        assert read(case, people[name]) == [], name


def test_whoever_only_reported_it_reads_none(make_case, people, signed_in):
    case = make_case(by="volunteer")
    say(case, people["desk"])
    volunteer = signed_in(people["volunteer"])
    assert read(case, people["volunteer"]) == []
    mine = volunteer.get(reverse("cases:my-report", args=[case.uuid]))
    assert "请看现场" not in mine.content.decode()
    where = reverse("api:comments", args=[case.uuid])
    answer = volunteer.get(where)
    assert answer.status_code == 404 or answer.json()["results"] == []
    with pytest.raises(NotAllowed):
        say(case, people["volunteer"])


def test_a_worker_of_another_street_who_reported_it_reads_none(
    make_case, people, signed_in
):
    case = make_case(by="outsider_worker")
    say(case, people["desk"])
    reporter, client = people["outsider_worker"], signed_in(people["outsider_worker"])
    assert read(case, reporter) == []
    with pytest.raises(NotAllowed):
        say(case, reporter)
    page = client.get(reverse("talk:talk", args=[case.uuid])).content.decode()
    assert "请看现场" not in page and "只有承办本案件的单位" in page
    where = reverse("api:comments", args=[case.uuid])
    assert client.get(where).json()["results"] == []


def test_the_record_tells_a_mere_reporter_of_no_talk(make_case, people, signed_in):
    case = make_case(by="outsider_worker")
    say(case, people["desk"])
    where = reverse("api:case-events", args=[case.uuid])
    verbs = {}
    for name in ("outsider_worker", "desk"):
        rows = signed_in(people[name]).get(where).json()
        verbs[name] = {row["verb"] for row in rows}
    assert verbs["desk"] - verbs["outsider_worker"] == {comments.SAID}
    page = signed_in(people["outsider_worker"]).get(
        reverse("cases:case", args=[case.uuid])
    )
    steps = [step.event.verb for step in page.context["dossier"].history]
    assert steps and comments.SAID not in steps


def test_a_comment_makes_no_open_form_too_old(case, people):
    before, desk = case.events_count, people["desk"]
    say(case, desk)
    case.refresh_from_db()
    assert case.events_count == before + 1
    assert not record.has_changed_since(case, before)
    assert record.has_changed_since(case, before - 1)
    assert record.has_changed_since(case, before + 2)
    assert "内部评论" not in record.changes_since(case, before - 1)


def test_a_comment_for_the_own_unit_stays_in_it(case, people):
    say(case, people["handler"], own_unit=True)
    assert read(case, people["clerk"]) == ["请看现场"]
    assert read(case, people["desk"]) == []


def test_sent_twice_it_is_one(case, people):
    uuid = uuid4()
    for _ in range(2):
        comments.say(case, people["desk"], uuid=uuid, text="一次")
    assert Comment.objects.count() == 1
    with pytest.raises(NotFound):
        comments.say(case, people["filer"], uuid=uuid, text="别人的")


def test_the_record_names_it_without_a_word(case, people):
    row = say(case, people["desk"], "居民张某的电话")
    event = Event.objects.of("case", case.uuid).last()
    assert event.actor == people["desk"] and event.data == {"comment": str(row.uuid)}
    assert "张某" not in event.canonical and not hasattr(event, "remark")


@pytest.mark.parametrize("word", ["", " ", "长" * 1001])
def test_no_comment_is_empty_or_endless(case, people, word):
    with pytest.raises(comments.NoWords):
        say(case, people["desk"], word)


def test_people_and_units_of_the_case_are_called(case, people):
    text = f"@{people['handler']} @东街街道 请核实 @{people['outsider']}"
    say(case, people["desk"], text)
    told = Notice.objects.filter(what=comments.CALLED)
    names = set(told.values_list("person__username", flat=True))
    assert {"handler", "filer"} <= names
    assert not names & {"outsider", "other_handler", "volunteer"}
    assert len(told) == len(names)


def test_a_name_within_a_longer_one_is_not_called():
    rows = [comments.Called(name, "") for name in ("李明", "李明华", "李明")]
    assert [row.name for row in comments.called_in("@李明华 看", rows)] == ["李明华"]
    both = comments.called_in("@李明华@李明 看", rows)
    assert [row.name for row in both] == ["李明华", "李明", "李明"]


def test_whoever_lost_the_case_is_called_no_more(case, people):
    assert comments.find(people["desk"], case, "环卫中心")
    Assignment.objects.filter(case=case).update(ended_at=timezone.now())
    Scope.objects.filter(kind="case", subject_id=case.pk, why="host").delete()
    assert comments.find(people["desk"], case, "环卫中心") == []


def test_the_author_is_not_told_of_his_own_call(case, people):
    say(case, people["desk"], "@东街街道 请看")
    told = set(Notice.objects.filter(what=comments.CALLED).values_list("person"))
    assert told and (people["desk"].pk,) not in told


def test_of_the_own_unit_only_its_people_are_called(case, people):
    text = f"@{people['filer']} @{people['handler']}"
    say(case, people["desk"], text, own_unit=True)
    told = Notice.objects.filter(what=comments.CALLED)
    assert [row.person for row in told] == [people["filer"]]


def test_the_picker_finds_by_name_and_initials(case, people, signed_in):
    found = {row.name for row in comments.find(people["desk"], case, "hwzx")}
    assert found == {"环卫中心"}
    where = reverse("talk:who", args=[case.uuid])
    page = signed_in(people["desk"]).get(where, {"q": "handler"})
    assert str(people["handler"]) in page.content.decode()


def test_a_comment_is_changed_and_taken_back_with_a_trace(case, people):
    row = comments.change(say(case, people["desk"]), people["desk"], "改过")
    assert read(case, people["handler"]) == ["改过"]
    row = comments.withdraw(row, people["desk"])
    assert read(case, people["handler"]) == [""]
    assert [one.deed for one in row.changes.all()] == ["edited", "withdrawn"]
    verbs = [event.verb for event in case.events()]
    assert verbs[-3:] == [comments.SAID, comments.EDITED, comments.WITHDRAWN]


def test_after_ten_minutes_it_stands(case, people):
    row = say(case, people["desk"])
    Comment.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(comments.TooLate):
        comments.withdraw(row, people["desk"])
    with pytest.raises(NotAllowed):
        comments.change(row, people["filer"], "别人改")


def test_where_the_caller_is_confidential_only_the_district_talks(case, people):
    add_order(case, people["desk"])
    Order.objects.filter(case=case).update(secret=True)
    with pytest.raises(comments.NoTalk):
        say(case, people["desk"])
    say(case, people["supervisor"], f"@{people['desk']} @东街街道")
    assert read(case, people["desk"]) == [] and read(case, people["leader"])
    assert not Notice.objects.filter(what=comments.CALLED).exists()


def test_the_page_of_the_talk(case, people, signed_in):
    desk, where = signed_in(people["desk"]), reverse("talk:talk", args=[case.uuid])
    assert where in desk.get(reverse("cases:case", args=[case.uuid])).content.decode()
    sent = {"uuid": str(uuid4()), "text": "请补照片"}
    assert desk.post(where, sent).status_code == 302
    assert "请补照片" in signed_in(people["handler"]).get(where).content.decode()
    row = Comment.objects.get()
    desk.post(reverse("talk:withdraw", args=[case.uuid, row.uuid]))
    assert "请补照片" not in desk.get(where).content.decode()


def test_what_is_wrong_comes_back_with_its_words(case, people, signed_in):
    where = reverse("talk:talk", args=[case.uuid])
    sent = {"uuid": str(uuid4()), "text": "长" * 1001}
    page = signed_in(people["desk"]).post(where, sent)
    assert page.status_code == 400 and "长" * 1001 in page.content.decode()
    assert " checked" not in page.content.decode()
    page = signed_in(people["desk"]).post(where, {**sent, "own_unit": "1"})
    assert 'name="own_unit" value="1" data-talk-own checked' in page.content.decode()


def test_the_api_has_what_the_page_has(case, people, signed_in):
    desk, json = signed_in(people["desk"]), {"content_type": "application/json"}
    where, uuid = reverse("api:comments", args=[case.uuid]), str(uuid4())
    text = f"@{people['handler']} 请看"
    made = desk.post(where, {"uuid": uuid, "text": text}, **json)
    assert made.status_code == 201 and made.json()["called"] == [str(people["handler"])]
    one = reverse("api:comment", args=[case.uuid, uuid])
    assert desk.patch(one, {"text": "改"}, **json).json()["text"] == "改"
    assert desk.delete(one).status_code == 204
    assert desk.get(where).json()["results"][0]["withdrawn_at"]


def test_the_newest_are_shown_and_the_api_has_all(case, people, signed_in, monkeypatch):
    monkeypatch.setattr(comments, "SHOWN", 2)
    for word in "甲乙丙":
        say(case, people["desk"], f"第{word}条")
    desk = signed_in(people["desk"])
    page = desk.get(reverse("talk:talk", args=[case.uuid]))
    assert [row.text for row, _ in page.context["comments"]] == ["第乙条", "第丙条"]
    where = reverse("api:comments", args=[case.uuid])
    first = desk.get(where, {"limit": 2}).json()
    assert [row["text"] for row in first["results"]] == ["第丙条", "第乙条"]
    assert [row["text"] for row in desk.get(first["next"]).json()["results"]] == [
        "第甲条"
    ]


def test_the_talk_asks_the_same_however_long(
    case, people, signed_in, django_assert_max_num_queries
):
    for _ in range(8):
        say(case, people["desk"], f"@{people['handler']} 看")
    client = signed_in(people["filer"])
    with django_assert_max_num_queries(13):
        client.get(
            reverse("talk:talk", args=[case.uuid]), HTTP_X_REQUESTED_WITH="fetch"
        )


def test_no_paper_and_no_reporter_hears_of_it(make_case, people, signed_in):
    case = make_case(by="volunteer")
    say(case, people["desk"])
    page = signed_in(people["volunteer"]).get(
        reverse("cases:my-report", args=[case.uuid])
    )
    assert "内部评论" not in page.content.decode()
    paper = printed(case, people["desk"], "case_file")
    assert "内部评论" not in paper.html
