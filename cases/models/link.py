"""What a case has to do with others, and who keeps an eye on it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models.case import Case


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def of(self, case: Case) -> Self:
        """Those of a case, whichever of the two it is."""
        return self.filter(Q(case=case) | Q(other=case))


class CaseLink(models.Model):
    """Two cases that belong together. Both keep their histories and reporters."""

    class Why(models.TextChoices):
        DUPLICATE = "duplicate", _("the same trouble")
        MERGED = "merged", _("merged into it")
        SPLIT = "split", _("split off from it")

    case = models.ForeignKey(Case, models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from")
    why = models.CharField(max_length=12, choices=Why)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case",
                "other",
                "why",
                condition=Q(ended_at__isnull=True),
                name="one_link_of_a_kind_between_two_cases",
            ),
            models.CheckConstraint(
                name="case_link_is_between_two", condition=~Q(case=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.why} {self.other_id}"


class Follow(models.Model):
    """关注: somebody keeps a case in sight. His own list, and no part of the record."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follows")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "case", name="a_case_is_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.case_id}"
