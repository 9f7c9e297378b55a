"""The catalogue's pages: who sees them, who may import, and what they say."""

from typing import Any

import pytest
from django.urls import reverse

from layers.models import Layer
from tests.layers import files

DATA = reverse("layers:data")
GRID = reverse("layers:layer", args=["grid"])


@pytest.fixture
def officer(people: Any, signed_in: Any) -> Any:
    return signed_in(people["chief_data_officer"])


def test_the_catalogue_shows_all_eight_classes(officer):
    page = officer.get(DATA).content.decode()
    classes = ["地形图", "影像图", "城市三维图", "地下空间图"]
    classes += ["电子地图", "地名地址", "框架要素", "经济人文"]
    assert all(name in page for name in classes)


def test_the_catalogue_asks_few_questions(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert officer.get(DATA).status_code == 200


def test_a_layer_page_asks_few_questions(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert officer.get(GRID).status_code == 200


def test_the_catalogue_is_for_who_signs_in(client):
    assert client.get(DATA).status_code == 302


def test_a_sensitive_layer_is_not_there_for_a_grid_worker(people, signed_in):
    files.a_layer(sensitivity=Layer.Sensitivity.SENSITIVE)
    worker, steward = (signed_in(people[name]) for name in ("grid_worker", "steward"))
    address = reverse("layers:layer", args=["buildings"])
    assert worker.get(address).status_code == 404
    assert steward.get(address).status_code == 200
    assert "buildings" not in worker.get(DATA).content.decode()


def test_who_may_not_import_sees_no_form(people, signed_in):
    files.a_layer()
    client = signed_in(people["desk"])
    page = client.get(reverse("layers:layer", args=["buildings"])).content.decode()
    assert "import-form" not in page


def test_the_pages_speak_english_too(officer):
    officer.cookies["django_language"] = "en"
    page = officer.get(GRID).content.decode()
    assert "Import a file" in page and "导入" not in page
