"""来件列名: what incoming tables call their columns and values, as the site says it."""

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.models import OldCase, Source, TableWord
from cases.old.columns import COLUMNS as OLD_COLUMNS
from cases.orders.columns import CALL_BACKS, COLUMNS, RECEIVED
from cases.tables.words import BARE, WORDS, lines
from cases.tables.words import COLUMNS as FILE_COLUMNS
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow.class_taking import take_table
from workflow.models import Category, Phase
from workflow.permissions import can_change_rules, rules_change, rules_view

GET_OR_POST = ["GET", "POST"]
Table = TableWord.Table
# What a column may mean, by table.
FIELDS = {
    Table.ORDERS: {column.name: column.title for column in (*COLUMNS, RECEIVED)},
    Table.CALL_BACKS: {column.name: column.title for column in CALL_BACKS},
    Table.OLD: {column.name: column.title for column in OLD_COLUMNS},
}


class WordForm(forms.ModelForm):
    """A further word of a table."""

    class Meta:
        model = TableWord
        fields = ("table", "sort", "word", "means")
        labels = {
            "table": _("Table"),
            "sort": _("What the word is"),
            "word": _("Word in the file"),
            "means": _("What it means here"),
        }

    def clean(self) -> dict[str, Any]:
        sent: dict[str, Any] = super().clean() or self.cleaned_data
        table, sort = sent.get("table", ""), sent.get("sort", "")
        means = sent.get("means", "")
        if sort == TableWord.Sort.COLUMN:
            sent["means"] = self._field(table, means)
        elif sort in BARE:
            sent["means"] = ""
        elif not means:
            self.add_error("means", _("Say what it means here."))
        return sent

    def _field(self, table: str, said: str) -> str:
        """The name of our field by its name or its title."""
        known = FIELDS.get(Table(table), {}) if table else {}
        for name, title in known.items():
            if said.strip() in {name, title}:
                return name
        self.add_error("means", _("Name one of the columns listed on this page."))
        return said


@require_safe
@rules_view
def words(request: AuthedRequest, form: WordForm | None = None) -> HttpResponse:
    """Each table with its columns and values, and who changed them."""
    rows = list(TableWord.objects.order_by("table", "sort", "order", "pk"))
    context = {
        "tables": [_shown(table, rows) for table in Table],
        "form": form or WordForm(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(TableWord),
        "rules_page": "tables:words",
    }
    status = 400 if form else 200
    return render(request, "cases/tables/words.html", context, status=status)


def _shown(table: Table, rows: list[TableWord]) -> dict[str, Any]:
    """The words of a table, those that mean the same together."""
    own = [row for row in rows if row.table == table]
    columns = [
        (title, [row for row in own if row.sort == "column" and row.means == name])
        for name, title in FIELDS[table].items()
    ]
    values = [
        (
            label,
            [(_said(sort, one), list(same)) for one, same in groupby(found, _means)],
        )
        for sort, label in TableWord.Sort.choices
        if sort != TableWord.Sort.COLUMN
        and (found := [row for row in own if row.sort == sort])
    ]
    return {"title": table.label, "columns": columns, "values": values}


# What values mean, in words: the phases of every process, ways of closing, kinds.
CHOICES: dict[str, dict[str, Any]] = {
    TableWord.Sort.NODE: dict(Phase.choices),
    TableWord.Sort.ENDING: dict(OldCase.Ending.choices),
    TableWord.Sort.KIND: dict(Category.Kind.choices),
}


def _said(sort: str, means: str) -> str:
    if sort == TableWord.Sort.ORIGIN:
        source = Source.objects.filter(code=means).first()
        return str(source or means)
    return str(CHOICES.get(sort, {}).get(means, means))


def _means(row: TableWord) -> str:
    return row.means


@require_POST
@rules_change
def word_new(request: AuthedRequest) -> HttpResponse:
    form = WordForm(request.POST)
    if not form.is_valid():
        request.method = "GET"
        return words(request, form)
    with recorded(request.user, address=request.path):
        form.save()
    return redirect("tables:words")


@require_POST
@rules_change
def word_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    """Out of use, or in use again."""
    row = get_object_or_404(TableWord, pk=pk)
    with recorded(request.user, address=request.path):
        row.retired = not row.retired
        row.save(update_fields=["retired"])
    return redirect("tables:words")


@require_safe
@rules_view
def words_file(request: AuthedRequest) -> HttpResponse:
    return csv_answer("tables", FILE_COLUMNS, lines())


@require_http_methods(GET_OR_POST)
@rules_change
def words_take(request: AuthedRequest) -> HttpResponse:
    return take_table(request, WORDS)
