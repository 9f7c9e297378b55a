"""A draft becomes what is asked; a module comes to its end, or is taken back."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import Conflict
from govmap.lib.history import recorded
from offices.builder.checks import Check
from offices.builder.drafts import locked, plain
from offices.models import Design, Module, ModuleVersion, Record
from offices.modules import loading
from offices.modules.loading import BadDefinition

State = ModuleVersion.State


class NothingNew(Conflict):
    """The draft says what is published already: there is nothing to publish."""

    message = gettext_noop(
        "The draft says what is published already: there is nothing to publish."
    )


class StillOpen(Conflict):
    """Entries of it are open: end it first, and take it back when they are closed."""

    message = gettext_noop(
        "Entries of it are open: end it first, and take it back when they are closed."
    )


class NotPublished(Conflict):
    """Nothing of it is published."""

    message = gettext_noop("Nothing of it is published.")


@transaction.atomic
def publish(design: Design, by: User, *, revision: int) -> Module:
    """What the draft says is asked from now on. Raises BadDefinition (400) with all
    that is wrong, Stale and NothingNew (409).
    """
    with recorded(by):
        row = locked(design, revision)
        check = Check(row, by)
        if not check.is_sound:
            raise BadDefinition([str(one) for one in check.problems])
        data = plain(row.version)
        before = row.version.module.published
        version = loading.publish(data, by=by)
        if before is not None and version.pk == before.pk:
            raise NothingNew
        module: Module = version.module
        return module


def end(module: Module, by: User, day: date | None = None) -> None:
    """From the day after, nothing new is written; what is there stays and runs on."""
    with recorded(by):
        row = Module.objects.select_for_update().get(pk=module.pk)
        if row.published_id is None:
            raise NotPublished
        row.ends_on = day or timezone.localdate() - timedelta(days=1)
        row.save(update_fields=["ends_on"])


def take_back(module: Module, by: User) -> None:
    """The module is in no menu any more; its entries stay and come back with it."""
    with recorded(by):
        row = Module.objects.select_for_update().get(pk=module.pk)
        if row.published is None:
            raise NotPublished
        if Record.objects.filter(module=row, ended_at__isnull=True).exists():
            raise StillOpen
        version, row.published = row.published, None
        row.save(update_fields=["published"])
        version.state = State.WITHDRAWN
        version.save(update_fields=["state"])
