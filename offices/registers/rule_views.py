"""规则 登记代码: the code lists, and the switches of sensitive groups."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from offices.models import Code, CodeList, SensitiveGroup
from offices.models.code import NEVER
from offices.registers import loading
from offices.registers.forms import CodeForm, GroupForm
from offices.registers.person_views import GET_OR_POST, by, posted
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

PAGE = "registers:rules"


@require_safe
@rules_view
def lists(request: AuthedRequest) -> HttpResponse:
    """All lists, the chosen one open, and the groups."""
    rows = list(CodeList.objects.all())
    asked = request.GET.get("list", "")
    here = next((row for row in rows if row.code == asked), rows[0] if rows else None)
    today = timezone.localdate()
    groups = SensitiveGroup.objects.select_related("department", "written_by")
    context = {
        "lists": rows,
        "here": here,
        "codes": here.codes.select_related("group") if here else [],
        "groups": [(row, _is_open(row, today), row.code == NEVER) for row in groups],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(CodeList, Code, SensitiveGroup),
    }
    return render(request, "offices/registers/rules.html", context)


def _is_open(row: SensitiveGroup, today: object) -> bool:
    return bool(row.opened_on and row.until and row.opened_on <= today <= row.until)  # type: ignore[operator]


@require_http_methods(GET_OR_POST)
@rules_change
def code_new(request: AuthedRequest, list_: str) -> HttpResponse:
    one = get_object_or_404(CodeList, code=list_)
    return _code(request, Code(list=one, order=one.codes.count() + 1))


@require_http_methods(GET_OR_POST)
@rules_change
def code(request: AuthedRequest, pk: int) -> HttpResponse:
    return _code(request, get_object_or_404(Code.objects.select_related("list"), pk=pk))


def _code(request: AuthedRequest, row: Code) -> HttpResponse:
    form = CodeForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return _to(row.list.code)
    context = {"form": form, "title": str(row.list), "rules_page": PAGE}
    status = 400 if form.errors else 200
    return render(request, "offices/registers/rule_edit.html", context, status=status)


def _to(list_: str) -> HttpResponse:
    answer = redirect(PAGE)
    answer["Location"] += f"?list={list_}"
    return answer


@require_http_methods(GET_OR_POST)
@rules_change
def group(request: AuthedRequest, pk: int) -> HttpResponse:
    """Open a group: in writing, by a department, for a time."""
    row = get_object_or_404(SensitiveGroup.objects.exclude(code=NEVER), pk=pk)
    form = GroupForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            opened = form.save(commit=False)
            opened.written_by = request.user
            opened.save()
        return redirect(PAGE)
    context = {"form": form, "title": str(row), "rules_page": PAGE, "group": row}
    status = 400 if form.errors else 200
    return render(request, "offices/registers/rule_edit.html", context, status=status)


@require_POST
@rules_change
def group_close(request: AuthedRequest, pk: int) -> HttpResponse:
    """Off from now on; what was written under it is hidden, not lost."""
    row = get_object_or_404(SensitiveGroup, pk=pk)
    with by(request):
        row.opened_on = row.until = None
        row.save(update_fields=["opened_on", "until"])
    return redirect(PAGE)


@require_safe
@rules_view
def file(request: AuthedRequest) -> HttpResponse:
    """Lists and groups as a site package has them."""
    return file_of(loading.export(), "codes.json")


@require_POST
@rules_change
def take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, "codes.json")
    with by(request):
        line = loading.load_data(data, name="codes.json", anew=True)
    messages.success(request, _("Codes taken over: %(line)s") % {"line": line})
    return redirect(PAGE)
