"""The work list, a conflict, the rules and their runs: pages and API."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Membership, Unit
from layers.conflicts import jobs
from layers.models import Conflict, ConflictRun, Correction, Layer, OverlayRule
from tests.layers.overlays import a_rule, box, layer_of, run

LIST = reverse("layers:conflicts")
RULES = reverse("layers:conflict_rules")
API = reverse("api:conflict-list")
HOUSES = {f"H{n}": box(15, 6 * n, 10 + n, 4) for n in range(4)}


@pytest.fixture
def rule(db: None) -> OverlayRule:
    houses = layer_of("houses", HOUSES, 用途=dict.fromkeys(HOUSES, "住宅"))
    made = a_rule("outside", houses, layer_of("plots", {"P": box(0, 0, 20, 200)}))
    run(made)
    return made


@pytest.fixture
def officer(people: Any, signed_in: Any) -> Any:
    return signed_in(people["chief_data_officer"])


def one(rule: OverlayRule, key: str = "H0") -> Conflict:
    return rule.conflicts.get(left_key=key)


def page_of(conflict: Conflict, name: str = "conflict") -> str:
    return reverse(f"layers:{name}", args=[conflict.uuid])


def test_the_list_shows_what_is_to_be_settled(officer, rule):
    page = officer.get(LIST).content.decode()
    assert all(f"{key} / P" in page for key in HOUSES)


def test_the_list_and_a_conflict_ask_few_questions(
    officer, rule, django_assert_max_num_queries
):
    with django_assert_max_num_queries(13):
        officer.get(LIST)
    with django_assert_max_num_queries(15):
        officer.get(page_of(one(rule)))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("rule=rule", 4),
        ("rule=other", 0),
        ("provider=sanitation", 4),
        ("provider=gardens", 0),
        ("street=110109001", 4),
        ("street=110109002", 0),
        ("state=sent", 0),
        ("state=gone", 0),
        ("state=%00&street=%00", 4),
    ],
)
def test_the_list_is_narrowed(officer, rule, query, count):
    page = officer.get(f"{LIST}?{query}").content.decode()
    assert page.count('class="conflict-row"') == count


@pytest.mark.parametrize("sort", ["", "size"])
def test_pages_follow_each_other_without_gap_or_twin(officer, rule, monkeypatch, sort):
    monkeypatch.setattr("layers.conflicts.lists.PAGE", 3)
    seen, query = [], f"?rule=rule&sort={sort}"
    for _page in range(2):
        found = officer.get(LIST + query).context["list"]
        seen += [row.left_key for row in found.rows]
        query = found.more
    assert sorted(seen) == sorted(HOUSES) and query == ""
    assert seen == ["H3", "H2", "H1", "H0"] or not sort


def test_a_conflict_shows_both_features_and_marks_what_was_compared(officer, db):
    houses = layer_of("houses", {"H": box(2, 2, 4, 4)}, 高度={"H": 30})
    plots = layer_of("plots", {"P": box(0, 0, 20, 20)}, 高度={"P": 18})
    compare = {"left": "高度", "op": "at_most", "right": "高度"}
    rule = a_rule("compare", houses, plots, compare=compare)
    run(rule)
    page = officer.get(page_of(rule.conflicts.get())).content.decode()
    assert page.count("mark-word") == 2 and "+12" in page


def test_a_fragment_has_no_page_around_it(officer, rule):
    answer = officer.get(page_of(one(rule)), headers={"X-Requested-With": "fetch"})
    assert "<html" not in answer.content.decode()


def test_an_exception_is_made_and_undone_by_pages(officer, rule):
    conflict = one(rule)
    asked = officer.post(page_of(conflict, "conflict_accept"), {"reason": " "})
    assert asked.status_code == 400
    officer.post(page_of(conflict, "conflict_accept"), {"reason": "历史原因"})
    assert "历史原因" in officer.get(page_of(conflict)).content.decode()
    officer.post(page_of(conflict, "conflict_reopen"))
    assert one(rule).state == "open"


def test_decisions_draw_the_layer_again_once(officer, rule):
    for key in ("H0", "H1"):
        path = page_of(one(rule, key), "conflict_accept")
        officer.post(path, {"reason": "可以"})
    asked = ProcrastinateJob.objects.filter(task_name="layers.show_conflicts")
    assert asked.count() == 1
    jobs.show_conflicts(rule.pk)
    assert Layer.objects.get(code="conflict-rule").published.rows == 2


def test_a_conflict_is_sent_by_its_page(officer, rule):
    sent = {"uuid": str(uuid4()), "side": "right", "wrong": "place", "text": ""}
    page = officer.get(page_of(one(rule))).content.decode()
    assert page_of(one(rule), "conflict_send") in page
    assert officer.post(page_of(one(rule), "conflict_send"), sent).status_code == 302
    assert Correction.objects.get().layer.code == "plots"
    assert one(rule).state == "sent"


def test_who_answers_for_neither_layer_decides_nothing(people, signed_in, rule):
    Membership.objects.filter(user=people["steward"]).update(
        unit=Unit.objects.get(code="gardens")
    )
    client = signed_in(people["steward"])
    assert "conflict-acts" not in client.get(page_of(one(rule))).content.decode()
    for name in ("conflict_accept", "conflict_reopen", "conflict_send"):
        assert client.post(page_of(one(rule), name)).status_code == 403


def test_who_does_not_see_a_layer_sees_no_conflict_of_it(people, signed_in, rule):
    Layer.objects.filter(code="houses").update(sensitivity="sensitive")
    client = signed_in(people["desk"])
    assert client.get(page_of(one(rule))).status_code == 404
    assert "H0 / P" not in client.get(LIST).content.decode()
    assert client.get(API).json()["features"] == []
    assert (
        client.get(reverse("api:conflict-detail", args=[one(rule).uuid])).status_code
        == 404
    )


FORM = {
    "code": "new-rule",
    "title_zh": "新规则",
    "left": "houses",
    "right": "plots",
    "relation": "compare",
    "share": "50",
    "compare_left": "用途",
    "op": "equal",
    "compare_right": "用途",
    "mapping": "住宅 = R1，R2\n商业=B1",
    "only_right": "用途 = R2",
    "active": "on",
}


def test_a_rule_is_made_and_changed_on_its_page(officer, rule):
    assert officer.post(reverse("layers:conflict_rule_new"), FORM).status_code == 302
    made = OverlayRule.objects.get(code="new-rule")
    assert made.comparison["mapping"] == {"住宅": ["R1", "R2"], "商业": ["B1"]}
    assert (made.tolerance_share, made.only) == (0.5, {"right": {"用途": ["R2"]}})
    page = reverse("layers:conflict_rule", args=["new-rule"])
    assert "住宅 = R1, R2" in officer.get(page).content.decode()
    officer.post(page, {**FORM, "share": "10"})
    made.refresh_from_db()
    assert made.tolerance_share == 0.1


def test_an_unsound_rule_is_answered_beside_its_field(officer, rule):
    answer = officer.post(reverse("layers:conflict_rule_new"), {**FORM, "op": ""})
    assert answer.status_code == 400
    assert answer.context["form"].errors["op"]
    answer = officer.post(reverse("layers:conflict_rule_new"), {})
    assert answer.status_code == 400


def test_a_rule_keeps_its_layers(officer, rule):
    page = reverse("layers:conflict_rule", args=["rule"])
    swapped = {**FORM, "left": "plots", "right": "houses"}
    assert officer.post(page, swapped).status_code == 400


def test_run_now_queues_one_run(officer, rule):
    for _again in range(2):
        answer = officer.post(reverse("layers:conflict_rule_run", args=["rule"]))
    made = ConflictRun.objects.get(status="waiting")
    assert answer.url == reverse("layers:conflict_run", args=[made.uuid])
    assert 'hx-trigger="every 2s"' in officer.get(answer.url).content.decode()
    jobs.find_conflicts(made.pk)
    assert "hx-trigger" not in officer.get(answer.url).content.decode()


def test_a_run_is_cancelled_on_its_page(officer, rule):
    officer.post(reverse("layers:conflict_rule_run", args=["rule"]))
    made = ConflictRun.objects.get(status="waiting")
    officer.post(reverse("layers:conflict_run_cancel", args=[made.uuid]))
    made.refresh_from_db()
    assert made.status == "cancelled"


def test_stale_rules_are_run_by_the_clock(rule):
    Layer.objects.filter(code="houses").update(published=None)
    jobs.run_stale_rules(0)
    assert not ConflictRun.objects.filter(status="waiting", rule=rule).exists()
    layer_of("more", {"A": box(1, 1, 1, 1)})
    jobs.run_stale_rules(0)
    jobs.run_stale_rules(0)
    waiting = ConflictRun.objects.filter(status="waiting")
    assert waiting.count() == ProcrastinateJob.objects.count()


def test_rules_go_out_and_in_as_a_file(officer, rule):
    text = officer.get(reverse("layers:conflict_rules_file")).content
    OverlayRule.objects.filter(code="rule").update(tolerance_area=7)
    file = SimpleUploadedFile("rules.json", text)
    take = reverse("layers:conflict_rules_take")
    assert officer.post(take, {"file": file}).status_code == 302
    assert OverlayRule.objects.get(code="rule").tolerance_area == 0


@pytest.mark.parametrize("content", [b"", b"no", b"\xff", b"{}", b"[1]", b"[" * 99999])
def test_what_is_no_file_of_rules_is_refused_with_a_sentence(officer, db, content):
    file = SimpleUploadedFile("rules.json", content)
    answer = officer.post(reverse("layers:conflict_rules_take"), {"file": file})
    assert answer.status_code == 400
    assert "note-error" in answer.content.decode()


def test_a_steward_takes_no_rules_of_layers_of_others(people, signed_in, rule):
    Membership.objects.filter(user=people["steward"]).update(
        unit=Unit.objects.get(code="gardens")
    )
    client = signed_in(people["steward"])
    entries = json.loads(client.get(reverse("layers:conflict_rules_file")).content)
    changed = [{**entry, "active": False} for entry in entries]
    file = SimpleUploadedFile("rules.json", json.dumps(changed).encode())
    answer = client.post(reverse("layers:conflict_rules_take"), {"file": file})
    assert answer.status_code == 400
    assert OverlayRule.objects.get(code="rule").active


def test_the_api_answers_geojson_page_by_page(officer, rule):
    first = officer.get(f"{API}?limit=3").json()
    rest = officer.get(first["next"]).json()
    keys = [row["properties"]["left"]["key"] for row in first["features"]]
    keys += [row["properties"]["left"]["key"] for row in rest["features"]]
    assert sorted(keys) == sorted(HOUSES) and rest["next"] is None
    assert first["features"][0]["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("query", "count"),
    [("rule=rule", 4), ("rule=x", 0), ("state=open", 4), ("state=sent", 0),
     ("street=110109001", 4), ("bbox=0,0,1,1", 0)],
)  # fmt: skip
def test_the_api_is_narrowed(officer, rule, query, count):
    assert len(officer.get(f"{API}?{query}").json()["features"]) == count


@pytest.mark.parametrize("query", ["state=x", "bbox=x", "after=!", "limit=0"])
def test_the_api_refuses_what_makes_no_sense(officer, rule, query):
    assert officer.get(f"{API}?{query}").status_code == 400


def test_the_pages_speak_english_too(officer, rule):
    officer.cookies["django_language"] = "en"
    assert "Data conflicts" in officer.get(LIST).content.decode()
    assert "Conflict rules" in officer.get(RULES).content.decode()
