"""Every endpoint x role x own and foreign street, against one table.

A new endpoint without a row fails here. The rows are in `tests/permissions/table.py`.
"""

from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import get_user, middleware
from django.test import Client

from accounts.roles import Role
from layers.models import ImportRun, Layer
from tests.cases.ordering import add_order
from tests.cases.whistling import add_whistle
from tests.layers.correcting import send
from tests.layers.making import make_version
from tests.layers.outside.serving import add_outside_layer
from tests.layers.overlays import a_conflict
from tests.permissions.rows import TABLE
from tests.permissions.table import PEOPLE, STRANGER
from tests.permissions.walking import Walk, World, endpoints
from workflow.attachments import store

PARTS = range(4)  # the walk is long, and may go in several processes


@pytest.fixture
def world(people, make_case):
    """A case on each street with a photo, a layer for all and one for stewards."""
    Layer.objects.filter(code="addresses").update(sensitivity="sensitive")
    add_outside_layer("sky", first=1)
    made = World({}, {}, {}, {}, {}, {})
    for number, side in ((1, "own"), (2, "foreign")):
        reporter = "grid_worker" if number == 1 else "outsider_worker"
        photo = store(people[reporter], uuid4(), made.picture())
        phase = "resolve" if number == 1 else "collect"
        made.photos[side] = photo.uuid
        made.cases[side] = make_case(phase, street=number, photos=[str(photo.uuid)])
        add_whistle(made.cases[side], people["desk" if number == 1 else "outsider"])
        add_order(made.cases[side], people["desk" if number == 1 else "outsider"])
        layer = Layer.objects.get(code=made.layers[side])
        made.runs[side] = ImportRun.objects.get(layer=layer)
        made.drafts[side] = make_version(layer)
        made.corrections[side] = send(people[reporter])
        made.conflicts[side] = a_conflict(layer)
    return made


@pytest.fixture
def clients(people, signed_in, monkeypatch):
    """Everybody's client. Who asks is known by his session, and not read each time:

    session, person and posts were a third of the walk, and the same for every address.
    """
    found = {name: signed_in(people[name]) for name in PEOPLE}
    for client in found.values():
        client.raise_request_exception = False
    cookie = settings.SESSION_COOKIE_NAME
    known = {one.cookies[cookie].value: people[name] for name, one in found.items()}

    def who(request):
        user = known.get(request.COOKIES.get(cookie))
        return user or get_user(request)

    monkeypatch.setattr(middleware, "get_user", who)
    return {**found, STRANGER: Client(raise_request_exception=False)}


def test_every_endpoint_has_a_row():
    missing = sorted(set(endpoints()) - set(TABLE))
    assert not missing, f"say in tests/permissions/table.py who may use {missing}"
    gone = sorted(set(TABLE) - set(endpoints()))
    assert not gone, f"tests/permissions/table.py has rows of nothing: {gone}"


def test_every_role_walks(people):
    held = {role for user in people.values() for role in user.roles}
    assert held == set(Role.values)
    assert set(people) == PEOPLE


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(part, marks=pytest.mark.xdist_group(f"walk{part}"))
        for part in PARTS
    ],
)
def test_every_endpoint_answers_each_person_as_the_table_says(part, world, clients):
    walk = Walk(world, clients)
    for name in sorted(set(TABLE) & set(endpoints()))[part :: len(PARTS)]:
        walk.over(name)
    assert not walk.wrong, "\n".join(walk.wrong)
