"""The short way to a session's person says what Django's own says, at any moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, User
from accounts.recognition import user_of

pytestmark = pytest.mark.django_db


def request_of(client: Client) -> HttpRequest:
    cookie = client.cookies["sessionid"].value if "sessionid" in client.cookies else ""
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = cookie
    request.session = SessionStore(cookie or None)
    request.user = get_user(request)
    return request


def name_of(client: Client) -> str | None:
    user = user_of(request_of(client))
    return user.username if user else None


@pytest.fixture
def worker(signed_in: Callable[[User], Client], grid_worker: User) -> Client:
    """Signed in, and seen once already."""
    client = signed_in(grid_worker)
    assert name_of(client) == "grid_worker"
    return client


def test_a_stranger_is_nobody():
    assert user_of(request_of(Client())) is None


def test_everybody_is_who_django_says_with_the_same_posts(people, signed_in):
    for user in (one for one in people.values() if one.is_active):
        request = request_of(signed_in(user))
        for _ in range(2):  # the first time by Django, then the short way
            found = user_of(request)
            assert found == user
            posts = {(post.role, post.unit_id) for post in found.posts}
            assert posts == {(post.role, post.unit_id) for post in user.posts}


def test_a_known_session_takes_one_query(worker):
    request = request_of(worker)
    with CaptureQueriesContext(connection) as queries:
        user = user_of(request)
        assert user is not None
        assert not user.has_role("steward")
        assert not user.sees_district
    assert len(queries) == 1


def test_who_signed_out_is_nobody_at_once(worker):
    Session.objects.all().delete()
    assert name_of(worker) is None


def test_an_expired_session_is_nobodys(worker):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert name_of(worker) is None


def test_who_was_shut_out_is_nobody_at_once(worker):
    User.objects.filter(username="grid_worker").update(is_active=False)
    assert name_of(worker) is None


def test_a_changed_password_ends_other_sessions(worker, grid_worker):
    grid_worker.set_password("another-0ne-entirely")
    grid_worker.save()
    assert name_of(worker) is None


def test_a_lost_post_is_lost_at_once(worker):
    Membership.objects.filter(user__username="grid_worker").delete()
    user = user_of(request_of(worker))
    assert user is not None
    assert user.posts == []


def test_a_session_rewritten_is_read_again(worker, steward):
    """Its key stays, its person is another."""
    store = SessionStore(worker.cookies["sessionid"].value)
    store["_auth_user_id"] = str(steward.pk)
    store["_auth_user_hash"] = steward.get_session_auth_hash()
    store.save()
    assert name_of(worker) == "steward"
