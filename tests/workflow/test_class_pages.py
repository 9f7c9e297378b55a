"""The administrator's pages of the classification."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from govmap.lib.history import changes_of
from govmap.lib.sheets import read_sheet
from tests.cases.driving import litter
from workflow import class_export, classification
from workflow.class_forms import next_code
from workflow.class_rows import CONDITION_COLUMNS
from workflow.models import Category, Condition, Crosswalk, Standard

STANDARD = "gbt47678.5-2026"
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "filing_conditions.csv"
HEAD = ",".join(CONDITION_COLUMNS)
ROW = f"{STANDARD},event,06010,有暴露垃圾,清除,4,work_hours,sanitation"
NEW = f"{STANDARD},event,06010,成片垃圾,清除,1,天,"


@pytest.fixture
def system(signed_in, people) -> Client:
    return signed_in(people["system"])


def url(name: str, *args: Any) -> str:
    return reverse(f"workflow:{name}", args=args)


def text(answer) -> str:
    return answer.content.decode()


def test_the_tree_shows_every_class_in_use(system):
    page = text(system.get(url("classes")))
    assert all(name in page for name in ("暴露垃圾", "供水井盖", "乱堆杂物"))


@pytest.mark.parametrize("query", ["暴露", "bllj", "06010", "有暴露垃圾", "litter"])
def test_a_class_is_found_by_words_initials_and_code(system, query):
    page = text(system.get(url("classes"), {"q": query}))
    # Below the classes is the record of their changes, which names them all.
    found, _below = page.split("rules-changes", 1)
    assert "暴露垃圾" in found
    assert "供水井盖" not in found


def test_the_tree_costs_the_same_with_more_classes(
    system, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        system.get(url("classes"))
    standard = litter().standard
    Category.objects.bulk_create(
        Category(standard=standard, kind="event", code=f"069{n:02}", name=f"类{n}",
                 parent=litter().parent)
        for n in range(60)
    )  # fmt: skip
    with django_assert_max_num_queries(12):
        system.get(url("classes"))


def test_the_page_of_a_class_tells_its_conditions(system):
    page = text(system.get(url("category", litter().pk)))
    assert "有暴露垃圾" in page
    assert "环卫中心" in page


def test_a_change_is_on_record(system, people):
    row = litter()
    sent = {"name": "暴露垃圾", "name_en": "Litter", "tags": "每月一题",
            "duplicate_radius": 80, "duplicate_hours": 24, "urgent": "on"}  # fmt: skip
    assert system.post(url("category_edit", row.pk), sent).status_code == 302
    row.refresh_from_db()
    assert (row.urgent, row.tags, row.duplicate_radius) == (True, ["每月一题"], 80)
    change = changes_of(Category, row_id=row.pk)[0]
    assert change.by == people["system"]
    assert change.what["duplicate_radius"] == (50, 80)


def test_a_class_out_of_use_stays_with_its_cases(system, make_case):
    case = make_case()
    system.post(url("category_retire", litter().pk))
    assert not Category.objects.choosable().filter(pk=case.category_id).exists()
    assert "暴露垃圾" in text(system.get(url("category", case.category_id)))


def test_a_condition_gets_its_second_step(system):
    row = Condition.objects.get(category=litter())
    sent = {"text": row.text, "limit": 2, "limit_type": "urgent_hours",
            "closing": "围挡", "second_limit": 5, "second_limit_type": "work_days",
            "second_closing": "修复", "basis": "某条例"}  # fmt: skip
    assert system.post(url("condition_edit", row.pk), sent).status_code == 302
    row.refresh_from_db()
    assert row.second_label.startswith("5 ")


def test_half_a_second_step_is_refused(system):
    row = Condition.objects.get(category=litter())
    sent = {"text": "x", "limit": 2, "limit_type": "urgent_hours", "second_limit": 5}
    answer = system.post(url("condition_edit", row.pk), sent)
    assert answer.status_code == 400
    row.refresh_from_db()
    assert row.second_limit is None


def test_a_new_condition_comes_last(system):
    sent = {"text": "成片垃圾", "limit": 1, "limit_type": "work_days"}
    system.post(url("condition_new", litter().pk), sent)
    assert [row.text for row in litter().conditions.all()] == ["有暴露垃圾", "成片垃圾"]


@pytest.mark.parametrize(
    ("local", "codes"),
    [
        ({"subclass": [999, 80]}, ["06999", "06998"]),
        ({"subclass": [99, 58]}, ["0699", "0698"]),
        ({"class": [21, 99]}, ["21", "22"]),
    ],
)
def test_local_classes_are_numbered_by_the_editions_rule(db, local, codes):
    standard, parent = litter().standard, litter().parent
    standard.local, found = local, []
    for _code in codes:
        of = parent if "subclass" in local else None
        found.append(next_code(standard, "event", of))
        Category.objects.create(
            standard=standard, kind="event", code=found[-1], name="自", parent=of
        )
    assert found == codes


def test_a_local_class_is_made_on_the_page(system):
    Standard.objects.update(local={"subclass": [999, 80], "tag": "自定义"})
    sent = {"kind": "event", "parent": "06", "name": "光污染", "tags": "",
            "duplicate_radius": 50, "duplicate_hours": 72}  # fmt: skip
    assert system.post(url("category_new"), sent).status_code == 302
    made = Category.objects.get(code="06999")
    assert (made.is_local, made.tags, made.initials) == (True, ["自定义"], "gwr")


def test_another_edition_is_put_in_force(system):
    Standard.objects.create(code="old", titles={"zh-hans": "旧版"})
    system.post(url("standard_default"), {"standard": "old"})
    assert Standard.objects.get(is_default=True).code == "old"


# Tables


def file(content: str, encoding: str = "utf-8") -> SimpleUploadedFile:
    return SimpleUploadedFile("conditions.csv", content.encode(encoding))


def take(client: Client, *lines: str, **sent: str):
    content = "\n".join([HEAD, *lines])
    encoding = sent.pop("encoding", "utf-8")
    return client.post(
        url("conditions_take"), {"file": file(content, encoding), **sent}
    )


def shown(answer) -> dict[str, str]:
    """What the page of the changes sends when it is told to take them."""
    context = answer.context
    return {"rows": context["rows"], "lines": context["lines"], "keep": "1"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_shows_what_it_would_change_and_changes_nothing(system, encoding):
    answer = take(system, ROW.replace(",4,", ",8,"), encoding=encoding)
    trial = answer.context["trial"]
    assert (trial.changed, trial.added, trial.troubles) == (1, 0, [])
    assert Condition.objects.get(category=litter()).limit == 4


def test_what_was_shown_is_taken(system, people):
    answer = take(system, ROW.replace(",4,", ",8,"))
    assert system.post(url("conditions_take"), shown(answer)).status_code == 302
    row = Condition.objects.get(category=litter())
    assert row.limit == 8
    assert changes_of(Condition, row_id=row.pk)[0].by == people["system"]


def test_bare_limits_are_asked_for_never_guessed(system):
    answer = take(system, ROW, NEW)
    (question,) = answer.context["questions"]
    assert (question.unit, question.count) == ("days", 1)
    assert system.post(url("conditions_take"), shown(answer)).status_code == 400
    answered = shown(answer) | {"bare-days": "natural_days"}
    assert system.post(url("conditions_take"), answered).status_code == 302
    assert Condition.objects.get(text="成片垃圾").limit_type == "natural_days"


def test_every_wrong_row_is_named_and_nothing_is_taken(system):
    wrong = ROW.replace(",4,", ",soon,"), ROW.replace("06010", "88888"), ROW
    answer = take(system, *wrong)
    assert [line for line, _text in answer.context["trial"].troubles] == ["2", "3"]
    assert system.post(url("conditions_take"), shown(answer)).status_code == 400


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"PK\x03\x04 no workbook", b"a,b\n1,2", b"\xff\xff"]
)
def test_what_is_no_table_is_refused_with_a_sentence(system, content):
    sent = {"file": SimpleUploadedFile("x.csv", content)}
    answer = system.post(url("conditions_take"), sent)
    assert answer.status_code == 400
    assert answer.context["error"]


def test_a_workbook_is_read_like_a_csv():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["小类代码", "处置时限"])
    book.active.append(["06010", 4.0])
    book.save(out)
    words = {"小类代码": "category", "处置时限": "limit"}
    assert read_sheet(out.getvalue(), ("category",), words) == [
        ("2", {"category": "06010", "limit": "4"})
    ]


def test_a_workbook_that_unpacks_to_too_much_is_refused(system):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"\0" * 61_000_000)
    answer = system.post(
        url("conditions_take"), {"file": SimpleUploadedFile("x.xlsx", out.getvalue())}
    )
    assert answer.status_code == 400


def test_the_export_is_read_again_without_a_change(system, tmp_path):
    one, other = litter(), Category.objects.get(code="06036")
    Crosswalk.objects.create(old=one, new=other)
    Condition.objects.filter(category=one).update(
        second_limit=5, second_limit_type="work_days", basis="某条例"
    )
    before = whole_tables()
    class_export.write(tmp_path)
    list(classification.load(tmp_path))
    assert whole_tables() == before


def whole_tables() -> list[list[dict[str, Any]]]:
    """Everything but the initials, which are made anew from the names."""
    tables = (Standard, Category, Condition, Crosswalk)
    rows = [list(model.objects.order_by("pk").values()) for model in tables]
    return [
        [{name: row[name] for name in row if name != "initials"} for row in table]
        for table in rows
    ]


def test_excel_reads_the_export(system):
    answer = system.get(url("conditions_file"))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["text"] for row in rows} >= {"有暴露垃圾", "乱堆物料"}


@pytest.mark.skipif(not REAL.exists(), reason="no real table of conditions here")
def test_the_real_table_of_519_conditions_is_taken(system):
    standard = Standard.objects.create(code="2013", titles={"zh-hans": "2013"})
    with REAL.open(encoding="utf-8") as source:
        real = list(csv.DictReader(source))
    keys = {(row["kind"], row["code_2013"], row["subclass_name"]) for row in real}
    main = {
        (kind, code[:2]): Category.objects.create(
            standard=standard, kind=kind, code=code[:2], name="类"
        )
        for kind, code in {(kind, code[:2]) for kind, code, _name in keys}
    }
    Category.objects.bulk_create(
        Category(standard=standard, kind=kind, code=code, name=name,
                 parent=main[kind, code[:2]])
        for kind, code, name in keys
    )  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CONDITION_COLUMNS)
    writer.writerows(
        ["2013", row["kind"], row["code_2013"], row["condition"],
         row["closing_condition"], row["limit"], row["limit_unit"], ""]
        for row in real
    )  # fmt: skip
    bare = {"bare-hours": "work_hours", "bare-days": "work_days"}
    answer = system.post(url("conditions_take"), {"file": file(out.getvalue()), **bare})
    sent = shown(answer) | bare
    assert system.post(url("conditions_take"), sent).status_code == 302
    assert Condition.objects.filter(category__standard=standard).count() == 519


# The API


def test_the_api_tells_the_whole_rule(system, django_assert_max_num_queries):
    Condition.objects.filter(category=litter()).update(
        second_limit=5, second_limit_type="work_days"
    )
    with django_assert_max_num_queries(6):
        rows = system.get("/api/v1/categories/?kind=event&parent=06").json()
    (row,) = [row for row in rows if row["code"] == "06010"]
    assert (row["standard"], row["duplicate_radius"]) == (STANDARD, 50)
    assert row["conditions"][0]["second_limit"] == 5


def test_the_api_reads_another_edition(system):
    old = Standard.objects.create(code="old", titles={"zh-hans": "旧版"})
    head = Category.objects.create(standard=old, kind="event", code="01", name="大")
    Category.objects.create(
        standard=old, kind="event", code="0101", name="小", parent=head
    )
    rows = system.get("/api/v1/categories/?standard=old").json()
    assert [row["code"] for row in rows] == ["0101"]
