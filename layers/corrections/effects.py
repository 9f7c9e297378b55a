"""What a correction's moves do besides moving it."""

from dataclasses import replace
from typing import cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from govmap.lib.errors import BadInput, Conflict
from layers.corrections.amending import amend
from layers.corrections.sending import street_at
from layers.models import Correction
from workflow import clock_effects
from workflow.effects import Doing, effect
from workflow.models import Phase

ANSWER = "answer"  # the deadline's name


class WhatToChange(BadInput):
    """Correct a value, or say that the feature goes; not both."""

    message = gettext_noop(
        "Correct a value, or say that the feature is to be removed; not both."
    )


class NeedsAFile(BadInput):
    """What is missing on a layer has no shape yet."""

    message = gettext_noop(
        "What is missing has no shape yet: accept it for the next version, and let"
        " the surveyor's file bring it."
    )


class DraftStillWaits(Conflict):
    """The draft that makes the change still waits. Publish or discard it."""

    message = gettext_noop(
        "The draft that makes the change still waits. Publish or discard it."
    )


@effect(
    "open_correction",
    fills=True,
    words=gettext_lazy("a new correction, with its place"),
)
def open_correction(doing: Doing) -> None:
    """What is wrong where, and whose street it is."""
    values = doing.given.values
    seen = values.get("feature") or values["lacking"]
    place = values["spot"]
    doing.set(
        version=seen.version,
        key=seen.key,
        place=place,
        street=street_at(place),
        wrong=values["reason"],
        proposed=values.get("values", {}),
    )


@effect("start_answer", words=gettext_lazy("starts the limit of the answer"))
def start_answer(doing: Doing) -> None:
    """The provider's time begins when it can know: what comes late from a phone that
    was out of reach is not overdue on arrival."""
    clock_effects.start(replace(doing, moment=timezone.now()), ANSWER)


@effect("stop_answer", words=gettext_lazy("ends the limit of the answer"))
def stop_answer(doing: Doing) -> None:
    clock_effects.stop(doing, ANSWER)


@effect("draft_correction", words=gettext_lazy("makes a draft of it"))
def draft_correction(doing: Doing) -> None:
    """The layer's draft with this one row changed or gone, to be reviewed."""
    correction, given = cast(Correction, doing.row), doing.given.values
    values, removal = given.get("values") or {}, bool(given.get("removal"))
    if not correction.key:
        raise NeedsAFile
    if bool(values) is removal:
        raise WhatToChange
    draft = amend(
        correction.layer,
        correction.key,
        values=values,
        removal=removal,
        source=_("Correction of %(key)s") % {"key": correction.key},
        by=doing.by,
    )
    doing.set(draft=draft)


@effect("drop_draft", words=gettext_lazy("drops the draft"))
def drop_draft(doing: Doing) -> None:
    """It waits for a version again, for its draft was discarded."""
    correction = cast(Correction, doing.row)
    if correction.draft and correction.draft.state.phase != Phase.DONE:
        raise DraftStillWaits
    doing.set(draft=None)


@effect("answer_correction", words=gettext_lazy("answers who sent it"))
def answer_correction(doing: Doing) -> None:
    doing.set(answer=doing.given.values["version"])
