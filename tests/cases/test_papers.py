"""What papers of a case say, and what is kept of them."""

import hashlib
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.models import Caller
from govmap.lib.errors import BadInput
from tests.cases.papering import found_of, pages_of, printed, template
from workflow.models import PaperSerial, PaperTemplate, PrintedPaper
from workflow.papers import files
from workflow.papers.about import KINDS, shape_of
from workflow.papers.errors import (
    AnswerMissing,
    IsVoid,
    MayNotPrint,
    NotOffered,
    PaperReused,
)
from workflow.papers.filling import sample
from workflow.papers.loading import problems_of
from workflow.papers.printing import print_many, print_paper, void

SIX = {
    *("dispatch_sheet", "supervision_sheet", "rectification"),
    *("case_file", "duty_log", "daily_report"),
}
YEAR = timezone.localdate().year


@pytest.fixture
def case(make_case):
    return make_case(phase="resolve", note="电话13800001234，速办")


@pytest.fixture
def dispatcher(people):
    return people["dispatcher"]


def test_the_usual_papers_are_there_and_without_fault(db):
    rows = PaperTemplate.objects.current()
    assert {row.code for row in rows} >= SIX
    assert not any(problems_of(row) for row in rows)


@pytest.mark.parametrize("kind", ["case", "whistle", "day", "conference"])
def test_the_sample_has_every_name(kind):
    assert set(KINDS[kind].sample()) == set(KINDS[kind].shape)


def test_a_sample_of_each_leaves_no_placeholder(people):
    unit = people["dispatcher"].posts[0].unit
    for row in PaperTemplate.objects.current():
        body = sample(row, unit, people["dispatcher"])
        assert not {"{{", "{%", "None"} & set(body) and "None" not in body


def test_a_dispatch_sheet_says_what_the_department_needs(case, dispatcher):
    (text,) = pages_of(printed(case, dispatcher))
    for said in (
        case.number,
        "环卫中心",
        case.condition.text,
        f"派〔{YEAR}〕1号",
        "签收栏",
    ):
        assert said in text
    assert "第 1 页　共 1 页" in text


def test_nothing_is_left_unfilled(case, dispatcher):
    paper = printed(case, dispatcher)
    assert "{{" not in paper.html and "{%" not in paper.html


def test_numbers_of_people_do_not_leave_the_house(case, dispatcher):
    assert "13800001234" not in printed(case, dispatcher).html


def test_no_paper_for_departments_knows_the_caller(case, people):
    Caller.objects.create(case=case, name="张三丰", phone="13800005678")
    sheet = printed(case, people["dispatcher"]).html
    by_host = printed(case, people["handler"], "case_file").html
    for body in (sheet, by_host):
        assert "张*" not in body and "5678" not in body


def test_the_desk_sees_the_caller_masked(case, people):
    Caller.objects.create(case=case, name="张三丰", phone="13800005678")
    body = printed(case, people["desk"], "case_file").html
    assert "张*" in body and "138****5678" in body and "张三丰" not in body


def test_the_case_file_has_cover_contents_history_and_papers(case, people):
    sheet = printed(case, people["dispatcher"])
    pages = pages_of(printed(case, people["desk"], "case_file"))
    assert "城市管理案卷" in pages[0] and "卷内目录" in pages[1]
    text = "".join(pages)
    assert sheet.number in text.replace("\n", "")
    assert f"第 {len(pages)} 页　共 {len(pages)} 页" in pages[-1]


def test_who_issues_no_such_paper_may_not_print_it(case, people):
    with pytest.raises(MayNotPrint):
        printed(case, people["grid_worker"])


def test_it_is_not_printed_before_its_step(make_case, dispatcher):
    with pytest.raises(NotOffered):
        printed(make_case(phase="collect"), dispatcher)


def test_what_must_be_answered_is_asked_for(case, people):
    with pytest.raises(AnswerMissing, match="missing"):
        printed(case, people["handler"], "rectification")


def test_a_notice_says_what_was_answered(case, people):
    answers = {"addressee": "某餐馆", "demand": "清理门前", "until": "2026年12月1日"}
    paper = printed(case, people["handler"], "rectification", **answers)
    assert all(said in paper.html for said in answers.values())
    assert paper.unit.code == "sanitation"


def test_sent_twice_it_is_one_paper(case, dispatcher):
    uuid, found = uuid4(), found_of(case, dispatcher)
    sheet = template("dispatch_sheet")
    one = print_paper(sheet, found, dispatcher, uuid=uuid)
    again = print_paper(sheet, found, dispatcher, uuid=uuid)
    assert one.pk == again.pk and PaperSerial.objects.get().last == 1


def test_an_id_is_of_one_paper_only(case, people):
    paper = printed(case, people["desk"])
    with pytest.raises(PaperReused):
        print_paper(
            template("case_file"),
            found_of(case, people["desk"]),
            people["desk"],
            uuid=paper.uuid,
        )


def test_whom_it_goes_to_may_be_rewritten(case, dispatcher):
    found, sheet = found_of(case, dispatcher), template("dispatch_sheet")
    usual = print_paper(sheet, found, dispatcher, uuid=uuid4())
    other = print_paper(sheet, found, dispatcher, uuid=uuid4(), to_name="某公司")
    assert (usual.to_name, usual.to_unit.code) == ("环卫中心", "sanitation")
    assert (other.to_name, other.to_unit) == ("某公司", None)


def test_a_voided_paper_keeps_its_number(case, dispatcher):
    paper = printed(case, dispatcher)
    void(paper, dispatcher, "写错了")
    assert printed(case, dispatcher).serial == paper.serial + 1
    paper.refresh_from_db()
    assert paper.is_void and paper.number
    with pytest.raises(IsVoid):
        void(paper, dispatcher, "再来")


def test_a_paper_is_voided_for_a_reason(case, dispatcher):
    with pytest.raises(BadInput):
        void(printed(case, dispatcher), dispatcher, "  ")


@pytest.mark.parametrize("change", [{"html": "x"}, {"number": "x"}, {"year": 1}])
def test_a_printed_paper_is_never_rewritten(case, dispatcher, change):
    paper = printed(case, dispatcher)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrintedPaper.objects.filter(pk=paper.pk).update(**change)


def test_the_same_file_comes_out_again(case, dispatcher):
    paper = printed(case, dispatcher)
    files.make(paper)
    data = files.content_of(paper)
    assert data.startswith(b"%PDF") and data == files.content_of(paper)
    assert paper.sha256 == hashlib.sha256(data).hexdigest()


def test_a_file_that_was_changed_is_not_given_out(case, dispatcher):
    paper = printed(case, dispatcher)
    files.make(paper)
    files.path_of(paper).write_bytes(b"%PDF other")
    with pytest.raises(files.Damaged):
        files.content_of(paper)


def test_a_reprint_is_marked_and_on_record(case, dispatcher):
    paper = printed(case, dispatcher)
    assert files.reprinted(paper, dispatcher).startswith(b"%PDF")
    assert paper.reprints.get().by == dispatcher
    assert "重印 第1次" in pages_of(paper, "重印 第1次")[0]


def test_papers_of_a_day_become_one_file(make_case, dispatcher):
    cases = [make_case(phase="resolve") for _ in range(2)]
    things = KINDS["case"].of_day(dispatcher, timezone.localdate())
    assert {one.key for one in things} == {str(case.uuid) for case in cases}
    batch = print_many(template("dispatch_sheet"), things, dispatcher)
    files.make_batch(batch)
    assert batch.papers.count() == 2
    assert files.path_of(batch).read_bytes().count(b"/Type /Page\n") in (0, 2)


def test_shapes_know_what_is_asked(db):
    row = template("rectification")
    assert "demand" in shape_of("case", row.asks)["asked"]
