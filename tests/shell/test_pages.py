"""The frame of every page, and the pages for what goes wrong."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site

LEADS = ["evaluation:board", "wall:wall", "whistles:list", "talk:instructions"]
WORKS = ["evaluation:board", "whistles:list", "matters:list"]
ALL = ["contacts:list", "layers:map"]
ENTRIES = {
    "desk": [
        *("cases:desk", "orders:list", *LEADS, "matters:list", "registers:people"),
        *(*ALL, "workflow:rules"),
    ],
    "grid_worker": [
        *("cases:report", "cases:my", "cases:tasks", "rounds:mine", "modules:home"),
        *("registers:people", *ALL),
    ],
    "volunteer": ["cases:report", "cases:my", "layers:map"],
    "handler": ["cases:unit", "cases:tasks", *WORKS, *ALL],
    "office_clerk": ["modules:home", "registers:people", *ALL],
    "supervisor": [
        *("orders:list", "cases:review", *LEADS, "matters:list", *ALL),
        "workflow:rules",
    ],
    "steward": [
        *("builder:home", "registers:people", *ALL, "layers:data"),
        "layers:corrections",
    ],
    "audit": [*ALL, "orders:reveals", "registers:readings"],
}


def page(client: Client, address: str = "/accounts/password/") -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(("name", "entries"), ENTRIES.items())
def test_everybody_sees_the_pages_of_his_roles(people, signed_in, name, entries):
    html = page(signed_in(people[name]))
    found = re.findall(r'class="nav-entry" href="([^"]+)"', html)
    wanted = [reverse(entry) for entry in entries]
    assert found == [*wanted, *wanted]  # in the bar, and at the foot of a phone


def test_a_demonstration_says_so_on_every_page(people, signed_in, client):
    for html in (page(signed_in(people["desk"])), page(client, "/accounts/login/")):
        assert re.search(r'class="demo-strip".*测试数据', html)


def test_the_demonstration_accounts_stand_on_the_sign_in_page(client, db):
    html = page(client, "/accounts/login/")
    assert 'data-account="dispatcher"' in html


def test_a_real_site_shows_no_accounts(client, db):
    Site.objects.update(demonstration=False)
    html = page(client, "/accounts/login/")
    assert "data-account" not in html
    assert "demo-strip" not in html


def test_the_language_switches_and_stays(client, db):
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    html = page(client, "/accounts/login/")
    assert '<html lang="en"' in html
    assert "Sign in" in html


def test_every_inline_script_has_the_nonce(people, signed_in):
    response = signed_in(people["desk"]).get("/accounts/password/")
    (nonce,) = re.findall(r"'nonce-([^']+)'", response["Content-Security-Policy"])
    scripts = re.findall(r"<script([^>]*)>", response.content.decode())
    scripts = [said for said in scripts if "application/json" not in said]
    assert scripts
    assert all(f'nonce="{nonce}"' in said for said in scripts)


def test_no_markup_carries_styles_or_handlers(people, signed_in):
    html = page(signed_in(people["desk"]), "/desk/")
    assert not re.search(r'<[^>]+\s(style|on[a-z]+)="', html)


def test_what_is_not_there_is_said_in_words(people, signed_in):
    response = signed_in(people["desk"]).get("/nothing/here/")
    assert response.status_code == 404
    assert "未找到" in response.content.decode()


def test_what_one_may_not_is_said_in_words(people, signed_in):
    response = signed_in(people["handler"]).get("/desk/")
    assert response.status_code == 403
    assert 'class="error-code">403<' in response.content.decode()
