"""The pages of corrections: marked on the phone, answered at the desk, told again."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers.models import Conflict, Correction, Layer, OverlayRule
from tests.cases.driving import photo_of
from tests.layers.correcting import KEY, PLACE, do, planning, send
from tests.sites import package
from workflow.models import Phase

FETCH = {"X-Requested-With": "fetch"}
HERE = f"lon={PLACE[0]}&lat={PLACE[1]}"


@pytest.fixture
def layer(db):
    return planning()


@pytest.fixture
def sent(layer, people):
    return send(people["grid_worker"], values={"用地代码": "G1"}, note="现场是绿地")


@pytest.fixture
def get(signed_in, people):
    def get_(name, path, status=200, **headers):
        client = signed_in(people[name])
        client.raise_request_exception = False
        response = client.get(path, headers=headers)
        assert response.status_code == status, response.content.decode()[-500:]
        return response.content.decode()

    return get_


@pytest.fixture
def post(signed_in, people):
    def post_(name, path, data, **headers):
        client = signed_in(people[name])
        client.raise_request_exception = False
        return client.post(path, data, headers=headers)

    return post_


def filled(**more):
    return {
        "uuid": str(uuid4()),
        "layer": "planning",
        "key": KEY,
        "version": "1",
        "spot": f"{PLACE[0]},{PLACE[1]}",
        "reason": "values",
        **more,
    }


# Marking


def test_what_lies_here_can_be_marked(get, layer):
    page = get("grid_worker", f"/map/here/?{HERE}&zoom=18&layers=planning")
    assert f"/corrections/new/?layer=planning&amp;key={KEY}" in page
    assert "这里缺少什么" in page


def test_a_features_page_leads_to_the_form(get, layer):
    way = f"/corrections/new/?layer=planning&amp;key={KEY}"
    assert way in get("grid_worker", f"/data/planning/features/{KEY}/")
    assert way not in get("leader", f"/data/planning/features/{KEY}/")


def test_a_leader_marks_nothing(get, layer):
    page = get("leader", f"/map/here/?{HERE}&zoom=18&layers=planning")
    assert "/corrections/new/" not in page
    get("leader", f"/corrections/new/?layer=planning&key={KEY}", 403)


def test_the_form_shows_what_the_layer_says(get, layer):
    page = get("grid_worker", f"/corrections/new/?layer=planning&key={KEY}&{HERE}")
    assert 'name="value-用地代码" value="R2"' in page
    assert "容积率" not in page  # sensitive
    assert "位置不对" in page
    assert "缺少" not in re.sub(r"(?s)<script.*?</script>", "", page)
    assert "东街第1社区" in page or "1号院" in page


def test_a_steward_proposes_sensitive_values_and_sends_no_photo(get, layer):
    page = get("steward", f"/corrections/new/?layer=planning&key={KEY}&{HERE}")
    assert 'name="value-容积率" value="1.5"' in page
    assert "photo-picker" not in page


def test_what_is_missing_asks_for_the_layer_first(get, layer):
    page = get("grid_worker", f"/corrections/new/?{HERE}")
    assert f"?layer=planning&amp;lon={PLACE[0]}" in page
    page = get("grid_worker", f"/corrections/new/?layer=planning&{HERE}")
    assert 'value="missing"' in page


@pytest.mark.parametrize(
    "query",
    ["layer=none", "layer=planning&key=none", f"layer=planning&key={KEY}&version=9"],
)
def test_what_is_not_there_is_not_marked(get, layer, query):
    get("grid_worker", f"/corrections/new/?{query}", 404)


def test_only_what_was_changed_is_proposed(post, layer):
    data = filled(**{"value-用地代码": "G1", "note": "是绿地"})
    answer = post("grid_worker", "/corrections/new/", data, **FETCH)
    assert answer.status_code == 201
    correction = Correction.objects.get()
    assert correction.proposed == {"用地代码": "G1"}
    assert str(correction.uuid) == data["uuid"]


def test_unchanged_values_are_no_proposal(post, layer):
    post("grid_worker", "/corrections/new/", filled(**{"value-用地代码": "R2"}))
    assert Correction.objects.get().proposed == {}


def test_sent_twice_it_is_one(post, layer):
    data = filled(note="一")
    for _again in range(2):
        answer = post("grid_worker", "/corrections/new/", data, **FETCH)
        assert answer.status_code == 201
    again = post("grid_worker", "/corrections/new/", data | {"note": "二"}, **FETCH)
    assert "首次提交" in again.content.decode()
    assert Correction.objects.count() == 1


def test_without_scripts_a_browser_goes_to_its_page(post, layer):
    data = filled()
    answer = post("grid_worker", "/corrections/new/", data)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/corrections/{data['uuid']}/",
    )


def test_what_lacks_stands_beside_its_field(post, layer):
    data = filled()
    del data["reason"]
    answer = post("grid_worker", "/corrections/new/", data, **FETCH)
    assert answer.status_code == 422
    assert 'data-for="reason"' in answer.content.decode()
    whole = post("grid_worker", "/corrections/new/", data)
    assert "请选择哪里不对" in whole.content.decode()
    refused = post(
        "grid_worker", "/corrections/new/", filled(**{"value-用地代码": "x" * 600})
    )
    assert (refused.status_code, Correction.objects.count()) == (422, 0)


# The provider's desk


def test_the_desk_lists_what_waits_by_its_limit(get, layer, people):
    first, second = (send(people["grid_worker"], key=key) for key in (KEY, "XC-01"))
    page = get("steward", "/data/corrections/")
    assert page.index(str(first.uuid)) < page.index(str(second.uuid))
    assert "XC-01" in page
    assert '待答复 <span class="number">2' in page


def test_the_desk_filters(get, sent, layer):
    for query, there in (
        ("?layer=planning", True),
        ("?layer=grid", False),
        ("?wrong=values", True),
        ("?wrong=gone", False),
        ("?light=green", True),
        ("?light=red", False),
        ("?view=done", False),
        ("?view=all", True),
    ):
        page = get("steward", f"/data/corrections/{query}")
        assert (str(sent.uuid) in page) is there, query


def test_the_overdue_are_shown_to_the_chief_data_officer(get, sent):
    limit = sent.deadline()
    type(limit).objects.update(
        started_at="2026-01-01T00:00Z",
        yellow_at="2026-01-02T00:00Z",
        due_at="2026-01-03T00:00Z",
    )
    page = get("chief_data_officer", "/data/corrections/?light=red")
    assert "超期 1 件" in page
    assert str(sent.uuid) in page


@pytest.mark.parametrize("view", ["", "all"])
def test_pages_follow_one_another_without_gap(get, layer, people, monkeypatch, view):
    monkeypatch.setattr("layers.corrections.lists.PAGE", 2)
    made = [str(send(people["grid_worker"]).uuid) for _ in range(5)]
    found, address = [], f"?view={view}"
    while address:
        page = get("steward", f"/data/corrections/{address}")
        found += re.findall(r'<tr id="row-([-0-9a-f]+)"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more and more[1].replace("&amp;", "&")
    assert found == (made[::-1] if view else made)


def test_the_desk_needs_few_queries(signed_in, layer, people):
    client = signed_in(people["steward"])

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/data/corrections/")
        return len(queries)

    send(people["grid_worker"])
    few = count()
    for _ in range(5):
        send(people["grid_worker"], key="XC-01")
    assert count() == few <= 16


# One of them


def test_its_page_compares_what_is_and_should_be(get, sent):
    page = get("steward", f"/corrections/{sent.uuid}/")
    for word in ("R2", "<strong>G1</strong>", "现场是绿地", "属性不对", "容积率"):
        assert word in page
    assert 'data-outline="{' in page
    assert "不予采纳" in page


def test_what_a_conflict_sent_leads_back_to_it(get, sent, layer):
    rule = OverlayRule.objects.create(
        code="twice", titles={"zh-hans": "地块重叠"}, left=layer, right=layer
    )
    conflict = Conflict.objects.create(
        rule=rule,
        left_key=KEY,
        right_key="XC-01",
        geometry=sent.place,
        measure=1,
        found_at=timezone.now(),
        state=Conflict.State.SENT,
        correction=sent,
    )
    page = get("steward", f"/corrections/{sent.uuid}/")
    assert f"/data/conflicts/{conflict.uuid}/" in page
    assert "地块重叠" in page


def test_a_sensitive_proposal_is_for_stewards(get, layer, people):
    correction = send(people["steward"], values={"容积率": 98765.4})
    do(correction, "accept", people["chief_data_officer"])
    assert "98765.4" in get("steward", f"/corrections/{correction.uuid}/")
    assert "98765.4" not in get("supervisor", f"/corrections/{correction.uuid}/")


def test_a_steward_does_not_read_a_volunteers_name(get, layer, people):
    correction = send(people["volunteer"])
    page = get("steward", f"/corrections/{correction.uuid}/")
    assert "演示volunteer" not in page
    assert "志愿者" in page


def test_an_act_of_the_page(post, sent, people):
    data = {
        "verb": "refuse",
        "act_id": str(uuid4()),
        "after_event": "1",
        "reason": "right",
        "note": "与图纸一致",
    }
    for _again in range(2):
        answer = post("steward", f"/corrections/{sent.uuid}/acts/", data, **FETCH)
        assert answer.status_code == 200
    sent.refresh_from_db()
    assert (sent.state.phase, sent.events_count) == (Phase.DONE, 2)


def test_change_now_takes_the_values_of_the_form(post, sent):
    data = {
        "verb": "change",
        "act_id": str(uuid4()),
        "after_event": "1",
        "value-用地代码": "G1",
        "value-容积率": "1.5",
    }
    answer = post("steward", f"/corrections/{sent.uuid}/acts/", data, **FETCH)
    assert answer.status_code == 200, answer.content.decode()
    sent.refresh_from_db()
    assert sent.draft.changed == 1


def test_removal_by_the_form(post, sent):
    data = {
        "verb": "change",
        "act_id": str(uuid4()),
        "after_event": "1",
        "removal": "on",
    }
    answer = post("steward", f"/corrections/{sent.uuid}/acts/", data, **FETCH)
    assert answer.status_code == 200, answer.content.decode()
    sent.refresh_from_db()
    assert sent.draft.closed == 1


def test_a_refused_act_keeps_what_was_typed(post, sent):
    data = {
        "verb": "refuse",
        "act_id": str(uuid4()),
        "after_event": "1",
        "note": "一致",
    }
    answer = post("steward", f"/corrections/{sent.uuid}/acts/", data, **FETCH)
    assert answer.status_code == 400
    assert "一致" in answer.content.decode()


def test_too_late_is_said(post, sent, people):
    do(sent, "withdraw", people["grid_worker"])
    data = {"verb": "accept", "act_id": str(uuid4()), "after_event": "1"}
    answer = post("steward", f"/corrections/{sent.uuid}/acts/", data, **FETCH)
    assert answer.status_code == 409


# The answer comes back


def refuse(correction, people):
    do(correction, "refuse", people["steward"], reason="right", note="与图纸一致")


def test_the_answer_with_its_reason_stands_on_ones_own_page(get, sent, people):
    refuse(sent, people)
    page = get("grid_worker", "/corrections/")
    for word in ("未采纳", "经核实，数据无误", "与图纸一致", "is-news"):
        assert word in page
    assert "is-news" not in get("grid_worker", "/corrections/")


def test_the_navigation_counts_what_is_unread(get, sent, people):
    assert 'class="nav-count"' not in get("grid_worker", "/my/")
    refuse(sent, people)
    assert 'class="nav-count"' in get("grid_worker", "/my/")
    get("grid_worker", f"/corrections/{sent.uuid}/")
    assert 'class="nav-count"' not in get("grid_worker", "/my/")


def test_ones_own_act_is_no_news(get, post, sent):
    data = {"verb": "withdraw", "act_id": str(uuid4()), "after_event": "1"}
    post("grid_worker", f"/corrections/{sent.uuid}/acts/", data)
    assert 'class="nav-count"' not in get("grid_worker", "/my/")


def test_who_sent_none_has_no_entry(get, layer):
    assert "layers:corrections-own" not in get("other_worker", "/my/")
    assert get("other_worker", "/map/").count('href="/corrections/"') == 0


def test_a_card_is_ones_own(get, sent):
    assert str(sent.uuid) in get("grid_worker", f"/corrections/{sent.uuid}/card/")
    get("steward", f"/corrections/{sent.uuid}/card/", 404)


def test_own_pages_cost_the_same_with_more(signed_in, layer, people):
    client = signed_in(people["grid_worker"])

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/corrections/")
        return len(queries)

    send(people["grid_worker"], photos=[str(photo_of(people["grid_worker"]))])
    few = count()
    for _ in range(4):
        send(people["grid_worker"], key="XC-01")
    assert count() == few <= 14


# Who sees it


def test_whom_it_concerns(get, sent):
    path = f"/corrections/{sent.uuid}/"
    for name in (
        "grid_worker",
        "steward",
        "chief_data_officer",
        "supervisor",
        "handler",
    ):
        get(name, path)
    for name in (
        "other_worker",
        "desk",
        "outsider",
        "other_handler",
        "system",
        "nobody",
    ):
        get(name, path, 404)


def test_of_a_layer_that_became_sensitive_nobody_else_sees_it(get, sent, layer):
    Layer.objects.filter(pk=layer.pk).update(sensitivity="sensitive")
    for name, status in (("grid_worker", 404), ("supervisor", 404), ("steward", 200)):
        get(name, f"/corrections/{sent.uuid}/", status)


def test_a_place_without_a_street_is_taken(layer, people):
    spot = list(package.OUTSIDE_DISTRICT)
    assert send(people["grid_worker"], spot=spot).street is None
