"""Taking a table that an administrator sends: first what would change, then it does.

The rows travel through the page that shows the changes, and are read anew when they
are taken: nothing lies about between the two steps.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from govmap.lib.errors import BadInput
from govmap.lib.history import recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import MOST_ROWS, BadSheet, Row, read_sheet
from govmap.lib.trial import Report, State, Trial, try_out
from workflow.class_rows import CHOICES
from workflow.models.clock import LimitType

SHOWN = 300  # changes listed; more are counted


@dataclass
class Asked:
    """What a table leaves open and the administrator must say: bare limits."""

    answers: dict[str, str] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)  # unit -> in how many rows


Write = Callable[[Iterable[Row], Report, Asked], int]


@dataclass(frozen=True)
class Table:
    """A table of rules that can be sent. ``here`` and ``back`` name URLs."""

    title: str | Promise
    columns: tuple[str, ...]  # what it may have
    needed: tuple[str, ...]  # what it must have
    words: Mapping[str, str]  # other words for the columns
    write: Write
    state: Callable[[list[Row]], State]
    here: str
    back: str
    here_args: tuple[str, ...] = ()
    # The page around it: that of the rules, unless it is a table of something else.
    base: str = "workflow/rules.html"

    @property
    def address(self) -> str:
        """Of the page itself."""
        return reverse(self.here, args=self.here_args)


@dataclass(frozen=True)
class Question:
    """One thing that the page asks before the table can be taken."""

    unit: str
    count: int
    options: list[tuple[str, str]]
    chosen: str


def take_table(request: AuthedRequest, table: Table) -> HttpResponse:
    """The page of an import: the file, what it changes, and taking it.

    400 where the file cannot be read, with the page that says so.
    """
    context: dict[str, Any] = {"table": table, "rules_page": table.back}
    if request.method != "POST":
        return render(request, "workflow/class_take.html", context)
    try:
        rows = _rows_of(request, table)
    except BadInput as error:
        context["error"] = error.text
        return render(request, "workflow/class_take.html", context, status=400)
    asked = Asked(_answers(request))
    keep = "keep" in request.POST
    with recorded(request.user, address=request.META.get("REMOTE_ADDR", "")):
        trial = try_out(
            lambda report: table.write(rows, report, asked),
            lambda: table.state(rows),
            keep=keep,
        )
    if trial.done:
        messages.success(request, _said(trial))
        return redirect(table.back)
    context |= {
        "trial": trial,
        "questions": _questions(asked),
        "changes": trial.changes[:SHOWN],
        "rows": json.dumps([row for _line, row in rows], ensure_ascii=False),
        "lines": " ".join(line for line, _row in rows),
    }
    # Sent to be taken, and it could not be.
    return render(
        request, "workflow/class_take.html", context, status=400 if keep else 200
    )


def _said(trial: Trial) -> str:
    return _("Taken: %(added)s added, %(changed)s changed, %(removed)s removed.") % {
        "added": trial.added,
        "changed": trial.changed,
        "removed": trial.removed,
    }


def _rows_of(request: AuthedRequest, table: Table) -> list[Row]:
    """Of the file, or of the page that showed them. Raises BadInput."""
    file = request.FILES.get("file")
    if file is not None:
        return read_sheet(file.read(), table.needed, table.words)
    try:
        rows = json.loads(request.POST.get("rows", ""))
        lines = request.POST.get("lines", "").split()
        read = [
            (line, {str(name): str(cell) for name, cell in row.items()})
            for line, row in zip(lines, rows, strict=True)
        ]
    except (AttributeError, TypeError, ValueError) as error:
        raise BadSheet from error
    named = all(set(table.needed) <= set(row) for _line, row in read)
    if not read or not named or len(read) > MOST_ROWS:
        raise BadSheet
    return read


def _answers(request: AuthedRequest) -> dict[str, str]:
    sent = {unit: request.POST.get(f"bare-{unit}", "") for unit in CHOICES}
    return {unit: word for unit, word in sent.items() if word in CHOICES[unit]}


def _questions(asked: Asked) -> list[Question]:
    """Those that are open, and those that were just answered."""
    labels = dict(LimitType.choices)
    return [
        Question(
            unit=unit,
            count=asked.left.get(unit, 0),
            options=[(choice, str(labels[choice])) for choice in choices],
            chosen=asked.answers.get(unit, ""),
        )
        for unit, choices in CHOICES.items()
        if unit in asked.left or unit in asked.answers
    ]
