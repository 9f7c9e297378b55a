"""The work on a draft of a module: who changes it, what was changed, what it is tried
with."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from govmap.lib.sealed import SealedField
from offices.models.module import ModuleVersion

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class DesignQuerySet(models.QuerySet["Design"]):
    def whole(self) -> Self:
        """With what its pages say of it."""
        return self.select_related(
            "version__module__application",
            "version__module__published",
            "street",
            "changed_by",
        )


class Design(models.Model):
    """What belongs to one draft besides its definition.

    ``revision`` counts its changes: whoever changes an older one is told. The rows that
    it is tried with are never records; somebody may type a real name, so they are
    sealed.
    """

    version = models.OneToOneField(ModuleVersion, models.CASCADE, related_name="design")
    # Whose module it is; empty for one of the whole district.
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1)
    samples = SealedField(blank=True, default="")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = DesignQuerySet.as_manager()

    if TYPE_CHECKING:
        street_id: int | None
        steps: "RelatedManager[DesignStep]"

    def __str__(self) -> str:
        return str(self.version)


class DesignStep(models.Model):
    """One change of a draft, in the words in which the next person is told of it."""

    design = models.ForeignKey(Design, models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(_("what"), max_length=20)
    subject = models.CharField(_("subject"), max_length=120, blank=True)

    class Meta:
        ordering = ("design", "-revision")
        constraints = [
            models.UniqueConstraint(
                "design", "revision", name="design_step_number_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.design_id} {self.revision} {self.what}"
