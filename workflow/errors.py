"""Why an act is refused."""

from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound


class IllegalMove(Conflict):
    """This can no longer be done: somebody has moved it on."""

    message = gettext_noop(
        "This can no longer be done: it now stands at “%(state)s”. Look again."
    )


class ChangedMeanwhile(Conflict):
    """Somebody else acted first."""

    message = gettext_noop(
        "Somebody else acted first (%(changes)s). Look at what changed, then decide."
    )


class ActReused(Conflict):
    """The act's id was used before, with other content."""

    message = gettext_noop(
        "This act was already sent with other content. Reload the page and try again."
    )


class SomebodyElsesAct(NotFound):
    """The act's id belongs to somebody else: as if it were not there."""


class MayNotAct(NotAllowed):
    """None of the person's posts may do this here."""

    message = gettext_noop("Your role may not do this here.")


class Barred(NotAllowed):
    """Who disposed never checks."""

    message = gettext_noop(
        "You took part in the step that is judged here: somebody else must do this."
    )


class NotNow(Conflict):
    """Something that the move waits for does not hold."""

    message = gettext_noop("This cannot be done now. %(why)s")


class AskedAlready(Conflict):
    """One request of a sort waits for an answer at a time."""

    message = gettext_noop("This was asked for already: wait for the answer.")


class NothingAsked(Conflict):
    """An answer needs a question."""

    message = gettext_noop(
        "Nothing of the kind is asked for, so there is nothing to answer."
    )


class AskedHimself(NotAllowed):
    """Who asks for something does not grant it."""

    message = gettext_noop(
        "You asked for this yourself: somebody else must decide about it."
    )


class UnknownVerb(BadInput):
    """The process has no such move."""

    message = gettext_noop("The process has no step “%(verb)s”.")


class MissingEvidence(BadInput):
    """A move asks for something that was not given."""

    message = gettext_noop("Missing: %(label)s. Add it and send again.")


class UnknownEvidence(BadInput):
    """Something was given that the move does not know."""

    message = gettext_noop("This step does not take “%(name)s”.")


class BadEvidence(BadInput):
    """Something given cannot be taken as it is."""

    message = gettext_noop("%(label)s: %(trouble)s")
