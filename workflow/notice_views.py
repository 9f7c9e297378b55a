"""The notices of whoever is signed in."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Expression, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from govmap.lib.errors import NotFound
from govmap.lib.localized import localized
from govmap.lib.pages import AuthedRequest
from workflow import notices
from workflow.channels import addresses
from workflow.context import brings, how_many
from workflow.ladder_forms import kind_in_words
from workflow.models import Notice, Process
from workflow.models.notice import NoticeQuerySet
from workflow.subjects import limited

PAGE = 30  # rows
COUNTED = 99  # beyond this the bell says "99+"
LARGEST_ID = 2**63 - 1
KINDS = 30  # of subjects that somebody is told of
NO_KIND = "system"  # of notices that are about no subject


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
    """All of them, the newest first; ``?unread=1`` only those, ``?kind=`` only of
    subjects of one kind, ``?before=`` a page."""
    asked = asked_of(request.GET)
    mine = Notice.objects.visible_to(request.user)
    rows = narrowed(mine, asked).select_related("instead_of")
    if before := _id(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    kinds = set(mine.order_by().values_list("kind", flat=True).distinct()[:KINDS])
    context = {
        "told": [told_of(notice) for notice in found[:PAGE]],
        "asked": asked,
        "kinds": kind_words(kinds),
        "all_kinds": address_of({**asked, "kind": ""}),
        "here": address_of(asked),
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
        "unread": unread_count(request.user),
        "push_key": addresses.push_key(),
    }
    return render(request, "workflow/notices.html", context)


def asked_of(params: QueryDict) -> dict[str, str]:
    """What the address, or a form of the page, narrows the list to."""
    kind = params.get("kind", "")
    known = kind in limited() or kind == NO_KIND
    return {
        "unread": "1" if params.get("unread") == "1" else "",
        "kind": kind if known else "",
    }


def narrowed(rows: NoticeQuerySet, asked: dict[str, str]) -> NoticeQuerySet:
    if asked["unread"]:
        rows = rows.unread()
    if asked["kind"]:
        rows = rows.filter(kind=kind_asked(asked))
    return rows


def kind_asked(asked: dict[str, str]) -> str | None:
    kind = asked["kind"]
    return None if not kind else "" if kind == NO_KIND else kind


def kind_words(kinds: set[str]) -> list[tuple[str, str]]:
    """How the address and the page call each kind; a module's process names its."""
    words = {kind: kind_in_words(kind) for kind in kinds if kind}
    unnamed = [kind for kind, word in words.items() if kind == word]
    rows = Process.objects.filter(kind__in=unnamed, is_default=True) if unnamed else []
    words |= {row.kind: localized(row.titles) for row in rows}
    if "" in kinds:
        words[NO_KIND] = _("the system")
    return sorted(words.items())


def address_of(asked: dict[str, str]) -> str:
    """The query string of the list, with what it is narrowed to."""
    return "?" + urlencode({name: text for name, text in asked.items() if text})


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
    """All of them, also those that the page does not show; of a kind, only those."""
    notices.read(request.user, kind=kind_asked(asked_of(request.POST)))
    return _back(request)


def _own(user: User, pk: int) -> Notice:
    row = Notice.objects.visible_to(user).filter(pk=min(pk, LARGEST_ID)).first()
    if row is None:
        raise NotFound
    return row


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was."""
    asked = asked_of(request.POST)
    query = address_of(asked) if any(asked.values()) else ""
    return redirect(f"{reverse('workflow:notices')}{query}")
