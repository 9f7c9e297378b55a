"""The pages of saved views: what a form does to them, and all of one page in a list."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest
from workflow import saved_views
from workflow.models import SavedView


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def views(request: AuthedRequest) -> HttpResponse:
    """``?page=`` names whose views: listed, or one more of them kept."""
    name = request.POST.get("page", request.GET.get("page", ""))
    page = saved_views.page_named(name, request.user)
    if request.method == "GET":
        return _listed(request, page)
    sent = request.POST
    try:
        view = saved_views.save_view(
            page,
            request.user,
            name=sent.get("name", ""),
            query=sent.get("query", ""),
            unit=sent.get("unit", ""),
            is_default="default" in sent,
        )
    except BadInput as error:
        return _listed(request, page, error.text, status=error.status)
    messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(f"{page.address}?{view.query}")


def _listed(
    request: AuthedRequest,
    page: saved_views.Page,
    trouble: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    rows = saved_views.views_of(user, page.name)
    context = {
        "saves": page,
        "rows": [(row, saved_views.may_change(row, user)) for row in rows],
        "units": saved_views.units_to_share_with(user),
        "gone": _gone(user, page, request.GET.get("gone", "")),
        "sent": request.POST,
        "trouble": trouble,
    }
    return render(request, "workflow/saved_views.html", context, status=status)


def _gone(user: User, page: saved_views.Page, uuid: str) -> SavedView | None:
    """What was taken away just now, to be had back."""
    try:
        wanted = UUID(uuid)
    except ValueError:
        return None
    rows = SavedView.objects.visible_to(user).filter(removed_at__isnull=False)
    return rows.filter(page=page.name, uuid=wanted).first()


@login_required
@require_POST
def view(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """``do`` names what is done to it. Back to the list of all."""
    user, do = request.user, request.POST.get("do", "")
    if do not in CHANGES:
        raise BadInput
    row = saved_views.found(uuid, user, removed=do == "restore")
    try:
        CHANGES[do](row, request)
    except BadInput as error:
        page = saved_views.page_named(row.page, user)
        return _listed(request, page, error.text, status=error.status)
    gone = f"&gone={row.uuid}" if do == "remove" else ""
    return redirect(f"{reverse('workflow:views')}?page={row.page}{gone}")


Change = Callable[[SavedView, AuthedRequest], None]
CHANGES: dict[str, Change] = {
    "rename": lambda row, sent: saved_views.rename(row, sent.POST.get("name", "")),
    "up": lambda row, sent: saved_views.move(row, saved_views.UP),
    "down": lambda row, sent: saved_views.move(row, saved_views.DOWN),
    "default": lambda row, sent: saved_views.set_default(row, sent.user, yes=True),
    "usual": lambda row, sent: saved_views.set_default(row, sent.user, yes=False),
    "share": lambda row, sent: saved_views.share(
        row, sent.user, sent.POST.get("unit", "")
    ),
    "remove": lambda row, sent: saved_views.remove(row),
    "restore": lambda row, sent: saved_views.restore(row),
}
