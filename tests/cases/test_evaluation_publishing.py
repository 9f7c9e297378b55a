"""Appeals, freezing, and the printed report."""

import io
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.utils import timezone

from accounts.models import Unit
from cases.evaluation import publishing, reports, totals
from cases.evaluation.periods import period_with
from cases.evaluation.recount import marked, replayed, summed
from cases.models import Axis, EvaluationReport, Mark
from tests.cases.driving import photo_of
from tests.cases.evaluation_walking import publication_of, report_of, tell
from workflow.engine import act
from workflow.models import Condition


@pytest.fixture
def late_case(people):
    """Disposed late, by the sanitation department, in the month before."""
    last = publication_of().last_day
    moment = timezone.now() - (timezone.localdate() - last + timedelta(days=20))
    case = tell(people["grid_worker"], moment)
    condition = Condition.objects.filter(category=case.category).first().pk
    for verb, by, more, days in (
        ("file", "filer", {"condition": condition}, 0),
        ("dispatch", "dispatcher", {"unit": "sanitation"}, 0),
        ("sign", "clerk", {}, 0),
        ("dispose", "handler", {"photos": [str(photo_of(people["handler"]))]}, 9),
    ):
        moment += timedelta(days=days)
        act(
            case, verb, by=people[by], act_id=uuid4(), evidence=more,
            happened_at=moment,
        )  # fmt: skip
    return case


def sums_of(code, publication):
    unit = Unit.objects.get(code=code)
    span = (publication.first_day, publication.last_day)
    return totals.sums(Axis.DEPARTMENT, [unit.pk], *span)[unit.pk]


def test_what_is_granted_leaves_the_figures_and_not_the_record(late_case, people):
    publication = publication_of()
    unit = Unit.objects.get(code="sanitation")
    before = late_case.events().count()
    asked = publishing.appeal(
        publication, late_case, unit, "disposals_late", why="雨", by=people["clerk"]
    )
    assert sums_of("sanitation", publication)["disposals_late"] == 1
    publishing.decide(asked, grant=True, why="", by=people["supervisor"])
    assert sums_of("sanitation", publication)["disposals_late"] == 0
    assert late_case.events().count() == before
    assert marked(late_case.pk) == summed(replayed([late_case])[late_case.pk])


def test_an_appeal_about_what_is_not_counted_is_refused(late_case, people):
    unit = Unit.objects.get(code="gardens")
    with pytest.raises(publishing.NotCounted):
        publishing.appeal(
            publication_of(),
            late_case,
            unit,
            "disposals_late",
            why="",
            by=people["clerk"],
        )


def test_a_published_period_is_frozen(late_case, people):
    publication = publication_of()
    with pytest.raises(publishing.TooEarly):
        publishing.publish(publication, people["supervisor"])
    publication.appeals_until = timezone.now()
    publication.save()
    publishing.publish(publication, people["supervisor"])
    figure = publication.figures.get(unit__code="sanitation")
    assert figure.measures["disposals_late"] == 1
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        figure.save()


def test_a_correction_stands_beside_what_was_published(late_case, people, signed_in):
    publication = publication_of()
    unit = Unit.objects.get(code="sanitation")
    asked = publishing.appeal(
        publication, late_case, unit, "disposals_late", why="", by=people["clerk"]
    )
    publishing.decide(asked, grant=False, why="", by=people["supervisor"])
    publication.appeals_until = timezone.now()
    publication.save()
    publishing.publish(publication, people["supervisor"])
    row = Mark.objects.get(case=late_case, measure="disposals_late")
    row.pk, row.delta = None, -1
    row.save(force_insert=True)
    day = f"from={publication.first_day}&to={publication.last_day}"
    page = signed_in(people["handler"]).get(f"/evaluation/?{day}")
    (result,) = page.context["departments"].results
    assert result.published.measures["disposals_late"] == 1


def test_a_period_that_runs_cannot_be_opened(people):
    period = period_with("month", timezone.localdate())
    with pytest.raises(publishing.NotOver):
        publishing.open_for_appeals(period, people["supervisor"])


def test_the_sheet_holds_the_figures(make_case):
    case = make_case("done")
    report = report_of(case.street)
    book = openpyxl.load_workbook(io.BytesIO(reports.path_of(report).read_bytes()))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[2][0] == str(case.street)
    assert str(case.community) in {row[0] for row in rows}


def test_the_report_is_printed(make_case, people, signed_in):
    case = make_case("done")
    report = EvaluationReport.objects.create(
        form="pdf", first_day=timezone.localdate(), last_day=timezone.localdate(),
        street=case.street, asked_by=people["desk"], asked_at=timezone.now(),
    )  # fmt: skip
    reports.make(report)
    answer = signed_in(people["desk"]).get(f"/evaluation/reports/{report.uuid}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    other = signed_in(people["outsider"]).get(f"/evaluation/reports/{report.uuid}/")
    assert other.status_code == 404
