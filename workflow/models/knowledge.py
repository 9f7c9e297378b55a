"""知识库: policies and answers, in versions, with the files that belong to them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import Role

TITLE_MOST, TEXT_MOST, REPLY_MOST = 120, 20_000, 1000  # characters


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """Not withdrawn, and with a version that was published."""
        return self.filter(current__isnull=False, retired_at__isnull=True)

    def valid_on(self, day: date) -> Self:
        """Of the published ones those in force on the day."""
        later = Q(current__valid_to__isnull=True) | Q(current__valid_to__gte=day)
        return self.published().filter(later, current__valid_from__lte=day)

    def visible_to(self, user: User) -> Self:
        """What is in force and meant for a unit of the person's, or for one above it;
        who works for the district reads all."""
        rows = self.valid_on(timezone.localdate())
        if user.sees_district or user.has_role(Role.SYSTEM):
            return rows
        units = {post.unit_id for post in user.posts}
        above = Unit.objects.filter(
            Q(children__in=units) | Q(children__children__in=units)
        )
        meant = ArticleUnit.objects.filter(
            Q(unit__in=units) | Q(unit__in=above.values("pk"))
        )
        return rows.filter(
            Q(current__units=None)
            | Q(current__in=meant.values("version"))
            | Q(unit__in=units)
        ).distinct()

    def listed(self) -> Self:
        return self.select_related("unit", "current", "current__written_by")


class Article(models.Model):
    """One article; what it says is in its versions."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    # Of a site package; empty for what was written here.
    code = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # the owner
    current = models.ForeignKey(
        "workflow.ArticleVersion", models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                "code", condition=~Q(code=""), name="article_of_a_package_is_one"
            ),
        ]

    def __str__(self) -> str:
        return self.current.title if self.current else f"#{self.pk}"


class ArticleVersion(models.Model):
    """What an article says, or will say: published it never changes."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)  # once published
    title = models.CharField(max_length=TITLE_MOST)
    text = models.TextField(max_length=TEXT_MOST)
    # What may be answered, word for word: it is put into a reply.
    reply = models.TextField(max_length=REPLY_MOST, blank=True)
    # Codes of classes ("event/06") whose subclasses are meant too; empty: none.
    classes = models.JSONField(default=list, blank=True)
    # For whom; nobody named: for everybody.
    units = models.ManyToManyField(Unit, through="ArticleUnit", related_name="+")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    # By when the owner looks at it again.
    review_on = models.DateField(null=True, blank=True)
    # Title, text and reply as they are searched.
    form = models.TextField(blank=True)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-number", "-pk")
        constraints = [
            models.UniqueConstraint(
                "article",
                condition=Q(published_at__isnull=True),
                name="article_has_one_draft",
            ),
            models.UniqueConstraint("article", "number", name="article_version_is_one"),
            models.CheckConstraint(
                name="published_article_has_a_number",
                condition=Q(published_at__isnull=True, number__isnull=True)
                | Q(published_at__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="article_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleUnit(models.Model):
    """A unit that a version is for, with all below it."""

    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "unit", name="article_unit_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.unit_id}"


class ArticleFile(models.Model):
    """A file of an article, stored by the hash of what it holds."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    article = models.ForeignKey(Article, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
