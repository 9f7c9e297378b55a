"""What stands beside a case on demand: the knowledge base, fitting its class."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import Case
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from workflow import phrases
from workflow.knowledge import reading
from workflow.roster.permissions import can_read

PHRASES_MOST = 12


@login_required
@require_safe
@never_cache
def case_knowledge(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Articles of the case's class that are meant for its reader, and the reply
    templates of his units."""
    cases = Case.objects.visible_to(request.user).select_related("category")
    case = get_object_or_404(cases, uuid=uuid)
    if not can_read(request.user):
        raise NotFound
    found = reading.beside(request.user, case.category)
    offered = phrases.offered_to(request.user, kind=Case.KIND, phase=case.state.phase)
    context = {
        "case": case,
        "articles": [
            (row, reading.as_html(row.current.text)) for row in found if row.current
        ],
        "phrases": offered[:PHRASES_MOST],
    }
    return render(request, "cases/beside/_knowledge.html", context)
