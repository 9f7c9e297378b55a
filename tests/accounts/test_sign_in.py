"""Coming in: where one lands, and who cannot."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.sites import package

LANDINGS = {
    "grid_worker": "/report/",
    "volunteer": "/report/",
    "desk": "/desk/",
    "handler": "/tasks/",
    "supervisor": "/review/",
    "leader": "/review/",
    "steward": "/map/",
    "audit": "/map/",
}


@pytest.mark.parametrize(("username", "page"), LANDINGS.items())
def test_each_lands_on_the_page_of_the_day(people, signed_in, username, page):
    assert signed_in(people[username]).get("/").headers["location"] == page


def sign_in(username, password):
    client = Client()
    form = {"login": username, "password": password}
    return client, client.post(reverse("account_login"), form)


def test_the_right_password_opens(people):
    client, answer = sign_in("desk", package.PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert client.get("/desk/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_out(people):
    client, answer = sign_in("desk", "wrong")
    assert answer.status_code == 200
    assert client.get("/").headers["location"].startswith(reverse("account_login"))


def test_many_failures_lock_the_account_at_that_address_only(people):
    for _ in range(8):
        _, answer = sign_in("desk", "wrong")
    assert answer.status_code == 429
    assert sign_in("desk", package.PASSWORD)[1].status_code == 429
    assert sign_in("filer", package.PASSWORD)[1].status_code == 302


def test_passwords_are_kept_as_argon2(people):
    assert people["desk"].password.startswith("argon2$")


def test_strangers_cannot_make_an_account(db):
    assert Client().get("/accounts/signup/").status_code == 404


def test_signing_out_ends_the_session(people, signed_in):
    client = signed_in(people["desk"])
    client.post(reverse("account_logout"))
    assert client.get("/desk/").status_code == 302
