"""常用语: what is offered beside a text, whose they are, and who keeps a unit's."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Unit
from govmap.demo.phrases import phrases as usual
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of, recorded
from tests.cases.test_case_page import condition_of, url
from workflow import phrase_loading, phrases
from workflow.models import OwnPhrase, Phrase

STREET, OTHER = "110109001", "110109002"


def add(text, *, unit="", **where):
    row = Unit.objects.filter(code=unit).first()
    return Phrase.objects.create(code=f"t-{text}", text=text, unit=row, **where)


def texts(user, **asked):
    return [row.text for row in phrases.offered_to(user, **asked)]


def test_a_unit_offers_its_own_and_those_above_it(people):
    for text, unit in (("全体", ""), ("本街", STREET), ("别街", OTHER)):
        add(text, unit=unit)
    add("区里", unit="110109")
    assert set(texts(people["filer"])) == {"全体", "本街", "区里"}
    # A community's people have their street's and their district's.
    assert set(texts(people["grid_worker"])) == {"全体", "本街", "区里"}


def test_a_move_is_offered_what_is_meant_for_it_first(people):
    add("随处"), add("派遣用", phase="dispatch"), add("立案用", verb="file")
    add("更正用", kind="correction")
    assert texts(people["desk"], kind="case", verb="file") == ["立案用", "随处"]
    assert texts(people["desk"], verb="x", phase="dispatch") == ["派遣用", "随处"]


def test_what_is_used_most_stands_first(people):
    seldom, often = add("少用", order=1), add("常用", order=2)
    for _ in range(2):
        phrases.used(people["desk"], [f"u{often.pk}", "u999999", "x", "u"])
    phrases.used(people["desk"], [f"u{seldom.pk}"])
    assert texts(people["desk"]) == ["常用", "少用"]
    assert texts(people["filer"]) == ["少用", "常用"]  # his own habits


def test_ones_own_are_ones_own(people):
    row = phrases.keep(people["desk"], " 我的话 ")
    assert texts(people["desk"]) == ["我的话"]
    assert texts(people["filer"]) == []
    phrases.used(people["filer"], [f"o{row.pk}"])
    assert OwnPhrase.objects.get(pk=row.pk).used == 0


@pytest.mark.parametrize("text", ["", "  ", "长" * 501])
def test_no_phrase_is_empty_or_endless(people, text):
    with pytest.raises(BadInput):
        phrases.keep(people["desk"], text)


def test_a_person_keeps_a_bounded_number(people, monkeypatch):
    monkeypatch.setattr(phrases, "OWN_MOST", 1)
    phrases.keep(people["desk"], "一")
    with pytest.raises(phrases.TooMany):
        phrases.keep(people["desk"], "二")


def test_a_package_is_taken_twice_and_what_was_changed_here_stands(people):
    told = [{"code": "a", "text": "原话", "phase": "resolve"}]
    phrase_loading.load_data(told, name="x")
    assert "0 new" in phrase_loading.load_data(told, name="x")
    Phrase.objects.filter(code="a").update(text="改过")
    phrase_loading.load_data(told, name="x")
    assert Phrase.objects.get(code="a").text == "改过"
    phrase_loading.load_data([{**told[0], "text": "新话"}], name="x")
    assert Phrase.objects.get(code="a").text == "新话"


def test_what_is_exported_is_what_was_loaded(db):
    told = usual()
    phrase_loading.load_data(told, name="x")
    assert phrase_loading.export() == told


WRONG = [
    {"code": "a"},
    {"code": "a", "text": ""},
    {"code": "a", "text": "x", "phase": "?"},
    7,
]


@pytest.mark.parametrize("row", WRONG)
def test_a_wrong_row_is_refused_whole(db, row):
    with pytest.raises(BadInput):
        phrase_loading.load_data([{"code": "b", "text": "好"}, row], name="x")
    assert not Phrase.objects.exists()


def test_the_lead_of_a_desk_keeps_its_phrases_on_record(people, signed_in):
    filer = signed_in(people["filer"])
    unit = Unit.objects.get(code=STREET)
    sent = {"text": "情况属实", "unit": unit.pk, "phase": "", "verb": "", "order": "3"}
    assert filer.post(reverse("workflow:phrase_new"), sent).status_code == 302
    row = Phrase.objects.get()
    assert changes_of(Phrase)[0].by == people["filer"]
    assert (
        filer.post(reverse("workflow:phrase_retire", args=[row.pk])).status_code == 302
    )
    assert texts(people["filer"]) == []


def test_he_keeps_neither_anothers_nor_everybodys(people, signed_in):
    filer = signed_in(people["filer"])
    for unit in (OTHER, ""):
        row = add(f"不是他的{unit}", unit=unit)
        assert filer.get(reverse("workflow:phrase", args=[row.pk])).status_code == 404
    sent = {"text": "x", "unit": Unit.objects.get(code=OTHER).pk}
    assert filer.post(reverse("workflow:phrase_new"), sent).status_code == 400


def test_an_administrator_takes_over_a_file(people, signed_in):
    system = signed_in(people["system"])
    data = json.dumps([{"code": "a", "text": "话"}]).encode()
    sent = {"file": SimpleUploadedFile("phrases.json", data)}
    assert system.post(reverse("workflow:phrases_take"), sent).status_code == 302
    file = system.get(reverse("workflow:phrases_file")).json()
    assert file == [{"code": "a", "text": "话"}]


def test_taking_over_wins_over_what_was_changed(people):
    told = [{"code": "a", "text": "原话"}]
    phrase_loading.load_data(told, name="x")
    with recorded(people["system"]):
        Phrase.objects.filter(code="a").update(text="改过")
    phrase_loading.load_data(told, name="x", anew=True)
    assert Phrase.objects.get(code="a").text == "原话"


def test_ones_own_page_keeps_changes_and_removes(people, signed_in):
    desk = signed_in(people["desk"])
    page = reverse("workflow:phrases")
    assert desk.post(page, {"text": "一句话", "verb": "file"}).status_code == 302
    row = OwnPhrase.objects.get()
    one = reverse("workflow:own_phrase", args=[row.pk])
    assert signed_in(people["filer"]).get(one).status_code == 404
    assert desk.post(one, {"text": "另一句", "verb": ""}).status_code == 302
    assert "另一句" in desk.get(page).content.decode()
    desk.post(reverse("workflow:own_phrase_remove", args=[row.pk]))
    assert not OwnPhrase.objects.exists()


def test_a_form_says_which_phrase_was_of_use(people, signed_in, make_case):
    case, row = make_case(), add("情况属实")
    sent = {"verb": "file", "act_id": str(uuid4()), "after_event": "1"}
    sent |= {"condition": str(condition_of(case)), "note": "情况属实"}
    desk = signed_in(people["desk"])
    desk.post(url("act", case), {**sent, "phrase": f"u{row.pk}"})
    assert phrases.offered_to(people["desk"])[0].used == 1


def test_the_api_offers_and_keeps(people, signed_in):
    add("共用")
    desk = signed_in(people["desk"])
    sent = {"text": "自用", "verb": "file"}
    made = desk.post("/api/v1/phrases/", sent, content_type="application/json")
    assert made.status_code == 201
    found = desk.get("/api/v1/phrases/?verb=file").json()
    assert [(row["text"], row["own"]) for row in found] == [
        ("自用", True),
        ("共用", False),
    ]
    one = f"/api/v1/phrases/{made.json()['id']}/"
    assert signed_in(people["filer"]).delete(one).status_code == 404
    assert desk.delete(one).status_code == 204
