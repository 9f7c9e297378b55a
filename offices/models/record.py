"""One entry of one module: a subject of the engine, as a case is."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Q

from accounts.models import Unit, User
from cases.models import Case
from govmap.lib.geo import SRID
from govmap.lib.sealed import SealedField
from layers.models import GridCell, Part
from offices.models.dwelling import Dwelling
from offices.models.household import Household
from offices.models.module import Module, ModuleVersion
from offices.models.organization import Organization
from offices.models.person import Person
from offices.modules.rights import READ, Ground, grounds_of, owners_of
from workflow.models import Event, Phase, Subject
from workflow.subjects import subject


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: User) -> "RecordQuerySet":
        """What the modules let the person's posts read, and what he made himself."""
        return self.allowed(user, READ)

    def allowed(self, user: User, right: str) -> "RecordQuerySet":
        """Those that a right of their modules gives the person."""
        whole = Q(pk__in=[])
        for ground, modules in grounds_of(user, right).items():
            whole |= _within(ground, modules, user)
        return self.filter(whole)

    def of_module(self, module: Module, user: User, right: str = READ) -> Any:
        """Of one module: two columns of one index, however many others there are."""
        for ground, modules in grounds_of(user, right).items():
            if module.pk in modules:
                return self.filter(_within(ground, (module.pk,), user))
        return self.none()

    def open(self) -> "RecordQuerySet":
        return self.filter(ended_at__isnull=True)

    def listed(self) -> "RecordQuerySet":
        """With what a row of a list shows."""
        return self.select_related("street", "community", "module", "creator")


def _within(ground: Ground, modules: tuple[int, ...], user: User) -> Q:
    of = Q(module__in=modules) if len(modules) > 1 else Q(module=modules[0])
    if ground.everywhere:
        return of
    where = Q(pk__in=[])
    if ground.streets:
        where |= Q(street__in=ground.streets)
    if ground.communities:
        where |= Q(community__in=ground.communities)
    if ground.own:
        where |= Q(creator=user)
    return of & where


@subject
class Record(Subject):
    """What was written into one module about one thing, by one version of it.

    What is internal (S1) lies in ``data``, what is personal (S2) and sensitive (S3) as
    one sealed text each; what is searched in these has a `RecordKey`.
    """

    KIND: ClassVar[str] = "record"
    PAGE: ClassVar[str] = "modules:record"
    RELATED_UNITS = frozenset({"street", "owner", "community", "district"})
    RELATED_PEOPLE = frozenset({"creator"})
    FACTS = frozenset({"module", "about"})
    OPENS_WITH = "open_record"

    number = models.CharField(max_length=26, unique=True)
    module = models.ForeignKey(Module, models.PROTECT, related_name="records")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="records")
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cell = models.ForeignKey(
        GridCell, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = gis.PointField(srid=SRID, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="records"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="records"
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="records"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="records"
    )
    part = models.ForeignKey(
        Part, models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="records"
    )
    data = models.JSONField(default=dict)
    personal = SealedField(default="", blank=True)
    sensitive = SealedField(default="", blank=True)
    # What it is found by in part: `search_form` of its internal words.
    words = models.TextField(default="", blank=True)
    creator = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # however it ended
    objects = RecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["module", "-id"], name="record_by_module"),
            models.Index(fields=["module", "street", "-id"], name="record_by_street"),
            models.Index(
                fields=["module", "community", "-id"], name="record_by_community"
            ),
            models.Index(fields=["module", "state", "-id"], name="record_by_state"),
            models.Index(
                fields=["module", "street"],
                condition=Q(ended_at__isnull=True),
                name="record_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @classmethod
    def seen_by_post(cls, user: User) -> "RecordQuerySet | None":
        """Rights are of modules and posts; scope rows would name those of the day."""
        return None if user.sees_district else cls.objects.visible_to(user)

    def related_units(self, name: str) -> set[int]:
        """``owner``: the module's office of the street, or its unit; ``street``: the
        street and that office.
        """
        if name == "district":
            above = self.street.parent_id if self.street_id else None
            return {above} if above else set()
        if name == "community":
            return {self.community_id} if self.community_id else set()
        if name == "owner":
            return self.owners
        return {self.street_id, *self.owners} if self.street_id else set()

    @cached_property
    def owners(self) -> set[int]:
        return owners_of(self.module.owner, self.street)

    def related_people(self, name: str) -> set[int]:
        return {{"creator": self.creator_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        """Its maker alone: a unit's scope row would show it to every post there."""
        return set(), {self.creator_id}

    def heard_by(self) -> set[int]:
        """Open pages there ask again; what each may see is decided then."""
        return {-self.creator_id, *self.related_units("street")} | self.related_units(
            "community"
        )

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)

    @property
    def is_over(self) -> bool:
        return self.state.phase == Phase.DONE


class RecordKey(models.Model):
    """A keyed hash of a personal or sensitive value that a module searches exactly."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="keys")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    field = models.CharField(max_length=80)
    hash = models.CharField(max_length=64)

    class Meta:
        # By the hash alone: a search asks all modules at once.
        indexes = [models.Index(fields=["hash", "module"], name="record_key_by_hash")]
        constraints = [
            models.UniqueConstraint("record", "field", "hash", name="record_key_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.field}"


class RecordLink(models.Model):
    """What a record refers to: so that a register's page says where it is used."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="links")
    field = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    target = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["kind", "target"], name="record_link_to")]
        constraints = [
            models.UniqueConstraint(
                "record", "field", "target", name="record_link_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.field} {self.kind}"


class RecordDue(models.Model):
    """A day by which something of a record is due, as its module reminds of it."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="dues")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    community = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40)
    remind_on = models.DateField()
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["module", "street", "due_on"], name="record_due_on"),
            # A community worker's visits, of all modules in the order of their days.
            models.Index(fields=["community", "due_on"], name="record_due_round"),
            models.Index(
                fields=["remind_on"],
                condition=Q(told_at__isnull=True),
                name="record_due_untold",
            ),
        ]
        constraints = [
            models.UniqueConstraint("record", "code", name="record_due_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.code} {self.due_on}"
