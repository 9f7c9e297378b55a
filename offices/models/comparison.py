"""比对: a department's list against a register; only differences become tasks."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.models import SentTable
from govmap.lib.history import kept
from govmap.lib.sealed import SealedField, mask_name
from layers.models import GridCell
from offices.models.ground import ground_of, on_ground
from offices.models.life import Register

# A building is compared by its dwellings.
COMPARED = (
    Register.PERSON,
    Register.HOUSEHOLD,
    Register.DWELLING,
    Register.ORGANIZATION,
)
# A door: the code of an address, an entrance and a room.
KEY_MOST = 110


GONE: dict[str, str | Promise] = {
    Register.HOUSEHOLD: _("household probably no longer here"),
    Register.DWELLING: _("dwelling probably no longer there"),
    Register.ORGANIZATION: _("organisation probably closed or moved"),
}


class ComparisonSourceQuerySet(models.QuerySet["ComparisonSource"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class ComparisonSource(models.Model):
    """One list of one department: what it says, how often it comes."""

    class Absence(models.TextChoices):
        NOTHING = "nothing", _("nothing: the list is a part")
        LISTED = "listed", _("asked about, where an earlier arrival had it")
        ALL = "all", _("asked about, whatever lies on the ground of the list")

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name of the list"), max_length=100)
    # Who provides it, and is told what became of it.
    owner = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("owner unit")
    )
    register = models.CharField(
        _("register"),
        max_length=12,
        choices=[(one.value, one.label) for one in COMPARED],
        default=Register.PERSON,
    )
    # The street that the list is about; empty: the whole district.
    street = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the ground it is about"),
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    # {field: title of its column}, and the fields that are compared.
    columns = models.JSONField(default=dict, blank=True)
    compared = models.JSONField(default=list, blank=True)
    absence = models.CharField(
        _("what absence means"),
        max_length=8,
        choices=Absence,
        default=Absence.LISTED,
    )
    every_days = models.PositiveSmallIntegerField(
        _("comes every so many days"), null=True, blank=True
    )
    due_on = models.DateField(_("next arrival by"), null=True, blank=True)
    told_on = models.DateField(null=True, blank=True, editable=False)
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer a task"), default=10
    )
    retired = models.BooleanField(_("out of use"), default=False)
    objects = ComparisonSourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                name="comparison_is_of_a_register_with_keys",
                condition=Q(register__in=[one.value for one in COMPARED]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def gone_word(self) -> str | Promise:
        """What is asked of an entry that a list does not have any more."""
        return GONE.get(self.register, ComparisonTask.Kind.MOVED.label)


class ComparisonRound(SentTable):
    """One arrival of a list. Its file lies sealed until it has ended."""

    LOCK: ClassVar[int] = 6

    source = models.ForeignKey(ComparisonSource, models.PROTECT, related_name="rounds")

    class Meta:
        ordering = ("-pk",)


class ComparisonKey(models.Model):
    """Somebody who was in a list: by the keyed hash of his number, or by code."""

    source = models.ForeignKey(
        ComparisonSource, models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=KEY_MOST)
    # The last arrival that had it.
    round = models.ForeignKey(ComparisonRound, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("source", "key", name="key_is_in_a_list_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.round_id}"


class ComparisonTaskQuerySet(models.QuerySet["ComparisonTask"]):
    def visible_to(self, user: User) -> Self:
        """Whose ground it lies on. The owner of the list sees counts and results."""
        ground = ground_of(user)
        if ground.whole:
            return self
        return self.none() if ground.is_none else self.filter(on_ground(ground))

    def waiting(self) -> Self:
        return self.filter(answer=ComparisonTask.Answer.NONE)

    def listed(self) -> Self:
        """With what a row of a list shows, and without what is sealed."""
        rows = self.select_related("source", "community", "street")
        return rows.defer("said")


class ComparisonTask(models.Model):
    """One difference, for the worker of the ground to look at."""

    class Kind(models.TextChoices):
        NEW = "new", _("new in the list")
        CHANGED = "changed", _("says something else")
        MOVED = "moved", _("probably moved out")
        DEAD = "dead", _("probably deceased")

    class Answer(models.TextChoices):
        NONE = "", _("waits for an answer")
        SO = "so", _("it is so")
        NOT_SO = "not_so", _("it is not so")
        UNREACHED = "unreached", _("cannot be reached")
        OVERTAKEN = "overtaken", _("the list says so no more")

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    source = models.ForeignKey(
        ComparisonSource, models.PROTECT, related_name="tasks", db_index=False
    )
    round = models.ForeignKey(ComparisonRound, models.PROTECT, related_name="tasks")
    kind = models.CharField(_("difference"), max_length=8, choices=Kind)
    key = models.CharField(max_length=KEY_MOST)
    # What was asked: asked once, until the list says something else.
    content = models.CharField(max_length=64)
    subject = models.UUIDField(null=True, blank=True)  # the entry; none where it is new
    name = models.CharField(max_length=120, blank=True)
    # Fields that differ; what the list says of them lies sealed, as JSON.
    fields = models.JSONField(default=list)
    said = SealedField(default="", blank=True)
    address = models.CharField(max_length=200, blank=True)
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    cell = models.ForeignKey(
        GridCell, models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("to be answered by"))
    answer = models.CharField(
        _("answer"), max_length=10, choices=Answer, default=Answer.NONE, blank=True
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = ComparisonTaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["street", "-id"],
                condition=Q(answer=""),
                name="comparison_by_street",
            ),
            models.Index(
                fields=["community", "-id"],
                condition=Q(answer=""),
                name="comparison_by_community",
            ),
            models.Index(fields=["subject"], name="comparison_by_subject"),
            models.Index(fields=["source", "-id"], name="comparison_by_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                *("source", "key", "kind", "content"), name="difference_is_asked_once"
            ),
            models.UniqueConstraint(
                *("source", "key"),
                condition=Q(answer=""),
                name="key_has_one_open_difference",
            ),
            models.CheckConstraint(
                name="an_answer_is_somebodys",
                condition=Q(answer__in=["", "overtaken"])
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.uuid}"

    @property
    def title(self) -> str:
        """Masked where it is somebody's name."""
        is_person = self.source.register == Register.PERSON
        return mask_name(self.name) if is_person else self.name

    @property
    def kind_word(self) -> str | Promise:
        is_gone = self.kind == self.Kind.MOVED
        return self.source.gone_word if is_gone else self.Kind(self.kind).label

    @property
    def is_open(self) -> bool:
        """Waits for an answer; who could not be reached is asked for again."""
        return self.answer in (self.Answer.NONE, self.Answer.UNREACHED)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()
