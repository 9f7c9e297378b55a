"""Sheets of the registers: sent, mapped, looked through, taken, corrected."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from cases.tables.pages import run_context
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.history import recorded
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models import ImportMapping, RegisterImport
from offices.models.register_import import IMPORTED
from offices.registers.importing import files, running
from offices.registers.importing.columns import FIELDS
from offices.registers.importing.forms import MappingForm, SheetForm, mapped
from offices.registers.list_views import PAGES, tabs
from offices.registers.permissions import register_view
from offices.registers.places import first_unit

LATEST = 20


def own_runs(user: User) -> QuerySet[RegisterImport]:
    """One's own: another's file is another's."""
    return RegisterImport.objects.filter(by=user).select_related("by", "unit")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@register_view
def imports(request: AuthedRequest) -> HttpResponse:
    """Send a sheet, and see those that one sent."""
    asked = request.GET.get("register", "")
    first = {"register": asked} if asked in IMPORTED else None
    form = SheetForm(
        request.user, request.POST or None, request.FILES or None, initial=first
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            run = running.send(
                request.user,
                said["register"],
                said["file"].name,
                said["file"],
                columns=form.columns(),
            )
            return redirect("imports:import", run.uuid)
        except BadInput as error:
            form.add_error("file", error.text)
    context = {
        "form": form,
        "runs": own_runs(request.user)[:LATEST],
        "tabs": tabs(""),
        "registers": [(one.value, one.label, FIELDS[one]) for one in IMPORTED],
        "most_rows": f"{running.MOST_ROWS:,}",
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "offices/importing/imports.html", context, status=status)


@require_safe
@register_view
def empty(request: AuthedRequest, register: str) -> Any:
    if register not in IMPORTED:
        raise NotFound
    return files.empty(register)


def _run(request: AuthedRequest, uuid: UUID) -> RegisterImport:
    return get_object_or_404(own_runs(request.user), uuid=uuid)


@require_safe
@never_cache
@register_view
def run(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What each row would do, or did; which column is which."""
    return _page(request, _run(request, uuid))


def _page(
    request: AuthedRequest, row: RegisterImport, form: MappingForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **run_context(row),
        "is_own": True,
        "form": form,
        "fields": mapped(row),
        "titles": row.report.get("titles", []),
        "lacking": row.report.get("lacking", []),
        "another": bool(row.options.get("another")),
        "tabs": tabs(""),
        "list": reverse(PAGES[row.register]),  # type: ignore[index]
    }
    name = "_run" if wants_fragment(request) else "run"
    status = 400 if form else 200
    return render(request, f"offices/importing/{name}.html", context, status=status)


@require_POST
@register_view
def answer(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Look again with these columns; they may be kept by name."""
    row = _run(request, uuid)
    form = MappingForm(row, request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    said = form.cleaned_data
    if name := said["keep_as"].strip():
        keep(request.user, row, name, said["columns"], address=request.path)
    running.look_again(row, columns=said["columns"], another=said["another"])
    return redirect("imports:import", row.uuid)


def keep(
    user: User, run: RegisterImport, name: str, columns: dict[str, str], *, address: str
) -> None:
    """The mapping for the next file, of the unit; kept again it is the new one."""
    unit = first_unit(user)
    if unit is None:
        raise NotFound
    with recorded(user, address=address):
        ImportMapping.objects.update_or_create(
            unit=unit,
            register=run.register,
            name=name,
            defaults={"columns": columns, "kept_by": user},
        )


@require_POST
@register_view
def take(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _run(request, uuid)
    running.take(row)
    return redirect("imports:import", row.uuid)


@require_POST
@register_view
def cancel(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _run(request, uuid)
    running.cancel(row)
    return redirect("imports:import", row.uuid)


@require_safe
@never_cache
@register_view
def refused(request: AuthedRequest, uuid: UUID) -> Any:
    """The rows that were not taken, each with what is wrong of it."""
    return files.refused(_run(request, uuid))
