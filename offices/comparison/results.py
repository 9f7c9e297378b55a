"""What became of a list, for its owner: a workbook, and the counts of an arrival."""

import tempfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from django.db.models import Count, Q
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from govmap.lib.sealed import mask_name
from govmap.lib.sheets import plain
from offices.comparison.answering import said_by
from offices.comparison.listed import fields_of, key_field
from offices.models import ComparisonRound, ComparisonSource, ComparisonTask, Register

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = ComparisonTask.Answer


def progress(rounds: list[ComparisonRound]) -> dict[int, dict[str, int]]:
    """{round: what was asked, what waits, what is late}: one query for a page."""
    today = timezone.localdate()
    rows = (
        ComparisonTask.objects.filter(round__in=rounds)
        .values("round")
        .annotate(
            asked=Count("pk"),
            waiting=Count("pk", filter=Q(answer=Answer.NONE)),
            late=Count("pk", filter=Q(answer=Answer.NONE, due_on__lt=today)),
            so=Count("pk", filter=Q(answer=Answer.SO)),
            not_so=Count("pk", filter=Q(answer=Answer.NOT_SO)),
            unreached=Count("pk", filter=Q(answer=Answer.UNREACHED)),
            answered=Count("pk", filter=~Q(answer__in=[Answer.NONE, Answer.OVERTAKEN])),
        )
    )
    found: Any = list(rows)
    return {row.pop("round"): row for row in found}


def result_sheet(run: ComparisonRound) -> FileResponse:
    """Excel: each difference, what was answered, by when. Row by row."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Result of the comparison"))
    for row in _lines(run):
        sheet.append([plain(value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    book.save(file)
    file.seek(0)
    name = f"{run.source.code}-{timezone.localdate():%Y%m%d}.xlsx"
    answer = FileResponse(
        file, as_attachment=True, filename=name, content_type=WORKBOOK
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(run: ComparisonRound) -> Iterator[list[Any]]:
    source = run.source
    titles = {one.name: str(one.title) for one in fields_of(source.register)}
    key = key_field(source.register)
    yield [
        *(key.title, _("Entry"), _("difference"), _("Fields"), _("answer")),
        *(_("reason"), _("answered on"), _("to be answered by")),
    ]
    rows: Any = ComparisonTask.objects.filter(round=run).order_by("pk")
    rows = rows.select_related("source")
    for task in rows.iterator(chunk_size=500):
        said = said_by(task)
        fields = "、".join(titles.get(name, name) for name in task.fields)
        yield [
            said.get(key.name, ""),
            task.name if said else _masked(source, task),
            task.kind_word,
            fields if task.kind == ComparisonTask.Kind.CHANGED else "",
            task.get_answer_display(),
            task.reason,
            f"{timezone.localtime(task.answered_at):%Y-%m-%d}"
            if task.answered_at
            else "",
            task.due_on.isoformat(),
        ]


def _masked(source: ComparisonSource, task: ComparisonTask) -> str:
    """Of somebody whom this arrival did not name no more than it needs."""
    is_person = source.register == Register.PERSON
    return mask_name(task.name) if is_person else task.name
