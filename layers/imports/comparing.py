"""A draft that was overtaken is compared anew: its file read again, the draft ended."""

from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from accounts.models import User
from govmap.lib.errors import Conflict, NotFound
from layers.imports import intake
from layers.imports.answering import Gone
from layers.models import ImportRun, Version
from workflow.engine import act, verb_with
from workflow.models import Phase

TASK = "layers.import_file"
# What an import only asks once.
ASKED_ONCE = {"look"}


class NotOutdated(Conflict):
    """This draft is compared with what is published now. There is nothing to do."""

    message = gettext_noop(
        "This draft is compared with what is published now. There is nothing to do."
    )


def again(version: Version, *, by: User, uuid: UUID) -> ImportRun:
    """The new run of the draft's file, under the client's ``uuid``; the draft ends.

    The same ``uuid`` again answers the same run. Raises NotOutdated, Gone where the
    file is not kept, and what `workflow.engine.act` raises.
    """
    if done := ImportRun.objects.filter(uuid=uuid).first():
        if done.by != by or done.layer_id != version.layer_id:
            raise NotFound
        return done
    if version.state.phase == Phase.DONE:
        raise NotOutdated
    if version.layer.published_id == version.base_id:
        raise NotOutdated
    run = ImportRun.objects.filter(version=version).exclude(by=None).first()
    path = Path(settings.VAR) / run.path if run else None
    if run is None or path is None or not path.is_file():
        raise Gone
    with transaction.atomic(), path.open("rb") as file:
        verb = verb_with(version.process, "discard_version")
        # The import's own act has its id.
        act(version, verb, by=by, act_id=uuid5(uuid, verb))
        return intake.begin(
            version.layer,
            file,
            name=run.source_name,
            uuid=uuid,
            by=by,
            options={k: v for k, v in run.options.items() if k not in ASKED_ONCE},
            then=_queue,
        )


def _queue(run: ImportRun) -> None:
    app.configure_task(TASK).defer(run=run.pk)
