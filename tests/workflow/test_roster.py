"""值班: who is on duty when, what a week says, and what a shift hands over."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Unit
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.history import changes_of
from workflow.models import Handover, Notice, PrintedPaper, Shift, ShiftKind
from workflow.roster import handing, loading, writing
from workflow.roster.duty import next_ends, next_shifts, on_duty

STREET, OTHER = "110109001", "110109002"


@pytest.fixture
def street(db):
    return Unit.objects.get(code=STREET)


@pytest.fixture
def night(db):
    return ShiftKind.objects.get(code="night")


def moment(day, hour, minute=0):
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def monday():
    """Of next week: never over, whatever day it is."""
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def put(unit, kind, day, *people, part="member"):
    for person in people:
        Shift.objects.create(unit=unit, kind=kind, day=day, person=person, part=part)


def on_now(unit, person):
    """The person is on duty in the unit whenever the test runs."""
    now = timezone.now()
    lasts = (now - timedelta(hours=1), now + timedelta(hours=1))
    kind = ShiftKind.objects.get(code="day")
    day = timezone.localdate(now)
    Shift.objects.create(unit=unit, kind=kind, day=day, person=person, lasts=lasts)


@given(st.times(), st.times(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_every_shift_ends_after_it_begins_and_within_a_day(starts, ends, day):
    lasts = ShiftKind(starts=starts, ends=ends).span(day)
    assert timedelta(0) < lasts.upper - lasts.lower <= timedelta(days=1)
    assert timezone.localdate(lasts.lower) == day


def test_a_night_shift_lasts_until_the_morning(people, street, night):
    put(street, night, date(2026, 3, 2), people["desk"])
    for day, hour, wanted in ((2, 19, 0), (2, 20, 1), (3, 7, 1), (3, 8, 0)):
        found = on_duty([street.pk], moment(date(2026, 3, day), hour))
        assert len(found.get(street.pk, [])) == wanted


def test_who_leads_stands_first_and_who_left_is_not_named(people, street, night):
    day = date(2026, 3, 2)
    put(street, night, day, people["acceptor"], people["dispatcher"])
    put(street, night, day, people["filer"], part="chief")
    people["acceptor"].is_active = False
    people["acceptor"].save()
    found = on_duty([street.pk], moment(day, 22))[street.pk]
    assert [row.person for row in found] == [people["filer"], people["dispatcher"]]


def test_on_duty_asks_once(people, street, night, django_assert_num_queries):
    day = date(2026, 3, 2)
    put(street, night, day, people["desk"], people["filer"])
    with django_assert_num_queries(1):
        rows = on_duty([street.pk, 1, 2], moment(day, 22))[street.pk]
        assert [str(row.person) + str(row.kind) for row in rows]


def test_the_next_shift_ends_as_the_roster_says(people, street, night):
    day = date(2026, 3, 2)
    whole = ShiftKind.objects.get(code="day")
    put(street, whole, day, people["desk"])
    put(street, night, day, people["filer"])
    ends = moment(date(2026, 3, 3), 8)
    assert next_ends(street.pk, moment(day, 19)) == ends
    # Where it says nothing, a shift lasts twelve hours.
    assert next_ends(street.pk, ends) == ends + timedelta(hours=12)


def test_a_leader_of_the_whole_day_hides_no_shift(people, street, night):
    whole = ShiftKind.objects.get(code="whole")
    assert whole.starts == whole.ends == time(8)
    day = ShiftKind.objects.get(code="day")
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    for on in (first, second):
        put(street, whole, on, people["filer"], part="leader")
        put(street, day, on, people["desk"])
        put(street, night, on, people["acceptor"])
    assert next_ends(street.pk, moment(first, 19)) == moment(second, 8)
    assert next_ends(street.pk, moment(second, 7)) == moment(second, 20)
    told = next_shifts(street.pk, moment(first, 19))
    assert [row.person for row in told] == [people["acceptor"]]
    told = next_shifts(street.pk, moment(second, 7))
    assert {row.person for row in told} == {people["desk"], people["filer"]}


def test_nobody_new_is_written_into_a_kind_out_of_use(people, street, night):
    put(street, night, monday(), people["desk"])
    night.retired = True
    night.save()
    writing.put(street, monday(), night, {people["desk"].pk: "chief"})
    with pytest.raises(writing.OutOfUse):
        writing.put(street, monday(), night, {people["filer"].pk: "member"})


def test_the_lead_of_a_desk_writes_a_shift_on_record(people, signed_in, night):
    where = reverse("roster:slot", args=[STREET, monday().isoformat(), "night"])
    sent = {f"p{people['desk'].pk}": "chief", f"p{people['acceptor'].pk}": ""}
    assert signed_in(people["filer"]).post(where, sent).status_code == 302
    row = Shift.objects.get()
    assert (row.person, row.part) == (people["desk"], "chief")
    assert changes_of(Shift)[0].by == people["filer"]


def test_another_streets_roster_is_not_written(people, signed_in):
    where = reverse("roster:slot", args=[OTHER, monday().isoformat(), "night"])
    assert signed_in(people["filer"]).post(where, {}).status_code == 403


def test_only_people_of_the_unit_are_on_duty(people, street, night):
    with pytest.raises(writing.NotOfTheUnit):
        writing.put(street, monday(), night, {people["outsider"].pk: "member"})


def test_yesterday_stays_as_it_was(people, street, night):
    with pytest.raises(writing.TooFar):
        writing.put(street, timezone.localdate() - timedelta(days=1), night, {})


def test_a_week_is_copied_where_it_is_empty(people, street, night):
    put(street, night, monday(), people["desk"])
    put(street, night, monday() + timedelta(days=1), people["filer"])
    put(street, night, monday() + timedelta(days=8), people["acceptor"])
    done = writing.copy_week(street, monday() + timedelta(days=7))
    assert (done.added, done.left) == (1, 0)
    rows = Shift.objects.filter(day__gt=monday() + timedelta(days=6)).order_by("day")
    assert [row.person for row in rows] == [people["desk"], people["acceptor"]]
    assert writing.copy_week(street, monday() + timedelta(days=7)).added == 0


def test_who_left_the_unit_is_not_copied(people, street, night):
    put(street, night, monday(), people["outsider"])
    assert writing.copy_week(street, monday() + timedelta(days=7)).left == 1


def test_the_week_names_shifts_holidays_and_people(people, signed_in, street, night):
    put(street, night, date(2026, 10, 1), people["desk"])
    where = f"{reverse('roster:week')}?unit={STREET}&week=2026-10-01"
    text = signed_in(people["acceptor"]).get(where).content.decode()
    assert "夜班" in text and str(people["desk"]) in text and "10-01" in text
    assert "次日08:00" in text


def test_the_page_of_a_week_asks_the_same_however_full(
    people, signed_in, street, night, django_assert_max_num_queries
):
    for number in range(7):
        day = monday() + timedelta(days=number)
        put(street, night, day, people["desk"], people["filer"], people["acceptor"])
    client = signed_in(people["filer"])
    with django_assert_max_num_queries(14):
        client.get(f"{reverse('roster:week')}?week={monday()}")


def test_a_table_goes_out_and_comes_in_again(people, signed_in, street, night):
    put(street, night, monday(), people["desk"], part="chief")
    client = signed_in(people["filer"])
    text = client.get(f"{reverse('roster:file')}?week={monday()}").content
    Shift.objects.all().delete()
    sent = {"file": SimpleUploadedFile("r.csv", text)}
    page = client.post(reverse("roster:take"), sent)
    assert page.status_code == 200 and not Shift.objects.exists()
    kept = {name: page.context[name] for name in ("rows", "lines")}
    client.post(reverse("roster:take"), {**kept, "keep": "1"})
    row = Shift.objects.get()
    assert (row.person, row.part) == (people["desk"], "chief")


@pytest.mark.parametrize(
    "line",
    [
        f"{OTHER},{{day}},夜班,desk,",
        f"{STREET},{{day}},午班,desk,",
        f"{STREET},明天,夜班,desk,",
        f"{STREET},{{day}},夜班,outsider,",
        f"{STREET},{{day}},夜班,desk,皇帝",
        f"{STREET},2020-01-01,夜班,desk,",
    ],
)
def test_a_wrong_line_of_a_table_is_named(people, signed_in, line):
    text = f"单位,日期,班次,姓名,职责\n{line.format(day=monday())}\n"
    sent = {"file": SimpleUploadedFile("r.csv", text.encode())}
    page = signed_in(people["filer"]).post(reverse("roster:take"), sent)
    assert len(page.context["trial"].troubles) == 1


def test_kinds_of_a_package_stand_until_it_says_something_new(db):
    data = loading.dump()
    ShiftKind.objects.filter(code="day").update(starts="09:00")
    loading.put(loading.dump(), where="x")
    loading.put(data, where="x", packaged=True)
    data["kinds"][0]["ends"] = "21:00"
    loading.put(data, where="x", packaged=True)
    assert ShiftKind.objects.get(code="day").hours == "08:00–21:00"


def test_a_kind_without_hours_is_refused(db):
    with pytest.raises(BadInput):
        loading.put(
            {"kinds": [{"code": "x", "title": {"zh-hans": "班"}, "starts": "25"}]},
            where="x",
        )


# Handing over


def write(unit, user, remarks=""):
    return handing.write(unit, user, uuid=uuid4(), remarks=remarks)


def test_a_note_sent_twice_is_one(people, street):
    uuid = uuid4()
    for _ in range(2):
        handing.write(street, people["desk"], uuid=uuid, remarks="平安")
    assert Handover.objects.get().remarks == "平安"


def test_who_hands_over_does_not_sign(people, street):
    note = write(street, people["desk"])
    with pytest.raises(handing.OwnNote):
        handing.sign(note, people["desk"], [])


def test_another_unit_neither_writes_nor_signs(people, street):
    note = write(street, people["desk"])
    for name in ("outsider", "grid_worker", "system"):
        with pytest.raises(NotAllowed):
            handing.sign(note, people[name], [])
    with pytest.raises(NotAllowed):
        write(street, people["outsider"])


def test_one_note_waits_at_a_time(people, street):
    note = write(street, people["desk"])
    with pytest.raises(handing.StillWaiting):
        write(street, people["filer"])
    handing.sign(note, people["filer"], [])
    assert write(street, people["filer"]).signed_at is None


def test_a_note_is_taken_back_until_it_is_signed(people, street):
    note = write(street, people["desk"])
    with pytest.raises(NotAllowed):
        handing.withdraw(note, people["filer"])
    handing.withdraw(note, people["desk"])
    signed = handing.sign(write(street, people["desk"]), people["filer"], [])
    with pytest.raises(handing.Signed):
        handing.withdraw(signed, people["desk"])


def test_the_next_shift_is_told(people, street):
    on_now(street, people["desk"])
    now = timezone.now()
    lasts = (now + timedelta(hours=1), now + timedelta(hours=9))
    kind = ShiftKind.objects.get(code="night")
    day = timezone.localdate(lasts[0])
    Shift.objects.create(
        unit=street, kind=kind, day=day, person=people["filer"], lasts=lasts
    )
    note = write(street, people["desk"])
    assert note.until == lasts[1]
    told = Notice.objects.get(person=people["filer"])
    assert told.data["page"] == reverse("roster:handover", args=[note.uuid])


def test_the_pages_of_a_handover(people, signed_in, street):
    desk, filer = signed_in(people["desk"]), signed_in(people["filer"])
    sent = {"unit": STREET, "uuid": str(uuid4()), "remarks": "东门积水已围挡"}
    where = desk.post(reverse("roster:handover-new"), sent)["Location"]
    assert "东门积水已围挡" in filer.get(where).content.decode()
    assert "签收" in filer.get(reverse("roster:handovers")).content.decode()
    uuid = Handover.objects.get().uuid
    assert filer.post(reverse("roster:sign", args=[uuid])).status_code == 302
    paper = filer.get(reverse("roster:paper", args=[uuid])).content.decode()
    assert str(people["desk"]) in paper and str(people["filer"]) in paper


def test_a_note_that_both_signed_is_a_paper_with_a_number(people, signed_in, street):
    note, filer = write(street, people["desk"], "东门积水"), signed_in(people["filer"])
    where = reverse("papers:new", args=["handover_note", "handover", note.uuid])
    sent = {"uuid": str(uuid4())}
    assert filer.post(where, sent).status_code == 409  # one has not signed
    handing.sign(note, people["filer"], [])
    assert filer.post(where, sent).status_code == 302
    paper = PrintedPaper.objects.get()
    assert paper.number.endswith("1号") and "东门积水" in paper.html
    assert paper.html.count(str(people["filer"])) == 2
    page = filer.get(reverse("roster:handover", args=[note.uuid]))
    assert paper.number in page.content.decode()
    assert filer.get(reverse("papers:file", args=[paper.uuid])).content[:4] == b"%PDF"


def test_remarks_that_are_too_long_come_back(people, signed_in):
    sent = {"unit": STREET, "uuid": str(uuid4()), "remarks": "长" * 2001}
    page = signed_in(people["desk"]).post(reverse("roster:handover-new"), sent)
    assert page.status_code == 400 and "长" * 2001 in page.content.decode()


def test_the_line_above_the_desk_says_who_is_on_duty(people, signed_in, street):
    on_now(street, people["dispatcher"])
    text = signed_in(people["desk"]).get(reverse("roster:line")).content.decode()
    assert str(people["dispatcher"]) in text


# The API


def test_a_shift_is_written_and_read_over_the_api(people, signed_in):
    client, day = signed_in(people["filer"]), monday().isoformat()
    sent = {"unit": STREET, "day": day, "kind": "night", "people": [{"person": "desk"}]}
    where = reverse("api:shift-list")
    made = client.post(where, sent, content_type="application/json")
    assert made.status_code == 200, made.json()
    rows = client.get(where, {"unit": STREET, "from": day}).json()
    assert [row["person"] for row in rows] == ["desk"]
    again = {"unit": STREET, "week": (monday() + timedelta(days=7)).isoformat()}
    copied = client.post(
        reverse("api:shift-copy"), again, content_type="application/json"
    )
    assert copied.json() == {"added": 1, "left": 0}


def test_the_api_says_who_is_on_duty(people, signed_in, street):
    on_now(street, people["desk"])
    rows = signed_in(people["handler"]).get(f"/api/v1/on-duty/?unit={STREET}").json()
    assert [row["person"] for row in rows] == ["desk"]


def test_a_shift_is_handed_over_by_the_api(people, signed_in):
    desk, filer = signed_in(people["desk"]), signed_in(people["filer"])
    uuid = str(uuid4())
    sent = {"unit": STREET, "uuid": uuid, "remarks": "无"}
    json = {"content_type": "application/json"}
    assert desk.post(reverse("api:handover-list"), sent, **json).status_code == 201
    signed = filer.post(
        reverse("api:handover-sign", args=[uuid]), {"matters": []}, **json
    )
    assert signed.json()["signed_by"] == str(people["filer"])
    assert filer.get(reverse("api:handover-list")).json()["results"][0]["uuid"] == uuid
