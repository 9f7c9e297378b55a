"""知识库: who reads what, how it is found, and how it is written."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit
from govmap.lib.bigrams import pairs_of
from govmap.lib.errors import BadInput
from tests.workflow.duties import SAID, article_of
from workflow.channels.words import title_outside
from workflow.knowledge import files, loading, reading, writing
from workflow.knowledge.forms import ArticleForm
from workflow.models import Article, Notice

STREET, OTHER = "110109001", "110109002"


@pytest.fixture
def street(db):
    return Unit.objects.get(code=STREET)


def titles(user, query=""):
    rows = reading.matching(Article.objects.visible_to(user), query)
    return [str(row) for row in rows]


def sent(**more):
    return {
        "title": "垃圾处置口径",
        "text": "先核实",
        "valid_from": "2026-01-01",
        **more,
    }


def test_an_article_is_for_its_units_and_all_below_them(people, street):
    article_of(street)
    for name, found in (
        ("grid_worker", 1),
        ("office_clerk", 1),
        ("supervisor", 1),
        ("outsider", 0),
        ("handler", 0),
    ):
        assert len(titles(people[name])) == found, name


def test_what_is_not_in_force_is_not_read(people, street):
    today = timezone.localdate()
    article_of(street, title="未到", valid_from=today + timedelta(days=1))
    article_of(street, title="已过", valid_to=today - timedelta(days=1))
    article_of(street, title="今天", valid_from=today, valid_to=today)
    assert titles(people["desk"]) == ["今天"]


@pytest.mark.parametrize(
    "query", ["垃圾", "处 置", "ＧＢ", "gb/t", "垃圾 清运", "核实，"]
)
def test_words_are_found_wherever_they_stand(people, street, query):
    article_of(street, title="暴露垃圾处置", text="按 GB/T 执行；清运后核 实。")
    article_of(street, title="停车", text="按规定", reply="")
    assert titles(people["desk"], query) == ["暴露垃圾处置"]


def test_a_main_class_means_its_subclasses(people, street, make_case):
    case = make_case()
    article_of(street, title="大类", classes=["event/06"])
    article_of(street, title="小类", classes=[f"event/{case.category.code}"])
    article_of(street, title="别类", classes=["part/06", "event/0"])
    found = reading.beside(people["desk"], case.category)
    assert [str(row) for row in found] == ["小类", "大类"]


def test_beside_a_case_stand_its_articles_and_templates(
    people, signed_in, street, make_case
):
    case = make_case()
    article_of(street, classes=["event/06"], reply="已清理，谢谢监督。")
    where = reverse("cases:knowledge", args=[case.uuid])
    text = signed_in(people["desk"]).get(where).content.decode()
    assert 'data-insert="已清理，谢谢监督。"' in text
    page = signed_in(people["desk"]).get(reverse("cases:case", args=[case.uuid]))
    assert where in page.content.decode()


def test_a_draft_is_read_by_nobody_until_it_is_published(people, signed_in, street):
    filer, desk = signed_in(people["filer"]), people["acceptor"]
    filer.post(reverse("knowledge:new"), sent(unit=street.pk))
    article = Article.objects.get()
    assert titles(desk) == []
    where = reverse("knowledge:article", args=[article.uuid])
    assert signed_in(desk).get(where).status_code == 404
    filer.post(reverse("knowledge:publish", args=[article.uuid]))
    assert titles(desk) == ["垃圾处置口径"]


def test_a_published_version_stays_as_it_was(people, signed_in, street):
    filer = signed_in(people["filer"])
    article = article_of(street)
    where = reverse("knowledge:edit", args=[article.uuid])
    filer.post(where, sent(title="新口径", publish="1"))
    rows = article.versions.order_by("number")
    assert [row.title for row in rows] == ["口径", "新口径"]
    old = filer.get(reverse("knowledge:article", args=[article.uuid]), {"version": "1"})
    assert "口径" in old.content.decode() and titles(people["desk"]) == ["新口径"]


def test_what_is_withdrawn_is_read_by_its_keeper_alone(people, street):
    article = article_of(street)
    writing.withdraw(article, people["filer"])
    assert titles(people["desk"]) == []
    with pytest.raises(writing.NoDraft):
        writing.publish(article, people["filer"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"classes": "event/98765"},
        {"classes": "06"},
        {"valid_to": "2025-01-01"},
        {"valid_from": "早"},
    ],
)
def test_what_is_wrong_is_said_beside_the_form(people, signed_in, street, wrong):
    page = signed_in(people["filer"]).post(
        reverse("knowledge:new"), sent(unit=street.pk, **wrong)
    )
    assert page.status_code == 400 and set(page.context["form"].errors) == set(wrong)


@given(st.text(max_size=300))
def test_what_is_written_is_never_markup(text):
    html = str(reading.as_html(text))
    for tag in ("<p>", "</p>", "<br>", "<h3>", "</h3>", "<ul>", "</ul>", "<li>"):
        html = html.replace(tag, "")
    assert "<" not in html.replace("</li>", "")


def test_paragraphs_headings_and_lists(db):
    html = reading.as_html("## 要求\n- 一\n- 二\n\n正文\n第二行")
    assert html == ("<h3>要求</h3><ul><li>一</li><li>二</li></ul><p>正文<br>第二行</p>")


def test_a_file_is_given_out_to_be_kept(people, signed_in, street):
    article, filer = article_of(street), signed_in(people["filer"])
    upload = SimpleUploadedFile("依据 一.html", b"%PDF-1.4 x")
    filer.post(reverse("knowledge:file-add", args=[article.uuid]), {"file": upload})
    file = article.files.get()
    answer = signed_in(people["grid_worker"]).get(
        reverse("knowledge:file", args=[article.uuid, file.uuid])
    )
    assert answer["Content-Type"] == "application/pdf" and file.name.endswith(".pdf")
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK\x03\x04broken", b"MZ\x90"])
def test_no_other_file_is_taken(people, street, data):
    with pytest.raises(BadInput):
        files.add(
            article_of(street), people["filer"], SimpleUploadedFile("a.pdf", data)
        )


def test_its_owner_is_reminded_once_of_the_review(people, street):
    today = timezone.localdate()
    article_of(street, review_on=today + timedelta(days=3))
    writing.remind(today), writing.remind(today)
    told = Notice.objects.filter(what=writing.REVIEW)
    assert set(told.values_list("person__username", flat=True)) == {"filer", "desk"}
    assert told.count() == 2


def test_the_reminder_stands_among_the_notices(people, signed_in, street):
    today = timezone.localdate()
    article_of(street, title="垃圾口径", review_on=today)
    writing.remind(today)
    page = signed_in(people["desk"]).get(reverse("workflow:notices"))
    assert "垃圾口径" in page.content.decode()
    outside = title_outside(Notice.objects.filter(what=writing.REVIEW).first())
    assert outside and "垃圾口径" not in outside


def test_a_package_is_taken_twice_and_ours_stands(people, street, tmp_path):
    path = tmp_path / "knowledge.json"
    row = '[{"code": "a", "unit": "110109", "title": "%s", "text": "文"}]'
    path.write_text(row % "一", "utf-8")
    loading.load(tmp_path, print), loading.load(tmp_path, print)
    article = Article.objects.get()
    assert article.versions.count() == 1 and loading.dump()[0]["title"] == "一"
    writing.keep(article, people["system"], {**SAID, "title": "我的"}, [])
    writing.publish(article, people["system"])
    path.write_text(row % "二", "utf-8")
    loading.load(tmp_path, print)
    assert titles(people["desk"]) == ["我的"]


def test_the_api_writes_and_publishes(people, signed_in):
    client, json = signed_in(people["filer"]), {"content_type": "application/json"}
    said = sent(unit=STREET, classes=["event/06"], units=[STREET])
    made = client.post(reverse("api:article-list"), said, **json)
    assert made.status_code == 201, made.json()
    uuid = made.json()["uuid"]
    done = client.post(reverse("api:article-publish", args=[uuid]))
    assert done.json()["current"]["units"] == [STREET]
    found = client.get(reverse("api:article-list"), {"q": "处置"}).json()["results"]
    assert [row["uuid"] for row in found] == [uuid]
    assert client.get(reverse("api:article-detail", args=[uuid4()])).status_code == 404


def test_the_list_asks_the_same_however_long(
    people, signed_in, street, django_assert_max_num_queries
):
    for number in range(20):
        article_of(street, title=f"口径{number}")
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(9):
        client.get(reverse("knowledge:list"))


@pytest.mark.parametrize("query", ["垃圾", "垃圾处置 核实"])
def test_words_are_found_by_an_index(people, street, query):
    article_of(street, title="暴露垃圾处置", text="核实")
    rows = reading.matching(Article.objects.visible_to(people["desk"]), query)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.explain()
    assert "article_by_words" in plan
    assert "Seq Scan on workflow_articleversion" not in plan


@given(st.text("垃圾处置口径a1 ", min_size=1, max_size=6))
def test_the_index_loses_nothing_that_a_plain_look_finds(text):
    whole = reading.form_of(f"甲{text}乙")
    assert set(pairs_of(reading.form_of(text))) <= set(pairs_of(whole))


def test_a_new_article_is_of_his_own_unit_unless_he_says_otherwise(people, street):
    assert ArticleForm(people["filer"], None).initial["unit"] == street.pk
    assert "unit" not in ArticleForm(people["system"], None).initial
