"""What templates draw with."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from govmap.templatetags import govmap_tags
from workflow.models import Deadline


def drawn(source: str, **context: object) -> str:
    return Template("{% load govmap_tags %}" + source).render(Context(context))


def limit(**ahead: float) -> Deadline:
    due = timezone.now() + timedelta(**ahead)
    return Deadline(
        started_at=due - timedelta(hours=10),
        yellow_at=due - timedelta(hours=2),
        due_at=due,
    )


def test_an_icon_beside_a_word_is_hidden_from_readers():
    assert 'aria-hidden="true"' in drawn("{% icon 'check' %}")


def test_an_icon_alone_says_what_it_is():
    html = drawn("{% icon 'x' label %}", label="关<")
    assert 'role="img" aria-label="关&lt;"' in html


def test_an_icon_carries_no_style_of_its_own():
    assert "style=" not in drawn("{% icon 'filled/star' %}")


@pytest.mark.parametrize(
    ("hours", "colour", "shape"),
    [(5, "green", "<circle"), (1, "yellow", "<path"), (-1, "red", "<rect")],
)
def test_a_light_has_a_colour_a_shape_and_words(hours, colour, shape):
    html = drawn("{% light deadline %}", deadline=limit(hours=hours, minutes=5))
    assert f"light-{colour}" in html
    assert shape in html
    assert "小时" in html or "分" in html


def test_no_deadline_has_no_light():
    assert drawn("{% light deadline %}", deadline=None).strip() == ""


def test_a_moment_carries_the_whole_of_it():
    now = timezone.now()
    html = drawn("{{ moment|local_time }}", moment=now)
    assert now.isoformat() in html
    assert f'title="{timezone.localtime(now):%Y-%m-%d %H:%M:%S}"' in html


def test_the_import_map_names_our_modules_and_their_libraries():
    names = govmap_tags._imports_now()
    assert names["govmap/http"].endswith("govmap/http.js")
    assert {"cases/desk", "layers/map-core", "maplibre-gl"} <= set(names)
