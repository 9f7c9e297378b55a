"""A template says what it is given, and can do nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.papers.checking import faults
from workflow.papers.language import filled
from workflow.papers.shapes import shaped, told
from workflow.papers.vocabulary import TooLong

SHAPE = {
    "case": {"number": "number", "text": "text"},
    "rows": [{"at": "when", "parts": [{"name": "name"}]}],
    "names": ["a name"],
}
HOSTILE = [
    "{% load i18n %}",
    '{% include "base.html" %}',
    '{% extends "base.html" %}',
    "{% debug %}",
    "{% now 'Y' %}",
    "{{ case.__class__ }}",
    "{{ case.number.upper }}",
    "{{ case.number|safe }}",
    "{{ case.number|center:999999999 }}",
    "{{ settings.SECRET_KEY }}",
    "{{ rows.0.at }}",
    "{% autoescape off %}{{ case.text }}{% endautoescape %}",
    "<script>alert(1)</script>",
    '<p onclick="x()">a</p>',
    '<p style="color:red">a</p>',
    '<img src="file:///etc/passwd">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<p class="btn">a</p>',
    "<!-- a -->",
    "<{{ case.text }}>",
    '<p class="{{ case.text }}">a</p>',
    '{{ case.number|default:"<" }}script>',
    "<p>a",
    "a</p>",
    "{{ case.number",
    "{% for row in rows %}",
    "{% for row in case.number %}{% endfor %}",
    "{% for a, b in rows %}{% endfor %}",
    "{{ case }}",
    "x" * 64_001,
    "{% for a in rows %}{% for b in rows %}{% for c in rows %}{% for d in rows %}"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_template_is_refused(source):
    assert faults(source, SHAPE)


def test_a_fault_names_its_line_and_the_placeholder():
    (fault,) = faults("<p>\n{{ case.nummer }}\n</p>", SHAPE)
    assert "2" in fault and "case.nummer" in fault


def test_no_fault_tells_a_path_of_the_server():
    said = " ".join(fault for source in HOSTILE for fault in faults(source, SHAPE))
    assert "/work" not in said and ".py" not in said and "site-packages" not in said


def test_a_plain_template_has_no_fault():
    source = (
        '<h1 class="p-title">{{ case.number }}</h1>{% if rows %}<table><tr>'
        '{% for row in rows %}<td colspan="2">{{ forloop.counter }} {{ row.at }}'
        "{% for part in row.parts %}{{ part.name }}{% endfor %}</td>{% endfor %}"
        "</tr></table>{% else %}<p>{{ names|length }}</p>{% endif %}"
    )
    assert faults(source, SHAPE) == []


@given(st.text())
def test_data_is_never_markup(text):
    data = shaped(SHAPE, {"case": {"text": text}})
    said = filled("{{ case.text }}|{{ case.text|linebreaksbr }}", data)
    assert "<" not in said.replace("<br>", "")


@given(st.text(max_size=200))
def test_whatever_is_written_is_judged_and_not_run(source):
    assert isinstance(faults(source, SHAPE), list)


def test_what_is_no_uuid_is_no_picture():
    said = filled("{{ x|picture }}", {"x": '"><script>'})
    assert said == ""


def test_a_paper_that_grows_too_long_is_stopped():
    inner = "{% for b in rows %}{% for c in rows %}{{ c }}{% endfor %}{% endfor %}"
    source = "{% for a in rows %}" + inner + "{% endfor %}"
    with pytest.raises(TooLong):
        filled(source, {"rows": ["x" * 100] * 400})


def test_data_beyond_the_shape_is_cut_off():
    data = shaped(SHAPE, {"case": {"number": 1, "secret": 2}, "names": None, "x": 3})
    assert data == {"case": {"number": 1, "text": ""}, "rows": [], "names": []}


def test_every_name_is_told():
    assert [name for name, _what in told(SHAPE)] == [
        *("case.number", "case.text", "rows[].at", "rows[].parts[].name", "names[]")
    ]
