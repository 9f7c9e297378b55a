"""The record of a rule's changes names tables as people do."""

import pytest
from django.apps import apps
from django.utils import timezone, translation
from django.utils.functional import Promise

from govmap import urls  # noqa: F401
from govmap.lib.history import changes_of
from workflow.models import Category, SpecialPeriod
from workflow.rules import tables
from workflow.setting_changes import told
from workflow.setting_words import MACHINES, SETTINGS


def test_every_name_is_a_kept_table_s():
    for name in tables():
        assert hasattr(apps.get_model(name), "pgh_event_models")


@pytest.mark.parametrize("name", tables())
def test_every_column_that_people_change_has_a_word(name):
    fields = apps.get_model(name)._meta.concrete_fields
    named = {field.name for field in fields if isinstance(field.verbose_name, Promise)}
    unnamed = {field.name for field in fields} - named
    assert unnamed <= SETTINGS.keys() | MACHINES, name


def test_a_change_is_told_in_words(people, django_assert_max_num_queries):
    row, other = Category.objects.filter(kind="event", urgent=False)[:2]
    before = str(row.parent or "")
    row.urgent, row.parent = True, other
    row.save()
    with translation.override("zh-hans"), django_assert_max_num_queries(5):
        change = told(changes_of(Category, row_id=row.pk))[0]
    assert (change.table, change.row) == ("类别", row.name)
    assert set(change.what) == {("应急", "否", "是"), ("上级", before, other.name)}


def test_a_special_period_names_its_classes_and_its_limit(people, signed_in):
    day = timezone.localdate()
    period = SpecialPeriod(titles={"zh-hans": "扫雪"}, first_day=day, last_day=day)
    period.classes, period.name = ["event/06010"], "disposal"
    period.save()
    page = signed_in(people["system"]).get("/rules/calendar/").content.decode()
    assert "暴露垃圾" in page
    assert "event/06010" not in page and "· disposal" not in page
