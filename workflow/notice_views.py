"""The notices of whoever is signed in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Expression, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest
from workflow import notices
from workflow.context import brings, how_many
from workflow.models import Notice

PAGE = 30  # rows
COUNTED = 99  # beyond this the bell says "99+"
LARGEST_ID = 2**63 - 1


def unread_rows(user: User) -> "QuerySet[Notice, int]":
    """No further than the bell can say, of one small index."""
    rows = Notice.objects.visible_to(user).unread().order_by()
    return rows.values_list("pk", flat=True)[: COUNTED + 1]


@brings("unread_notices")
def unread_notices(user: User) -> Expression:
    return how_many(unread_rows(user))


def unread_count(user: User) -> int:
    return unread_rows(user).count()


def bell_of(user: User, count: int | None = None) -> dict[str, Any]:
    """``count``: of the unread, by whoever has asked already."""
    if count is None:
        count = unread_count(user)
    return {"count": count, "said": f"{COUNTED}+" if count > COUNTED else str(count)}


@require_safe
@login_required
def bell(request: AuthedRequest) -> HttpResponse:
    """What the bell says now, for a page that heard of a new notice."""
    return render(request, "workflow/_notice_count.html", bell_of(request.user))


@require_safe
@login_required
def notice_list(request: AuthedRequest) -> HttpResponse:
    """All of them, the newest first; ``?unread=1`` only those, ``?before=`` a page."""
    rows = Notice.objects.visible_to(request.user)
    only_unread = request.GET.get("unread") == "1"
    if only_unread:
        rows = rows.unread()
    if before := _id(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    told = [told_of(notice) for notice in found[:PAGE]]
    context = {
        "told": told,
        "only_unread": only_unread,
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
        "unread": unread_count(request.user),
    }
    return render(request, "workflow/notices.html", context)


def told_of(notice: Notice) -> dict[str, Any]:
    """A notice as a list shows it."""
    return {
        "notice": notice,
        "title": notices.title_of(notice),
        "subject": notice.data.get("subject", ""),
    }


def _id(text: str) -> int | None:
    """Of what is no id of a row there is no page."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return min(int(text), LARGEST_ID)


@require_safe
@login_required
def notice(request: AuthedRequest, pk: int) -> HttpResponse:
    """To what it is about; it is read then."""
    row = _own(request.user, pk)
    notices.read(request.user, [row.pk])
    return redirect(notices.page_of(row))


@require_POST
@login_required
def notice_read(request: AuthedRequest, pk: int) -> HttpResponse:
    notices.read(request.user, [_own(request.user, pk).pk])
    return _back(request)


@require_POST
@login_required
def notices_read(request: AuthedRequest) -> HttpResponse:
    """All of them, also those that the page does not show."""
    notices.read(request.user)
    return _back(request)


def _own(user: User, pk: int) -> Notice:
    row = Notice.objects.visible_to(user).filter(pk=min(pk, LARGEST_ID)).first()
    if row is None:
        raise NotFound
    return row


def _back(request: HttpRequest) -> HttpResponse:
    query = "?unread=1" if request.POST.get("unread") == "1" else ""
    return redirect(f"{reverse('workflow:notices')}{query}")
