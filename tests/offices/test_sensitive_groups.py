"""A sensitive group that is off shows nothing anywhere, also of what was written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Unit
from offices.models import Code, LifeEvent, Proposal, SensitiveGroup
from offices.ownership import deciding
from offices.quality import counting
from offices.registers import entering, proposing

WORD = "刑满释放"


def text(answer):
    return answer.content.decode()


def switch(is_open):
    today = timezone.localdate()
    SensitiveGroup.objects.filter(code="01").update(
        document="司发〔2026〕1号" if is_open else "",
        department=Unit.objects.get(code="sanitation") if is_open else None,
        opened_on=today if is_open else None,
        until=today + timedelta(days=9) if is_open else None,
    )


@pytest.fixture
def labelled(make_person, people):
    """Somebody labelled and somebody proposed for it while the group was open; then it
    was switched off."""
    switch(True)
    by = people["community_worker"]
    code = Code.objects.get(list__code="label", code="released")
    person, other = make_person("王明"), make_person("李娜")
    entering.put_label(person, code, by)
    proposal = proposing.propose(other, "label:released", True, people["desk"])
    accepted = make_person("赵强")
    more = proposing.propose(accepted, "label:released", True, people["desk"])
    deciding.decide(more, by, granted=True)
    counting.count()
    return person, other, proposal, accepted


@pytest.fixture
def off(labelled):
    switch(False)
    return labelled


def addresses(person, other, proposal, accepted):
    """All that could show it."""
    return [
        f"/offices/people/{person.uuid}/",
        f"/offices/people/{other.uuid}/",
        f"/offices/people/{accepted.uuid}/",
        f"/offices/people/{person.uuid}/edit/",
        f"/offices/person/{other.uuid}/propose/",
        "/offices/people/",
        "/offices/people/?label=released",
        f"/offices/buildings/{person.dwelling.building.uuid}/",
        f"/offices/buildings/{person.dwelling.building.uuid}/?by=released",
        f"/offices/dwellings/{person.dwelling.uuid}/",
        "/offices/proposals/",
        "/offices/proposals/?which=mine",
        "/offices/proposals/?which=done",
        "/offices/quality/",
        "/api/v1/people/",
        f"/api/v1/people/{person.uuid}/",
        f"/api/v1/buildings/{person.dwelling.building.uuid}/",
        "/api/v1/proposals/?which=mine",
        "/api/v1/proposals/?which=done",
        "/api/v1/quality/",
        "/notices/",
    ]


@pytest.mark.parametrize("who", ["community_worker", "desk", "office_clerk", "steward"])
def test_off_it_is_nowhere(off, people, signed_in, who):
    client = signed_in(people[who])
    for address in addresses(*off):
        shown = text(client.get(address))
        assert WORD not in shown, address
        # What the reader asked for himself is said back to him.
        assert "released" not in shown or "released" in address, address


def test_off_its_proposal_is_not_there(off, people, signed_in):
    _person, _other, proposal, _accepted = off
    for who in ("community_worker", "desk"):
        client = signed_in(people[who])
        assert client.get(f"/offices/proposals/{proposal.uuid}/").status_code == 404
        assert client.get(f"/api/v1/proposals/{proposal.uuid}/").status_code == 404
    assert Proposal.objects.count() == 2  # it is hidden, not lost


def test_off_a_filter_by_it_finds_nobody(off, people, signed_in):
    page = text(
        signed_in(people["community_worker"]).get("/offices/people/?label=released")
    )
    assert "王*" not in page and "没有" in page


def test_off_nobody_is_labelled(off, people):
    code = Code.objects.get(list__code="label", code="released")
    with pytest.raises(entering.GroupClosed):
        entering.put_label(off[1], code, people["community_worker"])


def test_open_its_readers_see_it_and_others_do_not(labelled, people, signed_in):
    page = f"/offices/people/{labelled[0].uuid}/"
    assert WORD in text(signed_in(people["community_worker"]).get(page))
    assert WORD not in text(signed_in(people["desk"]).get(page))


def test_the_life_of_an_entry_names_no_group(labelled):
    told = LifeEvent.objects.get(what="corrected").told
    assert WORD not in told and "desk" in told
