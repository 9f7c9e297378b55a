"""People (GB/T 31000-2015): everybody once, whatever module speaks of him."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from govmap.lib.history import kept_but
from govmap.lib.sealed import (
    KeyedHashField,
    SealedField,
    TailField,
    mask_name,
)
from offices.models import words as searched
from offices.models.dwelling import Dwelling
from offices.models.ground import (
    HERE,
    Entry,
    GroundQuerySet,
    State,
    ground_indexes,
    ground_of,
    on_ground,
)

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from offices.models.household import Member
    from offices.models.label import Label


SEALED = ("number", "number_hash", "phone", "phone_hash")


class NumberTailField(TailField):
    """The last four signs of a number, which may end in X."""

    def derive(self, text: str) -> str:
        plain = text.strip().upper()
        return plain[-4:] if len(plain) >= 8 else ""


class PersonQuerySet(GroundQuerySet):
    def visible_to(self, user: User) -> Self:
        """Who lives on the reader's ground, or is registered in a household there."""
        ground = ground_of(user)
        if ground.whole or ground.is_none:
            return super().visible_to(user)
        registered = Person.objects.filter(
            on_ground(ground, "memberships__household__"),
            pk=OuterRef("pk"),
            memberships__until__isnull=True,
        )
        return self.filter(on_ground(ground) | Exists(registered))

    def looked_after_by(self, user: User) -> Self:
        """Who lives on the reader's ground: what lists show, from one index."""
        return super().visible_to(user)

    def listed(self) -> Self:
        """With what a row of a list shows, and without what is sealed."""
        rows = self.select_related("community", "street", "dwelling")
        return rows.defer(*SEALED, "words")


@kept_but(*SEALED, "words")
class Person(Entry):
    """Somebody who lives here, or is registered here.

    Religion is not asked. Where he lives is in `Residence`; the dwelling, address,
    cell, community and street here are those of the open one. Without one they are
    those of the household in which he is registered.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered resident")
        FLOATING = "floating", _("floating resident")
        ABROAD = "abroad", _("from abroad")
        LEFT_BEHIND = "left_behind", _("left behind")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    former_name = models.CharField(_("former name"), max_length=60, blank=True)
    # As in the passport, surname first.
    foreign_name = models.CharField(_("foreign name"), max_length=80, blank=True)
    paper = models.CharField(_("paper"), max_length=10, default="111")  # GA/T 517
    number = SealedField(_("number"), blank=True, default="")
    number_hash = KeyedHashField(of="number")
    number_tail = NumberTailField(of="number")
    phone = SealedField(_("phone"), blank=True, default="")
    phone_hash = KeyedHashField(of="phone")
    phone_tail = TailField(of="phone")
    phone_checked_on = models.DateField(_("phone checked on"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, blank=True)  # GB/T 2261.1
    birth = models.DateField(_("date of birth"), null=True, blank=True)
    nation = models.CharField(_("nation"), max_length=2, blank=True)  # GB/T 3304
    native_place = models.CharField(_("native place"), max_length=60, blank=True)
    marriage = models.CharField(_("marriage"), max_length=10, blank=True)
    political = models.CharField(_("political status"), max_length=10, blank=True)
    education = models.CharField(_("education"), max_length=10, blank=True)
    service = models.CharField(_("military service"), max_length=10, blank=True)
    occupation = models.CharField(_("occupation"), max_length=10, blank=True)
    workplace = models.CharField(_("place of work"), max_length=100, blank=True)
    nationality = models.CharField(_("nationality"), max_length=3, default="CHN")
    registration_area = models.CharField(
        _("registered in (code)"), max_length=6, blank=True
    )
    registration_address = models.CharField(
        _("registered address"), max_length=200, blank=True
    )
    # 人户一致, 人在户不在, 户在人不在.
    match = models.CharField(_("person and household"), max_length=10, blank=True)
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="occupants"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    # Floating: when and why he came, how he lives, his residence registration.
    came_on = models.DateField(_("came on"), null=True, blank=True)
    flow_reason = models.CharField(_("reason of coming"), max_length=10, blank=True)
    residence_kind = models.CharField(_("kind of residence"), max_length=10, blank=True)
    permit = models.CharField(_("residence permit"), max_length=10, blank=True)
    permit_until = models.DateField(_("permit until"), null=True, blank=True)
    # From abroad.
    visit_purpose = models.CharField(_("purpose of stay"), max_length=10, blank=True)
    paper_until = models.DateField(_("paper until"), null=True, blank=True)
    leaves_on = models.DateField(_("leaves on"), null=True, blank=True)
    # Left behind.
    left_kind = models.CharField(_("who is left behind"), max_length=10, blank=True)
    needs = models.CharField(_("needs"), max_length=200, blank=True)
    words = searched.names("name", "former_name", "foreign_name")
    objects = PersonQuerySet.as_manager()

    if TYPE_CHECKING:
        dwelling_id: int | None
        community_id: int | None
        street_id: int | None
        cell_id: int | None
        merged_into_id: int | None
        residences: RelatedManager["Residence"]
        memberships: RelatedManager[Member]
        labels: RelatedManager[Label]

    class Meta:
        indexes = [
            *ground_indexes("person"),
            models.Index(
                fields=["street", "kind", "-id"],
                condition=HERE,
                name="person_by_street_and_kind",
            ),
            models.Index(fields=["kind", "-id"], condition=HERE, name="person_by_kind"),
            models.Index(fields=["birth", "name"], name="person_by_birth_and_name"),
            models.Index(
                fields=["match", "-id"],
                condition=HERE & ~Q(match=""),
                name="person_by_match",
            ),
            models.Index(
                fields=["phone_hash"],
                condition=~Q(phone_hash=""),
                name="person_by_phone",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "number_hash",
                condition=~Q(number_hash="") & ~Q(state=State.MERGED),
                name="number_is_one_persons",
            ),
            models.CheckConstraint(
                name="merged_person_says_into_whom",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="person_is_not_merged_into_himself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
        ]

    def __str__(self) -> str:
        """Masked: whoever shows the whole name says so."""
        return mask_name(self.name)

    @property
    def age(self) -> int | None:
        """Whole years today, or at the end of life."""
        if self.birth is None:
            return None
        day = self.ended_on if self.state == State.DEAD else None
        return age_on(self.birth, day or timezone.localdate())


def age_on(birth: date, day: date) -> int:
    """Whole years; who was born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@kept_but()
class Residence(models.Model):
    """Somebody in a dwelling from one day to another, half open."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="residences")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="residences")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    tenure = models.CharField(_("kind of residence"), max_length=10, blank=True)

    class Meta:
        ordering = ("-since", "-pk")
        constraints = [
            models.UniqueConstraint(
                "person",
                condition=Q(until__isnull=True),
                name="person_lives_in_one_dwelling",
            ),
            models.CheckConstraint(
                name="residence_ends_after_it_began",
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.dwelling_id} {self.since}–{self.until}"
