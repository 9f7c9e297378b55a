"""Why a message was not sent."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from govmap.lib.errors import DomainError


class NotSent(DomainError):
    """The receiver did not take the message.

    ``again``: whether another try may help. ``after``: when the receiver asked for it.
    """

    status = 502
    message = gettext_noop("The receiver did not take the message.")
    again = True

    def __init__(
        self,
        message: str = "",
        *,
        code: int | None = None,
        answer: str = "",
        after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.answer, self.after = code, answer, after


class Unreachable(NotSent):
    """The receiver was not reached, or was too slow."""

    message = gettext_noop("The receiver was not reached, or was too slow.")


class Refused(NotSent):
    """The receiver refused the message for good."""

    message = gettext_noop("The receiver refused the message for good.")
    again = False


class Gone(Refused):
    """The address is no more."""

    message = gettext_noop("The address is no more.")


class HostNotAllowed(Refused):
    """This address is not among those that the site lets messages go to."""

    status = 400
    message = gettext_noop(
        "This address is not among those that the site lets messages go to:"
        " GOVMAP_CHANNEL_HOSTS names them."
    )


class PushNotAllowed(HostNotAllowed):
    """This push service is not among those that the site lets messages go to."""

    message = gettext_noop(
        "This push service is not among those that the site lets messages go to:"
        " GOVMAP_PUSH_HOSTS names them."
    )


class BadTemplate(Refused):
    """The template of the channel cannot be filled."""

    message = gettext_noop("The template of the channel cannot be filled.")


class NoSecret(Refused):
    """The channel has no secret to sign with."""

    status = 400
    message = gettext_noop("The channel has no secret yet. Give it one first.")


class NoAddress(Refused):
    """The person has confirmed no address for this channel."""

    message = gettext_noop("There is no address of yours for this channel yet.")


class Unopened(Refused):
    """None of the keys opens the secret or the address."""

    status = 409
    message = gettext_noop(
        "A secret or an address can no longer be opened, for its key is gone. Enter it"
        " again."
    )


class Unforeseen(NotSent):
    """An error of the application's own, which its log tells."""

    message = gettext_noop("Something went wrong here; the server's log says what.")


class TooLate(NotSent):
    """It was of no use any more when it could be sent."""

    message = gettext_noop("It was of no use any more when it could be sent.")


class WorkerLost(NotSent):
    """Whoever sent it last did not say how it ended."""

    message = gettext_noop("Whoever sent it last did not say how it ended.")


def in_site_words(error: DomainError) -> str:
    """As a log keeps it, whoever reads the page."""
    with translation.override(settings.LANGUAGE_CODE):
        return in_words(error)


def in_words(error: DomainError) -> str:
    """As a log keeps it: short, in the site's language."""
    return _(str(error))[:200]
