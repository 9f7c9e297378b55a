"""Internal comments on a case: words between those who work on it."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.models.case import Case
from workflow.models import Scope

TEXT_MOST = 1000  # characters


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        """Of cases that the person sees: for all who work on it, or for his unit.

        Whoever only reported a case is no part of its talk.
        """
        units = user.unit_ids
        if not units:
            return self.none()
        own = Q(own_unit=False) | Q(unit__in=units)
        rows = self.filter(own, case__in=Case.objects.visible_to(user))
        if user.sees_district:
            return rows
        work = Scope.objects.filter(
            kind=Case.KIND, subject_id=OuterRef("case_id"), holder__in=units
        )
        return rows.filter(Exists(work))

    def listed(self) -> Self:
        return self.select_related("author", "unit").prefetch_related(
            "mentions__person", "mentions__unit", "changes"
        )


class Comment(models.Model):
    """One comment. Its words may be erased; the event that names it has none."""

    uuid = models.UUIDField(unique=True, default=uuid7)  # made by the client
    case = models.ForeignKey(Case, models.PROTECT, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    own_unit = models.BooleanField(default=False)  # for nobody else
    text = models.TextField(max_length=TEXT_MOST, blank=True)
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["case", "id"], name="comment_by_case")]
        constraints = [
            models.CheckConstraint(
                name="withdrawn_comment_has_no_words",
                condition=Q(withdrawn_at__isnull=True) | Q(text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.uuid}"


class Mention(models.Model):
    """A person or a unit that a comment calls."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="mention_is_of_a_person_or_a_unit",
                condition=Q(person__isnull=True) ^ Q(unit__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.person or self.unit}"


class CommentChange(models.Model):
    """That a comment was changed or taken back, and when: without its words."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="changes")
    deed = models.CharField(max_length=10)  # edited or withdrawn
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.comment_id} {self.deed}"
