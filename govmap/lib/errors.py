"""What can go wrong in the domain: the docstring is the message people read."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class DomainError(Exception):
    """Something went wrong. Try again, or tell the administrator."""

    status = 400
    message = gettext_noop(
        "Something went wrong. Try again, or tell the administrator."
    )

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message or self.message)
        self.details = details

    @property
    def text(self) -> str:
        """The message in the reader's language, with its details filled in."""
        return _(str(self)) % self.details if self.details else _(str(self))


class BadInput(DomainError):
    """What was sent cannot be taken. Correct it and send it again."""

    message = gettext_noop(
        "What was sent cannot be taken. Correct it and send it again."
    )


class NotAllowed(DomainError):
    """Your role may not do this here."""

    status = 403
    message = gettext_noop("Your role may not do this here.")


class NotFound(DomainError):
    """There is nothing here that you may see."""

    status = 404
    message = gettext_noop("There is nothing here that you may see.")


class Conflict(DomainError):
    """This has changed meanwhile. Look at what changed, then decide again."""

    status = 409
    message = gettext_noop(
        "This has changed meanwhile. Look at what changed, then decide again."
    )
