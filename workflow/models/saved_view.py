"""Lists as people keep them: a name for a query string."""

from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from uuid_utils.compat import uuid7

from accounts.models import Unit, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def kept(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """His own, and those that were shared with a unit in which he has a post."""
        units = [post.unit_id for post in user.posts]
        return self.filter(Q(owner=user) | Q(unit__in=units))

    def in_order(self, user: User) -> Self:
        """His own as he put them, then those of others."""
        his = Case(When(owner=user, then=Value(0)), default=Value(1))
        return self.order_by(his, "place", "pk")


class SavedView(models.Model):
    """常用视图: the filters of a list under a name; of one person, or of a unit."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    # What it is a view of: a name of `workflow.saved_views.PAGES`.
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=4000)
    # With whose people it is shared.
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="+"
    )
    place = models.PositiveIntegerField(default=0)  # among the owner's
    is_default = models.BooleanField(default=False)  # how the owner's page opens
    # Taken away, but not yet for good: it can be had back for a day.
    removed_at = models.DateTimeField(null=True, blank=True)
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("owner"),
                F("page"),
                condition=Q(is_default=True, removed_at__isnull=True),
                name="one_saved_view_is_the_default",
            ),
            models.CheckConstraint(name="saved_view_has_a_name", condition=~Q(name="")),
        ]
        indexes = [
            models.Index(fields=["owner", "page"], name="saved_view_by_owner"),
            models.Index(
                fields=["unit", "page"],
                condition=Q(unit__isnull=False),
                name="saved_view_shared",
            ),
        ]

    def __str__(self) -> str:
        return self.name
