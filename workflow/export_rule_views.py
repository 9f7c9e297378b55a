"""规则 导出: which role may take out how much."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from workflow import export_loading
from workflow.calendar_views import by
from workflow.export_forms import RuleForm
from workflow.exporting import REGISTERS
from workflow.models import ExportRule
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file


@require_safe
@rules_view
def rules(request: AuthedRequest) -> HttpResponse:
    titles = {name: str(one.title) for name, one in REGISTERS.items()}
    rows = ExportRule.objects.order_by("-in_use", "register", "-rows", "role")
    context = {
        "rows": [(row, titles.get(row.register, row.register)) for row in rows],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(ExportRule),
    }
    return render(request, "workflow/export_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def rule_new(request: AuthedRequest) -> HttpResponse:
    return _rule(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def rule(request: AuthedRequest, pk: int) -> HttpResponse:
    return _rule(request, get_object_or_404(ExportRule, pk=pk))


def _rule(request: AuthedRequest, row: ExportRule | None) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            form.save()
        return redirect("workflow:export-rules")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "row": row, "rules_page": "workflow:export-rules"}
    return render(request, "workflow/export_rule.html", context, status=status)


@require_safe
@rules_view
def rules_file(request: AuthedRequest) -> HttpResponse:
    """The rules as a site package has them."""
    return file_of(export_loading.export(), "exports.json")


@require_POST
@rules_change
def rules_take(request: AuthedRequest) -> HttpResponse:
    """The rules of a file, over those that are."""
    data = sent_file(request, "exports.json")
    with by(request):
        line = export_loading.load_data(data, name="exports.json")
    messages.success(request, _("Taken over: %(line)s") % {"line": line})
    return redirect("workflow:export-rules")
