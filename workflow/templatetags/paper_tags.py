"""The papers of a thing, on its own page."""

from typing import Any

from django import template

from accounts.models import User
from workflow.models import PrintedPaper
from workflow.papers.permissions import can_print_some

register = template.Library()


@register.inclusion_tag("workflow/papers/_of_subject.html")
def papers_of(kind: str, key: object, user: User) -> dict[str, Any]:
    """Those that the reader may see, and the way to print one."""
    rows = PrintedPaper.objects.visible_to(user).of(kind, str(key)).listed()
    papers = list(rows.prefetch_related("deliveries", "reprints")[:20])
    return {"papers": papers, "kind": kind, "key": key}


@register.filter
def prints_papers(user: User) -> bool:
    return bool(user.is_authenticated and can_print_some(user))
