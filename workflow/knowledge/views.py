"""知识库: looked up, read, written, published."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.lists import ListFilters, page_of
from govmap.lib.pages import AuthedRequest
from workflow.knowledge import files, reading, writing
from workflow.knowledge.forms import ArticleForm, newest
from workflow.models import Article, ArticleVersion, Phrase
from workflow.models.knowledge import ArticleQuerySet
from workflow.roster.permissions import can_keep, keeps_all, led_units, staff_view

GET_OR_POST = ["GET", "HEAD", "POST"]
VIEWS = ("", "mine")


class Filters(ListFilters):
    NAMES = ("view", "q", "class")
    KEPT = ("view",)
    CHOICES = {"view": VIEWS}

    def words(self) -> dict[str, str]:
        code = self.asked("class")
        return {
            "q": self.asked("q"),
            "class": reading.class_names([code])[0].name if code else "",
        }


def writes(user: User) -> bool:
    return keeps_all(user) or bool(led_units(user))


def kept_articles(user: User) -> ArticleQuerySet:
    """All of the units that the person keeps, drafts and withdrawn ones too."""
    rows = Article.objects.all()
    if keeps_all(user):
        return rows
    led = led_units(user)
    return rows.filter(
        Q(unit__in=led) | Q(unit__parent__in=led, unit__parent__kind="street")
    )


def readable(user: User) -> ArticleQuerySet:
    rows = Article.objects.visible_to(user).values("pk")
    return Article.objects.filter(Q(pk__in=rows) | Q(pk__in=kept_articles(user)))


@require_safe
@staff_view
@never_cache
def articles(request: AuthedRequest) -> HttpResponse:
    """In force and for the person's units; ``view=mine``: what he keeps."""
    filters = Filters(request.GET)
    mine = filters.asked("view") == "mine" and writes(request.user)
    seen = Article.objects.visible_to(request.user)
    rows = kept_articles(request.user) if mine else seen
    rows = reading.matching(rows, filters.asked("q"))
    if code := filters.asked("class"):
        rows = reading.of_class(rows, code)
    context = {
        "list": page_of(filters, rows, rows.listed()),
        "mine": mine,
        "writes": writes(request.user),
        "today": timezone.localdate(),
        "phrases": Phrase.objects.in_use().of_units(
            [post.unit_id for post in request.user.posts]
        )
        if not filters.asked("q") and not mine
        else Phrase.objects.none(),
    }
    return render(request, "workflow/knowledge/list.html", context)


def _seen(request: AuthedRequest, uuid: UUID) -> Article:
    return get_object_or_404(readable(request.user).listed(), uuid=uuid)


@require_safe
@staff_view
@never_cache
def article(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """As it is in force; for who keeps it also its draft and the versions before."""
    row = _seen(request, uuid)
    keeps = can_keep(request.user, row.unit)
    draft = newest(row) if keeps else None
    shown: ArticleVersion | None = row.current
    if keeps and ("draft" in request.GET or shown is None):
        shown = draft
    if keeps and (number := request.GET.get("version", "")):
        found = row.versions.filter(number=number if number.isdecimal() else -1)
        shown = found.first() or shown
    if shown is None:
        raise NotFound
    context = {
        "article": row,
        "version": shown,
        "body": reading.as_html(shown.text),
        "classes": reading.class_names(shown.classes),
        "units": list(shown.units.all()),
        "files": row.files.filter(removed_at=None),
        "keeps": keeps,
        "has_draft": keeps and bool(draft and draft.published_at is None),
        "versions": row.versions.select_related("written_by") if keeps else [],
        "today": timezone.localdate(),
    }
    return render(request, "workflow/knowledge/article.html", context)


def _kept(request: AuthedRequest, uuid: UUID) -> Article:
    """Raises Http404, NotAllowed."""
    row = _seen(request, uuid)
    writing.check_keeps(request.user, row.unit)
    return row


@require_http_methods(GET_OR_POST)
@staff_view
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    if not writes(request.user):
        raise NotAllowed
    return _edited(request, None)


@require_http_methods(GET_OR_POST)
@staff_view
@never_cache
def edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    return _edited(request, _kept(request, uuid))


def _edited(request: AuthedRequest, row: Article | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ArticleForm(request.user, row, data)
    if form.is_bound and form.is_valid():
        sent = dict(form.cleaned_data)
        units = sent.pop("units")
        made = row or Article(unit=sent.pop("unit"))
        writing.keep(made, request.user, sent, units)
        if "publish" in request.POST:
            writing.publish(made, request.user)
            messages.success(request, _("The article is published."))
        else:
            messages.success(request, _("Kept as a draft. Nobody else reads it yet."))
        return redirect("knowledge:article", made.uuid)
    context: dict[str, Any] = {"form": form, "article": row}
    status = 400 if form.is_bound else 200
    return render(request, "workflow/knowledge/edit.html", context, status=status)


@require_POST
@staff_view
def publish(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    writing.publish(_kept(request, uuid), request.user)
    messages.success(request, _("The article is published."))
    return redirect("knowledge:article", uuid)


@require_POST
@staff_view
def withdraw(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    writing.withdraw(_kept(request, uuid), request.user)
    messages.success(request, _("Withdrawn. Publishing it anew brings it back."))
    return redirect("knowledge:article", uuid)


@require_POST
@staff_view
def file_add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = _kept(request, uuid)
    upload = request.FILES.get("file")
    if upload is None:
        raise files.WrongFile
    try:
        files.add(row, request.user, upload)
    except BadInput as error:
        messages.error(request, error.text)
    return redirect("knowledge:article", uuid)


@require_safe
@staff_view
def file(request: AuthedRequest, uuid: UUID, file: UUID) -> HttpResponse:
    """Given out to be kept, never drawn by the browser."""
    row = get_object_or_404(_seen(request, uuid).files, uuid=file, removed_at=None)
    path = files.path_of(row.sha256)
    if not path.exists():
        raise NotFound
    answer = HttpResponse(path.read_bytes(), content_type=row.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, row.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@staff_view
def file_remove(request: AuthedRequest, uuid: UUID, file: UUID) -> HttpResponse:
    row = get_object_or_404(_kept(request, uuid).files, uuid=file, removed_at=None)
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    return redirect("knowledge:article", uuid)
