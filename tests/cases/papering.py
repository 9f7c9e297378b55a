"""Papers in tests: printed, and read as they are set."""

from typing import Any
from uuid import uuid4

from weasyprint import HTML

from accounts.models import User
from workflow.models import PaperBatch, PaperOffice, PaperTemplate, PrintedPaper
from workflow.papers.about import KINDS, Found
from workflow.papers.files import as_document, make
from workflow.papers.printing import print_paper, void


def found_of(case: Any, user: User) -> Found:
    found = KINDS["case"].find(str(case.uuid), user)
    assert found
    return found


def template(code: str) -> PaperTemplate:
    return PaperTemplate.objects.current().get(code=code)


def printed(
    case: Any, user: User, code: str = "dispatch_sheet", **answers: str
) -> PrintedPaper:
    found = found_of(case, user)
    return print_paper(template(code), found, user, uuid=uuid4(), sent=answers)


def pages_of(paper: PrintedPaper, stamp: str = "") -> list[str]:
    """The text of each page as WeasyPrint lays it out, margins included."""
    document = HTML(string=as_document(paper, stamp)).render()
    return [
        "".join(
            box.text for box in page._page_box.descendants() if hasattr(box, "text")
        )
        for page in document.pages
    ]


def kept(case: Any, code: str, *, voided: bool = False) -> PrintedPaper:
    """One of the case, printed by its street's desk, made at the first call."""
    name = "desk" if case.street.code == "110109001" else "outsider"
    rows = PrintedPaper.objects.filter(key=str(case.uuid), code=code)
    if row := rows.filter(voided_at__isnull=not voided).first():
        return row
    desk = User.objects.get(username=name)
    paper = printed(case, desk, code)
    if voided:
        void(paper, desk, "试")
    else:
        make(paper)
    return paper


def batch_of(case: Any) -> PaperBatch:
    paper = kept(case, "case_file")
    made = PaperBatch.objects.filter(printed_by=paper.printed_by).first()
    return made or PaperBatch.objects.create(
        template=paper.template,
        printed_by=paper.printed_by,
        printed_at=paper.printed_at,
    )


def arguments(of: str, case: Any) -> dict[str, Any]:
    """What an address about papers needs, for the walk over all endpoints."""
    subject = {"kind": "case", "key": str(case.uuid)}
    if of == "paper_office":
        said = {"short": "东街", "signs_as": "东街街道"}
        row, _made = PaperOffice.objects.get_or_create(unit=case.street, defaults=said)
        return {"pk": row.pk}
    if of == "paper_subject":
        return subject
    if of == "paper_new":
        return {"code": "rectification", **subject}
    if of == "paper_template":
        return {"code": "rectification"}
    if of == "paper_version":
        return {"code": "rectification", "version": 1}
    if of == "paper_batch":
        return {"uuid": batch_of(case).uuid}
    return {"uuid": kept(case, "case_file", voided=of == "paper_void").uuid}
