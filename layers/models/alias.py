"""What people call places that the register of addresses names otherwise."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govmap.lib.history import kept


class Form(models.Func):
    """An address as it is compared (`layers.addresses.signs.form_of`)."""

    function = "address_form"
    output_field = models.TextField()


@kept
class AddressAlias(models.Model):
    """An old name, an abbreviation, or a landmark with the address that it has."""

    class Kind(models.TextChoices):
        OLD = "old", _("old name")
        SHORT = "short", _("abbreviation")
        LANDMARK = "landmark", _("landmark")
        OTHER = "other", pgettext_lazy("kind of a place's name", "other name")

    said = models.CharField(_("what people say"), max_length=60, unique=True)
    means = models.CharField(_("what the register says"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    in_use = models.BooleanField(_("in use"), default=True)
    form = models.GeneratedField(
        expression=Form(F("said")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering = ("said",)

    def __str__(self) -> str:
        return f"{self.said} → {self.means}"
