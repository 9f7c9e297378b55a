"""常用视图: filters under a name, for oneself and for a unit."""

from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction

from layers.finding.area import write_area
from workflow import saved_views
from workflow.models import SavedView

PAGE = "/views/?page=desk"


@pytest.fixture
def desk(people, signed_in):
    return signed_in(people["desk"])


def keep(client, name="急件", query="?view=all&light=red&case=x", **more):
    sent = {"page": "desk", "name": name, "query": query, **more}
    return client.post("/views/", sent)


def change(client, called, **sent):
    view = SavedView.objects.get(name=called)
    return client.post(f"/views/{view.uuid}/", sent)


def names(client):
    rows = client.get("/api/v1/views/?page=desk").json()
    return [row["name"] for row in rows]


def test_the_filters_are_kept_and_shown_again(desk):
    assert keep(desk)["Location"] == "/desk/?light=red&view=all"
    html = desk.get("/desk/?view=all&light=red").content.decode()
    assert 'href="?light=red&amp;view=all" aria-current="true"' in html


def test_a_drawn_area_of_many_corners_is_kept_whole(desk):
    corners = write_area((116.3 + n / 500, 39.9 + n % 2 / 10) for n in range(200))
    assert len(corners) > 1000
    keep(desk, query=f"?view=all&area={corners}")
    assert corners in SavedView.objects.get().query


def test_a_view_without_a_name_is_refused_in_words(desk):
    answer = keep(desk, name=" ")
    assert answer.status_code == 400
    assert "请给视图起个名字" in answer.content.decode()


def test_the_page_opens_with_the_default(desk):
    keep(desk, default="yes")
    assert desk.get("/desk/")["Location"] == "/desk/?light=red&view=all"
    assert desk.get("/desk/?view=todo").status_code == 200


def test_one_alone_is_the_default(desk, people):
    keep(desk, default="yes")
    keep(desk, name="第二", default="yes")
    rows = SavedView.objects.filter(is_default=True)
    assert [row.name for row in rows] == ["第二"]
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.update(is_default=True)


def test_it_is_renamed_and_put_in_order(desk):
    keep(desk, name="甲")
    keep(desk, name="乙")
    change(desk, "乙", do="rename", name="丙")
    change(desk, "丙", do="up")
    assert names(desk) == ["丙", "甲"]


def test_deleting_can_be_undone(desk):
    keep(desk)
    answer = change(desk, "急件", do="remove")
    assert names(desk) == []
    assert "撤销" in desk.get(answer["Location"]).content.decode()
    change(desk, "急件", do="restore")
    assert names(desk) == ["急件"]


def test_a_lead_shares_one_with_the_unit(people, signed_in, desk):
    unit = people["desk"].posts[0].unit.code
    keep(desk, unit=unit)
    colleague, outsider = signed_in(people["acceptor"]), signed_in(people["outsider"])
    assert (names(colleague), names(outsider)) == (["急件"], [])
    assert change(colleague, "急件", do="remove").status_code == 403
    assert change(outsider, "急件", do="remove").status_code == 404


def test_who_leads_no_shift_shares_nothing(people, signed_in):
    client = signed_in(people["acceptor"])
    unit = people["acceptor"].posts[0].unit.code
    assert keep(client, unit=unit).status_code == 403


def test_another_lead_of_the_unit_may_change_what_is_shared(people, signed_in, desk):
    keep(desk, unit=people["desk"].posts[0].unit.code)
    assert change(signed_in(people["filer"]), "急件", do="remove").status_code == 302


def test_the_api_has_what_the_page_has(desk):
    told = {"page": "desk", "name": "甲", "query": "view=mine", "is_default": True}
    made = desk.post("/api/v1/views/", told, "application/json")
    assert made.status_code == 201
    path = f"/api/v1/views/{made.json()['uuid']}/"
    changed = desk.patch(path, {"name": "乙"}, "application/json")
    assert changed.json()["name"] == "乙"
    assert desk.delete(path).status_code == 204
    desk.patch(path, {"removed": False}, "application/json")
    assert names(desk) == ["乙"]


def test_a_page_that_one_may_not_open_has_no_views_for_one(people, signed_in):
    assert signed_in(people["handler"]).get(PAGE).status_code == 403
    assert signed_in(people["desk"]).get("/views/?page=nowhere").status_code == 404


def test_only_what_filters_is_kept(people):
    page = saved_views.PAGES["desk"]
    assert saved_views.cleaned(page, "?q=%20a&case=1&sort=due&x=2") == "q=a&sort=due"


def test_the_list_of_them_has_a_page(desk):
    keep(desk)
    html = desk.get(PAGE).content.decode()
    assert "急件" in html
    assert urlsplit(PAGE).path in html
