"""Who sees what: list, detail, page, file, stream and API always agree.

Each example has a case that the person sees and one that he does not, told by a
plain reading of the rule, not by the queryset.
"""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import Membership, Unit
from accounts.roles import SEES_UNIT, STEWARDS, Role
from cases.models import Case
from govmap.lib.periods import SINCE_EVER
from layers.models import Layer
from workflow import live
from workflow.attachments import store
from workflow.models import Attachment, Event, Scope
from workflow.scope import concern

STREETS = ("110109001", "110109002")
UNITS = (
    *("110109", *STREETS, "110109001001", "110109001002", "110109002001"),
    *("sanitation", "gardens", "team"),
)
ANY_POST = st.tuples(st.sampled_from(UNITS), st.sampled_from(Role.values))
# Posts that leave something unseen: in the district only those that see no case.
POSTS = st.lists(
    ANY_POST.filter(lambda post: post[0] != "110109" or post[1] not in SEES_UNIT),
    max_size=3,
)
SOME = settings(
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def cases(make_case, people):
    """Six cases: both streets, two communities, with and without a host."""

    def with_photo(by, **where):
        photo = store(people[by], uuid4(), picture())
        return make_case(by=by, photos=[str(photo.uuid)], **where)

    return [
        with_photo("grid_worker", phase="collect"),
        with_photo("grid_worker", phase="resolve", community=2),
        with_photo("volunteer", phase="done", cell=2),
        with_photo("outsider_worker", phase="collect", street=2),
        with_photo("outsider_worker", phase="resolve", street=2, community=2),
        with_photo("inspector", phase="dispatch", street=2),
    ]


def picture():
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "JPEG")
    return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")


def person(posts):
    """Somebody new with these posts, and his browser."""
    user = get_user_model().objects.create(username=uuid4().hex)
    for unit, role in set(posts):
        Membership.objects.create(
            user=user, unit=Unit.objects.get(code=unit), role=role, valid=SINCE_EVER
        )
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return user, client


def sees(posts, case):
    """The rule in plain words: the units whose work it is, and the district."""
    hosts = {row.unit.code for row in case.assignments.all()}
    concerned = {case.street.code, case.community.code, *hosts, "110109"}
    return any(unit in concerned and role in SEES_UNIT for unit, role in posts)


def shown(client, case):
    """What each door says of a case: True where it is there."""
    photo = Attachment.objects.get(event__subject_uuid=case.uuid, event__seq=1)
    address = f"/api/v1/cases/{case.uuid}/"
    paths = {
        "page": f"/cases/{case.uuid}/",
        "detail": address,
        "events": f"{address}events/",
        "photo": f"/api/v1/attachments/{photo.uuid}/",
        "file": f"/files/{photo.uuid}/",
    }
    return {name: client.get(path).status_code == 200 for name, path in paths.items()}


def listed(client):
    """Uuids of the list, of the map, and of what a stream from the start tells."""
    rows = client.get("/api/v1/cases/?limit=200").json()["results"]
    points = client.get("/api/v1/cases/geojson/").json()["features"]
    return {
        "list": {row["uuid"] for row in rows},
        "map": {point["id"] for point in points},
    }


def streamed(user):
    """Uuids that a stream resumed from the start tells, and one that listens."""
    holders, everything = frozenset(user.holders), user.sees_district
    visitor = live.Visitor(user.pk, holders, everything, "")
    events = Event.objects.visible_to(user).filter(kind="case").order_by("pk")
    resumed = {str(event.subject_uuid) for event in events}
    watcher = live.Watcher(visitor.holders, visitor.sees_all, "")
    heard = set()
    for case in Case.objects.all():
        rows = Scope.objects.filter(kind="case", subject_id=case.pk)
        held = frozenset(rows.values_list("holder", flat=True))
        if watcher.hears(live.Message(1, "case", str(case.uuid), held)):
            heard.add(str(case.uuid))
    return {"resumed": resumed, "heard": heard}


def test_every_door_shows_a_case_to_the_same_people(cases):
    @SOME
    @given(POSTS, st.none() | st.sampled_from(cases))
    def check(posts, own):
        seen = {str(case.uuid) for case in cases if case == own or sees(posts, case)}
        # One that he sees and one that he does not, or the example says little.
        assume(0 < len(seen) < len(cases))
        with transaction.atomic():
            user, client = person(posts)
            if own:
                concern(own, why="own", people=[user.pk])
            for name, uuids in {**listed(client), **streamed(user)}.items():
                assert uuids == seen, (name, posts)
            for case in cases:
                there = shown(client, case)
                assert set(there.values()) == {str(case.uuid) in seen}, (there, posts)
            transaction.set_rollback(True)

    check()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.INSPECTOR, Role.LEADER])
def test_the_district_sees_them_all(cases, role):
    user, client = person([("110109", role)])
    every = {str(case.uuid) for case in cases}
    for uuids in {**listed(client), **streamed(user)}.values():
        assert uuids == every


@pytest.mark.parametrize("posts", [[], [("110109001", Role.STEWARD)]])
def test_whoever_has_no_part_in_cases_sees_none(cases, posts):
    user, client = person(posts)
    for uuids in {**listed(client), **streamed(user)}.values():
        assert uuids == set()
    assert not any(any(shown(client, case).values()) for case in cases)


def test_a_reporter_sees_his_own_wherever_it_lies(cases, people, signed_in):
    for name in ("volunteer", "grid_worker"):
        client = signed_in(people[name])
        own = {str(case.uuid) for case in cases if case.reporter.username == name}
        assert own <= listed(client)["list"]


def test_a_post_that_ended_shows_nothing_more(cases):
    user, client = person([("110109001", Role.FILER)])
    assert listed(client)["list"]
    ended = (SINCE_EVER.lower, timezone.now() - timedelta(seconds=1))
    Membership.objects.filter(user=user).update(valid=ended)
    assert listed(client)["list"] == set()


def drawn(client):
    """What each door to the layers says of the sensitive one."""
    names = {row["code"] for row in client.get("/api/v1/layers/").json()}
    style = client.get("/map/style.json").content.decode()
    paths = {
        "tile": "/tiles/planning/1/0/0/0.mvt",
        "features": "/api/v1/layers/planning/features/",
        "page": "/data/planning/",
    }
    found = {name: client.get(path).status_code == 200 for name, path in paths.items()}
    return {**found, "list": "planning" in names, "style": "/planning/" in style}


def test_a_sensitive_layer_shows_in_every_door_or_in_none(db):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")

    @SOME
    @given(POSTS)
    def check(posts):
        steward = any(role in STEWARDS for _unit, role in posts)
        with transaction.atomic():
            client = person(posts)[1]
            assert set(drawn(client).values()) == {steward}, posts
            transaction.set_rollback(True)

    check()
