"""The code on a part or at a shop fills in place and class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scanning import code_in
from layers.models import Layer
from tests.cases.surveying import put_parts


@pytest.fixture
def part(db):
    return put_parts(1)[0]


def asked(client, code):
    return client.get("/report/code/", {"code": code})


@pytest.mark.parametrize(
    "pattern", ["%s", " %s ", "https://x.cn/p?id=%s&a=1", "编号：%s"]
)
def test_a_part_is_found_however_its_code_is_written(signed_in, people, part, pattern):
    code = part.code
    answer = asked(signed_in(people["volunteer"]), pattern % code)
    assert answer.status_code == 200
    said = answer.json()
    assert said["title"] == "供水井盖" and said["category"]
    assert abs(said["lon"] - part.geometry.x) < 1e-6


@pytest.mark.parametrize("code", ["", "12", "11010901001009999", "x" * 400])
def test_what_is_not_known_says_what_to_do(signed_in, people, code):
    answer = asked(signed_in(people["grid_worker"]), code)
    assert answer.status_code == 404


def test_a_part_of_a_sensitive_layer_is_told_to_nobody(signed_in, people, part):
    Layer.objects.filter(code="planning").update(feeds="parts", sensitivity="sensitive")
    assert asked(signed_in(people["grid_worker"]), part.code).status_code == 404


def test_only_who_reports_asks(signed_in, people, part):
    assert asked(signed_in(people["handler"]), part.code).status_code == 403


def test_the_api_says_the_same(signed_in, people, part):
    client = signed_in(people["grid_worker"])
    assert client.get("/api/v1/codes/", {"code": part.code}).json()["category"]


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    assert len(code_in(text)) in (0, 17, 18)
