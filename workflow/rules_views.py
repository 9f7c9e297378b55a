"""The way into the rules."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from govmap.lib.pages import AuthedRequest
from workflow.permissions import rules_view
from workflow.rules import rules_pages


@require_safe
@rules_view
def rules(request: AuthedRequest) -> HttpResponse:
    """The first of the pages."""
    for page in rules_pages():
        return redirect(page.view)
    return render(request, "workflow/rules.html")
