"""Things about duty that tests need: a note, a number, an article of a unit."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Unit, User
from workflow.knowledge import files, writing
from workflow.models import Article, ArticleFile, Contact, Handover
from workflow.roster import handing

SAID: dict[str, Any] = {
    "text": "先核实，后处置。",
    "reply": "已处置。",
    "classes": [],
    "basis": "",
    "valid_from": date(2026, 1, 1),
    "valid_to": None,
    "review_on": None,
}


def note_of(unit: Unit, writer: str) -> Handover:
    """The one that waits, made at the first call."""
    user = User.objects.get(username=writer)
    return handing.waiting(unit.pk) or handing.write(unit, user, uuid=uuid4())


def contact_of(unit: Unit) -> Contact:
    row, _made = Contact.objects.get_or_create(
        unit=unit, post="值班室", phone="010-00000001"
    )
    return row


def article_of(unit: Unit, *, title: str = "口径", **said: Any) -> Article:
    """A published one of the unit, for its people; made at the first call."""
    if found := Article.objects.filter(unit=unit, current__title=title).first():
        return found
    article = Article(unit=unit)
    writing.keep(article, None, {**SAID, "title": title, **said}, [unit])
    writing.publish(article, None)
    return Article.objects.get(pk=article.pk)


def file_of(article: Article) -> ArticleFile:
    by = User.objects.get(username="system")
    upload = SimpleUploadedFile("依据.pdf", b"%PDF-1.4 x")
    return article.files.first() or files.add(article, by, upload)
