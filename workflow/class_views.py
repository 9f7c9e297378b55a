"""分类与立案条件: the classification as its administrators and its users see it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import Row, csv_answer
from govmap.lib.trial import Report, State
from workflow import class_export
from workflow.class_forms import CategoryForm, ConditionForm, LocalCategoryForm
from workflow.class_rows import (
    CONDITION_COLUMNS,
    WORDS,
    BareLimit,
    ConditionRows,
)
from workflow.class_tables import CLASSES
from workflow.class_taking import Asked, Table, take_table
from workflow.classification import write_conditions
from workflow.models import Category, Condition, Crosswalk, Standard
from workflow.permissions import can_change_rules, rules_change, rules_view

GET_OR_POST = ["GET", "HEAD", "POST"]


def by(request: AuthedRequest) -> AbstractContextManager[None]:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


@require_safe
@rules_view
def classes(request: AuthedRequest) -> HttpResponse:
    """The tree of one edition, or what the words of ``q`` find in it."""
    standards = list(Standard.objects.order_by("-is_default", "-valid_from", "code"))
    standard = chosen(standards, request.GET.get("standard", ""))
    query = request.GET.get("q", "").strip()[:60]
    rows = found_in(standard, query, retired="retired" in request.GET)
    context = {
        "standards": standards,
        "standard": standard,
        "query": query,
        "retired": "retired" in request.GET,
        "groups": groups_of(rows),
        "count": sum(row.parent_id is not None for row in rows),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Category, Condition, Standard, Crosswalk),
    }
    return render(request, "workflow/classes.html", context)


def chosen(standards: list[Standard], code: str) -> Standard | None:
    named = (row for row in standards if row.code == code)
    return next(named, standards[0] if standards else None)


def found_in(
    standard: Standard | None, query: str, *, retired: bool = False
) -> list[Category]:
    """Classes with the number of their conditions; those that a search leaves."""
    rows = Category.objects.filter(standard=standard).order_by("kind", "code")
    if not retired:
        rows = rows.in_use()
    if query:
        rows = rows.filter(
            Q(name__icontains=query)
            | Q(name_en__icontains=query)
            | Q(initials__icontains=query)
            | Q(code__startswith=query)
            | Q(conditions__text__icontains=query)
        ).distinct()
    in_use = Q(conditions__retired_at__isnull=True)
    counted = Count("conditions", filter=in_use, distinct=True)
    return list(rows.select_related("parent").annotate(rules=counted))


def groups_of(
    rows: Iterable[Category],
) -> list[tuple[Category, list[Category]]]:
    """Each main class with those of its subclasses that are shown."""
    groups: dict[int, tuple[Category, list[Category]]] = {}
    for row in rows:
        head = row.parent or row
        group = groups.setdefault(head.pk, (head, []))
        if row.parent_id is not None:
            group[1].append(row)
    return sorted(groups.values(), key=lambda group: (group[0].kind, group[0].code))


@require_safe
@rules_view
def category(request: AuthedRequest, pk: int) -> HttpResponse:
    """One class with its conditions, and what it is called in other editions."""
    return _category(request, _class(pk))


def _class(pk: int) -> Category:
    rows = Category.objects.select_related("standard", "parent__standard")
    return get_object_or_404(rows, pk=pk)


def _category(request: AuthedRequest, row: Category) -> HttpResponse:
    conditions = list(row.conditions.select_related("department"))
    walk = Crosswalk.objects.filter(Q(old=row) | Q(new=row))
    pairs = walk.select_related("old__standard", "new__standard")
    context = {
        "rules_page": "workflow:classes",
        "today": timezone.localdate(),
        "category": row,
        "conditions": [one for one in conditions if not one.retired_at],
        "gone": [one for one in conditions if one.retired_at],
        "others": [pair.new if pair.old_id == row.pk else pair.old for pair in pairs],
        "subclasses": Category.objects.filter(parent=row).order_by("code"),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Category, row_id=row.pk),
    }
    return render(request, "workflow/class.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def category_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    row = _class(pk)
    return _edited(request, CategoryForm(_sent(request), instance=row), row)


@require_http_methods(GET_OR_POST)
@rules_change
def category_new(request: AuthedRequest) -> HttpResponse:
    """A local class, numbered by the rule of the edition that ``standard`` names."""
    standards = list(Standard.objects.order_by("-is_default", "code"))
    standard = chosen(standards, request.GET.get("standard", ""))
    if standard is None:
        raise BadInput
    start = {"kind": Category.Kind.EVENT, "parent": request.GET.get("parent", "")}
    form = LocalCategoryForm(standard, _sent(request), initial=start)
    return _edited(request, form, None, standard=standard)


@require_POST
@rules_change
def category_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    """Withdrawn from a day on, or in use again: cases keep it either way.

    ``day`` (YYYY-MM-DD) is the first day on which no report may name it; today where
    nothing is said. Raises BadInput for what is no day.
    """
    row = _class(pk)
    day = None if row.retired_at else _day(request.POST.get("day", ""))
    with by(request):
        row.retired_at = day
        row.save(update_fields=["retired_at"])
    return redirect("workflow:category", row.pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        raise BadInput(_("Write the day as 2026-07-01.")) from error


@require_POST
@rules_change
def standard_default(request: AuthedRequest) -> HttpResponse:
    """New reports name classes of this edition from now on."""
    standard = get_object_or_404(Standard, code=request.POST.get("standard", ""))
    with by(request):
        for other in Standard.objects.filter(is_default=True).exclude(pk=standard.pk):
            other.is_default = False
            other.save(update_fields=["is_default"])
        standard.is_default = True
        standard.save(update_fields=["is_default"])
    messages.success(request, _("%(title)s is in force.") % {"title": standard})
    return redirect("workflow:classes")


@require_http_methods(GET_OR_POST)
@rules_change
def condition_edit(request: AuthedRequest, pk: int) -> HttpResponse:
    rows = Condition.objects.select_related("category__standard", "category__parent")
    row = get_object_or_404(rows, pk=pk)
    return _edited(request, ConditionForm(_sent(request), instance=row), row.category)


@require_http_methods(GET_OR_POST)
@rules_change
def condition_new(request: AuthedRequest, pk: int) -> HttpResponse:
    category = _class(pk)
    if category.parent_id is None:
        raise BadInput(_("Conditions belong to subclasses."))
    form = ConditionForm(_sent(request), instance=Condition(category=category))
    return _edited(request, form, category)


@require_POST
@rules_change
def condition_retire(request: AuthedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Condition, pk=pk)
    with by(request):
        row.retired_at = None if row.retired_at else timezone.localdate()
        row.save(update_fields=["retired_at"])
    return redirect("workflow:category", row.category_id)


def _sent(request: AuthedRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _edited(
    request: AuthedRequest,
    form: CategoryForm | ConditionForm,
    of: Category | None,
    **context: Any,
) -> HttpResponse:
    """The form, or back to the class where what was sent is good."""
    if form.is_bound and form.is_valid():
        with by(request):
            row = form.instance
            if isinstance(row, Condition) and row._state.adding:
                last = row.category.conditions.aggregate(last=Max("order"))["last"]
                row.order = (last or 0) + 1
            form.save()
        shown = row if isinstance(row, Category) else row.category
        return redirect("workflow:category", shown.pk)
    status = 400 if form.is_bound else 200
    context |= {"form": form, "category": of, "rules_page": "workflow:classes"}
    return render(request, "workflow/class_edit.html", context, status=status)


# Tables out and in


@require_safe
@rules_view
def classes_file(request: AuthedRequest) -> HttpResponse:
    rows: QuerySet[Category] = Category.objects.all()
    if code := request.GET.get("standard", ""):
        rows = rows.filter(standard__code=code)
    lines = class_export.category_lines(rows)
    return csv_answer("categories", class_export.CATEGORY_ALL, lines)


@require_safe
@rules_view
def conditions_file(request: AuthedRequest) -> HttpResponse:
    rows: QuerySet[Condition] = Condition.objects.all()
    if code := request.GET.get("standard", ""):
        rows = rows.filter(category__standard__code=code)
    lines = class_export.condition_lines(rows)
    return csv_answer("conditions", class_export.CONDITION_ALL, lines)


@require_http_methods(GET_OR_POST)
@rules_change
def classes_take(request: AuthedRequest) -> HttpResponse:
    """Classes of a file: what they change, and taking them."""
    return take_table(request, CLASSES)


@require_http_methods(GET_OR_POST)
@rules_change
def conditions_take(request: AuthedRequest) -> HttpResponse:
    """Conditions of a file: what they change, and taking them."""
    return take_table(request, CONDITIONS)


def _write(rows: Iterable[Row], report: Report, asked: Asked) -> int:
    reader = ConditionRows(asked.answers)
    said = set[str]()

    def told(where: str, error: BadInput) -> None:
        """Of what is asked for the whole table once is enough."""
        if isinstance(error, BareLimit):
            if error.text in said:
                return
            said.add(error.text)
        report(where, error)

    total = write_conditions(rows, reader, told).total
    asked.left = reader.asked
    return total


def _state(rows: list[Row]) -> State:
    """The conditions of the classes that the rows name."""
    codes = {row["category"] for _line, row in rows}
    named = Condition.objects.filter(category__code__in=codes)
    state: State = {}
    for line in class_export.condition_lines(named):
        cells = ["" if cell is None else str(cell) for cell in line]
        row = dict(zip(class_export.CONDITION_ALL, cells, strict=True))
        label = f"{row['kind']} {row['category']} {row['text']}"
        while f"{row['standard']} {label}" in state:
            label += "′"
        state[f"{row.pop('standard')} {label}"] = row
    return state


CONDITIONS = Table(
    title=gettext_lazy("Filing conditions from a file"),
    columns=class_export.CONDITION_ALL,
    needed=CONDITION_COLUMNS,
    words=WORDS,
    write=_write,
    state=_state,
    here="workflow:conditions_take",
    back="workflow:classes",
)
