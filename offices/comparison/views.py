"""比对: differences to answer, arrivals and their results, and the sources."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.tables import carrying
from cases.tables.pages import run_context
from govmap.lib.errors import BadInput, DomainError, NotFound
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.comparison import answering, loading, results, running
from offices.comparison.forms import (
    AnswerForm,
    ArrivalForm,
    ColumnsForm,
    SourceForm,
    mapped,
)
from offices.comparison.lists import page_of
from offices.comparison.permissions import (
    can_see_results,
    can_see_rounds,
    can_send,
    keeps_sources,
    round_view,
    rounds_for,
    sources_for,
    task_view,
)
from offices.comparison.showing import sides, so_means
from offices.models import (
    ComparisonRound,
    ComparisonSource,
    ComparisonTask,
    Register,
)
from offices.models.comparison import COMPARED
from offices.registers.permissions import uses_registers
from offices.registers.person_views import GET_OR_POST, by, posted
from workflow.rule_files import file_of, sent_file

LATEST = 30
FILE_NAME = "comparisons.json"


def _tabs(request: AuthedRequest, here: str) -> dict[str, Any]:
    return {
        "here": here,
        "sees_tasks": uses_registers(request.user),
        "sees_rounds": can_see_rounds(request.user),
        "keeps": keeps_sources(request.user),
    }


# Differences


@require_safe
@never_cache
@task_view
def tasks(request: AuthedRequest) -> HttpResponse:
    """What waits for an answer on one's ground."""
    found = page_of(request.GET, request.user)
    context = {"list": found, **_tabs(request, "tasks")}
    name = "_rows" if wants_fragment(request) else "tasks"
    return render(request, f"offices/comparison/{name}.html", context)


def _task(request: AuthedRequest, uuid: UUID) -> ComparisonTask:
    rows = ComparisonTask.objects.visible_to(request.user).select_related(
        "source__owner", "round", "community", "street", "cell", "answered_by"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@task_view
def task(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Side by side: what the list says, what is held, the answer."""
    return _task_page(request, _task(request, uuid))


def _task_page(
    request: AuthedRequest, row: ComparisonTask, form: AnswerForm | None = None
) -> HttpResponse:
    entry = answering.entry_of(row)
    sees_entry = (
        entry is not None
        and type(entry)
        ._default_manager.visible_to(request.user)
        .filter(pk=entry.pk)
        .exists()
    )
    context = {
        "task": row,
        "entry": entry if sees_entry else None,
        "page": f"registers:{row.source.register}",
        "so_means": so_means(row),
        "facts": sides(row, entry if sees_entry else None),
        "form": form or AnswerForm(),
        **_tabs(request, "tasks"),
    }
    status = 400 if form else 200
    return render(request, "offices/comparison/task.html", context, status=status)


@require_POST
@task_view
def answer(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row, form = _task(request, uuid), AnswerForm(request.POST)
    if not form.is_valid():
        return _task_page(request, row, form)
    said = form.cleaned_data
    try:
        with by(request):
            answering.answer(
                row, request.user, said["said"], reason=said["reason"], on=said["on"]
            )
    except BadInput as error:
        form.add_error(None, error.text)
        return _task_page(request, row, form)
    messages.success(request, _("Answered. The owner of the list reads it."))
    return redirect("comparison:tasks")


# Arrivals


@require_safe
@never_cache
@round_view
def rounds(request: AuthedRequest) -> HttpResponse:
    """The arrivals of one's lists; which is due."""
    found = list(rounds_for(request.user)[:LATEST])
    told = results.progress(found)
    sources = list(sources_for(request.user).filter(retired=False))
    context = {
        "rounds": [(row, told.get(row.pk, {})) for row in found],
        "sources": [(one, can_send(request.user, one)) for one in sources],
        **_tabs(request, "rounds"),
    }
    return render(request, "offices/comparison/rounds.html", context)


@require_http_methods(GET_OR_POST)
@never_cache
@round_view
def send(request: AuthedRequest, pk: int) -> HttpResponse:
    """A list has arrived."""
    source = get_object_or_404(sources_for(request.user), pk=pk)
    if not can_send(request.user, source):
        raise NotFound
    form = ArrivalForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = running.send(request.user, source, file.name, file)
            return redirect("comparison:round", run.uuid)
        except DomainError as error:
            form.add_error("file", error.text)
    status = 400 if form.errors else 200
    context = {"form": form, "source": source, **_tabs(request, "rounds")}
    return render(request, "offices/comparison/send.html", context, status=status)


def _round(request: AuthedRequest, uuid: UUID) -> ComparisonRound:
    return get_object_or_404(rounds_for(request.user), uuid=uuid)


def _own(request: AuthedRequest, uuid: UUID) -> ComparisonRound:
    """An arrival that one may act on; else 404."""
    row = _round(request, uuid)
    if not can_send(request.user, row.source):
        raise NotFound
    return row


@require_safe
@never_cache
@round_view
def round_page(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _round(request, uuid)
    context = {
        **run_context(row),
        "is_own": can_send(request.user, row.source),
        "sees_results": can_see_results(request.user, row.source),
        "told": results.progress([row]).get(row.pk, {}),
        "fields": mapped(row),
        "titles": row.report.get("titles", []),
        "lacking": row.report.get("lacking", []),
        **_tabs(request, "rounds"),
    }
    if not can_see_results(request.user, row.source):
        context |= {"lines": [], "left_out": 0}
    name = "_round" if wants_fragment(request) else "round"
    return render(request, f"offices/comparison/{name}.html", context)


@require_POST
@round_view
def columns(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Look again, told which column is which."""
    row = _own(request, uuid)
    running.look_again(row, columns=ColumnsForm(row, request.POST).columns())
    return redirect("comparison:round", row.uuid)


@require_POST
@round_view
def take(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _own(request, uuid)
    running.take(row)
    return redirect("comparison:round", row.uuid)


@require_POST
@round_view
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _own(request, uuid)
    carrying.cancel(row)
    return redirect("comparison:round", row.uuid)


@require_safe
@never_cache
@round_view
def result(request: AuthedRequest, uuid: UUID) -> Any:
    """The result as a workbook, for the owner of the list."""
    row = _round(request, uuid)
    if not can_see_results(request.user, row.source):
        raise NotFound
    return results.result_sheet(row)


# Sources


def _kept(view: Any) -> Any:
    """A page of sources: 404 to whoever does not keep them."""

    def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not keeps_sources(request.user):
            raise NotFound
        answer_: HttpResponse = view(request, *args, **kwargs)
        return answer_

    return round_view(guarded)


@require_safe
@never_cache
@_kept
def sources(request: AuthedRequest) -> HttpResponse:
    rows = ComparisonSource.objects.select_related("owner", "street")
    context = {
        "sources": rows,
        "changes": changes_of(ComparisonSource),
        **_tabs(request, "sources"),
    }
    return render(request, "offices/comparison/sources.html", context)


@require_http_methods(GET_OR_POST)
@never_cache
@_kept
def source_new(request: AuthedRequest) -> HttpResponse:
    """``?register=``: what the list is about decides what may be compared."""
    register = request.GET.get("register", "")
    if register not in COMPARED:
        register = Register.PERSON
    return _source(request, ComparisonSource(register=register))


@require_http_methods(GET_OR_POST)
@never_cache
@_kept
def source(request: AuthedRequest, pk: int) -> HttpResponse:
    return _source(request, get_object_or_404(ComparisonSource, pk=pk))


def _source(request: AuthedRequest, row: ComparisonSource) -> HttpResponse:
    form = SourceForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect("comparison:sources")
    status = 400 if form.errors else 200
    registers = [(one.value, one.label) for one in COMPARED]
    context = {
        "form": form,
        "source": row,
        "registers": registers,
        **_tabs(request, "sources"),
    }
    return render(request, "offices/comparison/source.html", context, status=status)


@require_safe
@_kept
def sources_file(request: AuthedRequest) -> HttpResponse:
    """The lists as a site package has them."""
    return file_of(loading.export(), FILE_NAME)


@require_POST
@_kept
def sources_take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, FILE_NAME)
    with by(request):
        line = loading.load_data(data, name=FILE_NAME, anew=True)
    messages.success(request, _("Lists taken over: %(line)s") % {"line": line})
    return redirect("comparison:sources")
