"""Why a source gave no picture."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop

from govmap.lib.errors import BadInput

UNREACHED, REFUSED, BROKEN, NO_PICTURE, CLOSED = (
    *("unreached", "refused", "broken", "no_picture", "closed"),
)
WORDS: dict[str, str | Promise] = {
    UNREACHED: gettext_lazy("The server was not reached, or was too slow."),
    REFUSED: gettext_lazy("The server refuses: look at the key and its daily amount."),
    BROKEN: gettext_lazy("The server answered with an error."),
    NO_PICTURE: gettext_lazy(
        "The server answered with something that is no picture: look at the names"
        " of layer, style and matrix set."
    ),
    CLOSED: gettext_lazy(
        "This server is not among those that may be asked: whoever runs the server"
        " names it in GOVMAP_OUTSIDE_HOSTS, and a private network in"
        " GOVMAP_OUTSIDE_NETWORKS."
    ),
}


class NotFetched(Exception):
    """The source gave no picture; ``why`` is one of `WORDS`. Says no address: it may
    hold a key."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.why, self.status = why, status

    @property
    def text(self) -> str:
        return str(WORDS[self.why])


class NoTurn(NotFetched):
    """Too many of ours ask already; of the source it says nothing."""


class HostNotListed(BadInput):
    """This server is not among those that may be asked (GOVMAP_OUTSIDE_HOSTS)."""

    message = gettext_noop(
        "This server is not among those that may be asked (GOVMAP_OUTSIDE_HOSTS)."
    )
