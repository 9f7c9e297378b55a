"""规则: sources, tags, classes from a file, and the crosswalk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cases.models import Source, Tag
from govmap.lib.history import changes_of
from tests.cases.driving import litter
from workflow.models import Category, Crosswalk, Standard

NEW = "gbt47678.5-2026"


@pytest.fixture
def system(people, signed_in):
    return signed_in(people["system"])


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("t.csv", text.encode("gb18030"), "text/csv")


def taken(client, address: str, text: str):
    """Shown first, then taken as the page sends it back."""
    shown = client.post(address, {"file": sheet(text)})
    sent = {name: shown.context[name] for name in ("rows", "lines")}
    return shown, client.post(address, {**sent, "keep": "1"})


def test_both_lists_are_shown_with_few_queries(system, django_assert_max_num_queries):
    system.get("/rules/words/")
    with django_assert_max_num_queries(14):
        page = system.get("/rules/words/").content.decode()
    assert "来源" in page and Tag.objects.first().titles["zh-hans"] in page


def test_a_source_is_added_and_on_record(system, people):
    sent = {"code": "drone", "title": "无人机", "desk": "on"}
    assert system.post("/rules/words/sources/new/", sent).status_code == 302
    row = Source.objects.get(code="drone")
    assert (row.desk, row.caller, row.order > 0) == (True, False, True)
    assert changes_of(Source)[0].by == people["system"]


@pytest.mark.parametrize("code", ["", "Große", "phone"])
def test_a_code_that_cannot_be_is_refused(system, code):
    sent = {"code": code, "title": "某来源"}
    assert system.post("/rules/words/sources/new/", sent).status_code == 400


def test_a_word_is_renamed_and_taken_out_of_use(system):
    tag = Tag.objects.first()
    system.post(f"/rules/words/tags/{tag.pk}/", {"title": "新名", "order": "3"})
    system.post(f"/rules/words/tags/{tag.pk}/retire/")
    tag.refresh_from_db()
    assert (tag.titles["zh-hans"], tag.retired) == ("新名", True)


def test_a_file_of_words_is_shown_before_it_is_taken(system):
    url = reverse("cases:words_take", args=["tags"])
    shown, done = taken(system, url, "代码,名称\ncold,寒潮\n")
    assert shown.context["trial"].added == 1 and done.status_code == 302
    assert Tag.objects.get(code="cold").titles == {"zh-hans": "寒潮"}


def test_words_go_out_as_they_come_in(system):
    url = reverse("cases:words_file", args=["sources"])
    text = system.get(url).content.decode("utf-8-sig")
    url = reverse("cases:words_take", args=["sources"])
    shown = system.post(url, {"file": sheet(text)})
    assert (shown.context["trial"].is_sound, shown.context["trial"].changes) == (
        True,
        [],
    )


def test_there_is_no_third_sort_of_words(system):
    assert system.get("/rules/words/spells/new/").status_code == 404


# Classes


def test_a_class_is_withdrawn_from_a_day_to_come(system):
    row = litter()
    address = f"/rules/classes/{row.pk}/retire/"
    system.post(address, {"day": "2999-01-01"})
    assert Category.objects.choosable().filter(pk=row.pk).exists()
    system.post(address)
    system.post(address, {"day": timezone.localdate().isoformat()})
    assert not Category.objects.choosable().filter(pk=row.pk).exists()
    system.post(address)
    assert system.post(address, {"day": "soon"}).status_code == 400


def test_classes_come_from_a_file(system):
    head = "standard,kind,code,parent,name,name_en,urgent\n"
    rows = f"{NEW},事件,06999,06,积雪,Snow,是\n{NEW},event,06010,06,生活垃圾,Litter,\n"
    shown, done = taken(system, reverse("workflow:classes_take"), head + rows)
    trial = shown.context["trial"]
    assert (trial.added, trial.changed, done.status_code) == (1, 1, 302)
    assert Category.objects.get(code="06999").urgent
    assert litter().name == "生活垃圾"


def test_a_class_of_no_main_class_is_told_with_its_line(system):
    text = f"standard,kind,code,parent,name,name_en\n{NEW},event,77001,77,无,None\n"
    shown = system.post(reverse("workflow:classes_take"), {"file": sheet(text)})
    assert [line for line, _why in shown.context["trial"].troubles] == ["2"]


# The crosswalk


@pytest.fixture
def old(db):
    standard = Standard.objects.create(code="old", titles={"zh-hans": "旧标准"})
    head = Category.objects.create(
        standard=standard, kind="event", code="01", name="市容"
    )
    return Category.objects.create(
        standard=standard, kind="event", code="0110", parent=head, name="暴露垃圾"
    )


def test_a_pair_is_added_found_and_removed(system, old):
    sent = {"old": "old event/0110 暴露垃圾", "new": f"{NEW} event/06010"}
    assert system.post("/rules/crosswalk/add/", sent).status_code == 302
    page = system.get("/rules/crosswalk/", {"q": "暴露", "from": "old"})
    (pair,) = page.context["page"].object_list
    assert (pair.old, pair.new) == (old, litter())
    system.post(f"/rules/crosswalk/{pair.pk}/remove/")
    assert not Crosswalk.objects.exists() and changes_of(Crosswalk)[0].by


@pytest.mark.parametrize(
    ("one", "other"),
    [("old event/0110", "old event/0110"), ("old event/9", f"{NEW} event/06010")],
)
def test_what_is_no_pair_is_refused(system, old, one, other):
    sent = {"old": one, "new": other}
    assert system.post("/rules/crosswalk/add/", sent).status_code == 400


def test_a_crosswalk_comes_from_a_file_and_goes_out_the_same(system, old):
    head = "from,from_kind,from_code,to,to_kind,to_code\n"
    row = f"old,event,0110,{NEW},event,06010\n"
    _shown, done = taken(system, reverse("workflow:crosswalk_take"), head + row)
    assert done.status_code == 302 and Crosswalk.objects.count() == 1
    out = system.get(reverse("workflow:crosswalk_file")).content.decode("utf-8-sig")
    assert out.replace("\r\n", "\n") == head + row


def test_a_page_of_pairs_takes_few_queries(system, old, django_assert_max_num_queries):
    Crosswalk.objects.create(old=old, new=litter())
    system.get("/rules/crosswalk/")
    with django_assert_max_num_queries(16):
        system.get("/rules/crosswalk/")
