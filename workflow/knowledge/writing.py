"""Articles are written: a draft, which is published as a version, or withdrawn."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import Conflict, NotAllowed
from workflow import notices
from workflow.knowledge.reading import form_of
from workflow.models import Article, ArticleUnit, ArticleVersion
from workflow.roster.permissions import KEEPS, can_keep

PLAIN = ("title", "text", "reply", "classes", "basis", "valid_from", "valid_to")
REVIEW = "knowledge_review"
AHEAD = timedelta(days=14)
notices.says(REVIEW, gettext_lazy("The article “%(article)s” is to be reviewed"))


class NoDraft(Conflict):
    """There is nothing to publish."""

    message = gettext_noop("There is no draft of this article. Change it first.")


def check_keeps(user: User, unit: Unit) -> None:
    """Raises NotAllowed."""
    if not can_keep(user, unit):
        raise NotAllowed


@transaction.atomic
def keep(
    article: Article, user: User | None, said: dict[str, Any], units: Iterable[Unit]
) -> ArticleVersion:
    """What will be said, as the draft of the article; what is published stays.

    ``said`` has the fields of a version. A new article is saved with its owner.
    """
    if article._state.adding:
        article.save()
    else:
        Article.objects.select_for_update().get(pk=article.pk)
    draft = article.versions.filter(published_at=None).first()
    draft = draft or ArticleVersion(article=article)
    for name in (*PLAIN, "review_on"):
        setattr(draft, name, said[name])
    draft.form = form_of(draft.title, draft.text, draft.reply, draft.basis)
    draft.written_by, draft.written_at = user, timezone.now()
    draft.save()
    ArticleUnit.objects.filter(version=draft).delete()
    ArticleUnit.objects.bulk_create(
        ArticleUnit(version=draft, unit=unit) for unit in units
    )
    return draft


@transaction.atomic
def publish(article: Article, user: User | None) -> ArticleVersion:
    """The draft becomes the version that is read. Raises NoDraft (409)."""
    row = Article.objects.select_for_update().get(pk=article.pk)
    draft = row.versions.filter(published_at=None).first()
    if draft is None:
        raise NoDraft
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    draft.number, draft.published_by = last + 1, user
    draft.published_at = timezone.now()
    draft.save(update_fields=["number", "published_by", "published_at"])
    row.current, row.retired_at, row.retired_by = draft, None, None
    row.save(update_fields=["current", "retired_at", "retired_by"])
    return draft


@transaction.atomic
def withdraw(article: Article, user: User) -> None:
    """Nobody reads it any more; publishing again brings it back."""
    row = Article.objects.select_for_update().get(pk=article.pk)
    row.retired_at, row.retired_by = timezone.now(), user
    row.save(update_fields=["retired_at", "retired_by"])


def remind(today: date) -> int:
    """Tell the owners of articles whose day of review comes, each once. How many."""
    rows = Article.objects.published().filter(current__review_on__lte=today + AHEAD)
    told = 0
    for row in rows.select_related("current", "unit"):
        assert row.current
        page = reverse("knowledge:article", args=[row.uuid])
        told += notices.notify(
            None,
            REVIEW,
            posts={(row.unit_id, role) for role in KEEPS},
            key=f"{REVIEW}/{row.uuid}/{row.current.review_on}",
            data={"article": row.current.title, "page": page},
        )
    return told
