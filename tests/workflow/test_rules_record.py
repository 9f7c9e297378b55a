"""The record of a rule's changes names tables as people do."""

from django.apps import apps
from django.utils import timezone, translation

from cases import rule_names  # noqa: F401
from workflow.models import SpecialPeriod
from workflow.rules import tables
from workflow.templatetags.rules_tags import table_name


def test_every_name_is_a_kept_table_s():
    for name in tables():
        assert hasattr(apps.get_model(name), "pgh_event_models")


def test_a_table_is_named_in_words_else_by_itself():
    with translation.override("zh-hans"):
        assert table_name("cases.OldSystem") == "旧系统"
        assert table_name("somewhere.Else") == "somewhere.Else"


def test_a_special_period_names_its_classes_and_its_limit(people, signed_in):
    day = timezone.localdate()
    period = SpecialPeriod(titles={"zh-hans": "扫雪"}, first_day=day, last_day=day)
    period.classes, period.name = ["event/06010"], "disposal"
    period.save()
    page = signed_in(people["system"]).get("/rules/calendar/").content.decode()
    assert "暴露垃圾" in page
    assert "event/06010" not in page and "· disposal" not in page
