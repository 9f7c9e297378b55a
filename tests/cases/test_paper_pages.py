"""The pages of papers and their API, as people use them."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cases.papering import kept, printed
from workflow.models import PaperBatch, PaperOffice, PaperTemplate, PrintedPaper
from workflow.papers import loading

PLAIN = {"title": "派遣单", "size": "A4", "who": "dispatcher@street"}


@pytest.fixture
def case(make_case):
    return make_case(phase="resolve")


@pytest.fixture
def desk(people, signed_in):
    return signed_in(people["desk"])


@pytest.fixture
def system(people, signed_in):
    return signed_in(people["system"])


def new(case, code="dispatch_sheet"):
    return reverse("papers:new", args=[code, "case", case.uuid])


def test_the_page_shows_the_paper_before_it_is_printed(case, desk):
    page = desk.get(new(case)).content.decode()
    assert "案 件 派 遣 单" in page and case.number in page
    assert not PrintedPaper.objects.exists()


def test_looking_prints_nothing(case, desk):
    sent = {"uuid": uuid4(), "demand": "速办", "look": "1"}
    answer = desk.post(new(case), sent, headers={"HX-Request": "true"})
    assert "速办" in answer.content.decode() and "<html" not in answer.content.decode()
    assert not PrintedPaper.objects.exists()


def test_printing_leads_to_the_paper_and_its_file(case, desk):
    answer = desk.post(new(case), {"uuid": uuid4(), "demand": "速办"})
    paper = PrintedPaper.objects.get()
    assert answer.url == reverse("papers:paper", args=[paper.uuid])
    file = desk.get(reverse("papers:file", args=[paper.uuid]))
    assert file.content.startswith(b"%PDF") and file["Cache-Control"] == "no-store"


def test_the_page_of_a_case_lists_its_papers(case, desk, people):
    paper = printed(case, people["desk"])
    page = desk.get(reverse("cases:case", args=[case.uuid])).content.decode()
    assert paper.number in page


def test_the_addressed_unit_reads_it_and_voids_nothing(case, people, signed_in):
    paper, host = printed(case, people["desk"]), signed_in(people["handler"])
    assert host.get(reverse("papers:paper", args=[paper.uuid])).status_code == 200
    voiding = reverse("papers:void", args=[paper.uuid])
    assert host.post(voiding, {"reason": "x"}).status_code == 403


def test_a_delivery_is_recorded(case, desk, people):
    paper = printed(case, people["desk"])
    sent = {"how": "handed", "day": "2026-01-02", "received_by": "李四"}
    desk.post(reverse("papers:delivery", args=[paper.uuid]), sent)
    page = desk.get(reverse("papers:paper", args=[paper.uuid])).content.decode()
    assert paper.deliveries.get().received_by == "李四" and "李四" in page


def test_a_voided_paper_says_so(case, desk, people):
    paper = printed(case, people["desk"])
    desk.post(reverse("papers:void", args=[paper.uuid]), {"reason": "写错了"})
    page = desk.get(reverse("papers:paper", args=[paper.uuid])).content.decode()
    assert "写错了" in page and "paper-void" in page


def test_the_chosen_of_a_day_are_printed_together(case, desk):
    page = desk.get(reverse("papers:many")).content.decode()
    assert case.number in page
    sent = {"template": "dispatch_sheet", "key": str(case.uuid)}
    answer = desk.post(reverse("papers:many"), sent)
    batch = PaperBatch.objects.get()
    assert answer.url == reverse("papers:batch", args=[batch.uuid])
    assert batch.papers.get().key == str(case.uuid)


def test_a_paper_costs_few_queries(case, desk, people, django_assert_max_num_queries):
    paper = printed(case, people["desk"])
    with django_assert_max_num_queries(22):
        desk.get(reverse("papers:paper", args=[paper.uuid]))
    with django_assert_max_num_queries(14):
        desk.get(reverse("papers:of", args=["case", case.uuid]))


def test_the_day_has_its_figures(case, desk):
    page = desk.get(reverse("day-papers:day")).content.decode()
    assert "daily_report" in page and "duty_log" in page


def test_an_edit_becomes_a_version_in_use(system):
    sent = {**PLAIN, "number_rule": "{unit}派〔{year}〕{serial}号", "body": "<p>新</p>"}
    answer = system.post(reverse("papers:edit", args=["dispatch_sheet"]), sent)
    row = PaperTemplate.objects.current().get(code="dispatch_sheet")
    assert answer.status_code == 302
    assert (row.version, row.body, row.made_by.username) == (2, "<p>新</p>", "system")


def test_a_faulty_edit_is_not_kept(system):
    sent = {**PLAIN, "body": "<p>{{ case.nummer }}</p>"}
    answer = system.post(reverse("papers:edit", args=["dispatch_sheet"]), sent)
    assert answer.status_code == 400 and "case.nummer" in answer.content.decode()
    assert PaperTemplate.objects.filter(code="dispatch_sheet").count() == 1


def test_the_preview_shows_what_is_typed(system):
    address = reverse("papers:preview", args=["dispatch_sheet"])
    said = system.post(address, {**PLAIN, "body": "<p>{{ case.number }}!</p>"})
    assert "1101022026031200001!" in said.content.decode()


def test_whoever_sees_a_case_looks_with_it(case, desk):
    address = reverse("papers:template", args=["dispatch_sheet"])
    assert case.number in desk.get(f"{address}?of={case.uuid}").content.decode()


def test_a_copy_is_a_paper_of_its_own(system):
    address = reverse("papers:copy", args=["case_file"])
    answer = system.post(address, {"code": "case_file_b"})
    assert answer.url == reverse("papers:edit", args=["case_file_b"])
    assert PaperTemplate.objects.get(code="case_file_b").version == 1


def test_out_of_use_it_is_not_offered(case, system, desk):
    system.post(reverse("papers:use", args=["dispatch_sheet", 1]))
    assert desk.get(new(case)).status_code == 404


def test_what_was_exported_is_taken_back_unchanged(system):
    before = PaperTemplate.objects.count()
    text = system.get(reverse("papers:export")).content
    file = SimpleUploadedFile("papers.json", text)
    assert system.post(reverse("papers:take"), {"file": file}).status_code == 302
    assert PaperTemplate.objects.count() == before


def test_a_package_leaves_what_was_changed_since(system):
    PaperOffice.objects.all().delete()
    rows = loading.export()
    sent = {**PLAIN, "body": "<p>改</p>"}
    system.post(reverse("papers:edit", args=["dispatch_sheet"]), sent)
    loading.put(rows, where="papers.json")
    row = PaperTemplate.objects.current().get(code="dispatch_sheet")
    assert row.body == "<p>改</p>"


def test_the_api_offers_prints_and_lists(case, people, signed_in):
    client, where = signed_in(people["desk"]), f"kind=case&key={case.uuid}"
    offered = client.get(f"/api/v1/papers/offered/?{where}").json()
    assert {"case_file", "dispatch_sheet"} <= {one["template"] for one in offered}
    sent = {"uuid": str(uuid4()), "template": "dispatch_sheet", "kind": "case"}
    sent |= {"key": str(case.uuid)}
    text = json.dumps(sent)
    codes = [
        client.post("/api/v1/papers/", text, "application/json").status_code
        for _ in range(2)
    ]
    assert codes == [201, 200]
    (row,) = client.get(f"/api/v1/papers/?{where}").json()["results"]
    assert row["uuid"] == sent["uuid"] and row["number"]


def test_the_api_gives_the_kept_file(case, people, signed_in):
    paper = kept(case, "case_file")
    client = signed_in(people["desk"])
    answer = client.get(f"/api/v1/papers/{paper.uuid}/file/")
    assert answer.content.startswith(b"%PDF")
