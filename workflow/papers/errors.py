"""What can go wrong with a paper."""

from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput, Conflict, NotAllowed


class NotOffered(Conflict):
    """The thing has not come as far as this paper needs."""

    message = gettext_noop(
        "This paper is not printed at this step. It can be once the matter is there."
    )


class MayNotPrint(NotAllowed):
    """None of the person's posts issues this paper."""

    message = gettext_noop("None of your posts issues this paper.")


class IsVoid(Conflict):
    """The paper was voided."""

    message = gettext_noop(
        "This paper was voided. Print a new one; the number of this stays used."
    )


class PaperReused(Conflict):
    """The id was used for another paper."""

    message = gettext_noop(
        "Another paper was printed under this id. Reload the page and print anew."
    )


class AnswerMissing(BadInput):
    """Something that the paper asks for was not given."""

    message = gettext_noop("“%(label)s” is missing. Write it and print again.")
