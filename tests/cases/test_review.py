"""结案督查 as a page."""

import re

from cases.dossier import Dossier


def test_it_opens_with_what_waits_for_the_supervisor(people, signed_in, make_case):
    closed, _open = make_case("done"), make_case("resolve")
    make_case("done", street=2)
    html = signed_in(people["supervisor"]).get("/review/").content.decode()
    found = re.findall(r'id="row-([0-9a-f-]+)"', html)
    assert len(found) == 2
    assert str(closed.uuid) in found


def test_what_is_not_closed_is_none_of_it(people, signed_in, make_case):
    closed, running = make_case("done"), make_case("resolve")
    client = signed_in(people["supervisor"])
    html = client.get("/review/?view=all").content.decode()
    assert re.findall(r'id="row-([0-9a-f-]+)"', html) == [str(closed.uuid)]
    row = client.get(f"/cases/{running.uuid}/row/?view=all&as=review")
    assert row.status_code == 204


def test_both_photos_stand_side_by_side(people, make_case, make_photo):
    photo = make_photo(people["grid_worker"])
    case = make_case("done", photos=[str(photo)])
    dossier = Dossier(case, people["supervisor"])
    assert [row.uuid for row in dossier.before.photos] == [photo]
    assert dossier.after.event.actor == people["handler"]
    assert dossier.after.photos


def test_it_may_be_confirmed_or_reopened(people, make_case):
    forms = Dossier(make_case("done"), people["supervisor"]).forms
    assert [form.move.primary for form in forms] == [True, False]


def test_the_review_is_for_supervisors(people, signed_in):
    assert signed_in(people["desk"]).get("/review/").status_code == 403
