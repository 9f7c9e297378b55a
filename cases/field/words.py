"""What the scripts of the phone's pages say, from the one catalogue."""

from django.utils.translation import gettext as _


def page_words() -> dict[str, str]:
    """Of every page: whether there is a network, and how old it is."""
    return {
        "offline": _("No network. What you send is kept and goes out by itself."),
        "kept": _("No network. This page is as it was %(age)s ago (%(time)s)."),
        "old": _("This page is as it was %(age)s ago (%(time)s)."),
        "renew": _("Show it anew"),
        "moment": _("a moment"),
        "minutes": _("%(count)s min"),
        "hours": _("%(count)s h"),
        "days": _("%(count)s days"),
        "leaving": _(
            "Not sent yet: %(count)s. It stays on this phone and goes out when you"
            " sign in here again. Sign out?"
        ),
    }


def list_words() -> dict[str, str]:
    """Of the list of what waits on the phone."""
    return {
        "waiting": _("Waits for the network"),
        "kept": _("No network: it is kept on this phone and goes out by itself."),
        "later": _("The server could not take it; tried again by itself"),
        "signed_out": _("Waits for you to sign in"),
        "sending": _("Sending %(percent)s"),
        "sent": _("Sent: %(number)s"),
        "sent_plain": _("Sent"),
        "refused": _("Not taken"),
        "conflict": _("Not done: it changed meanwhile"),
        "photos": _("photos: %(count)s"),
        "all": _("Show all that is on this phone: %(count)s"),
        "sure": _("Throw this away? It cannot be brought back."),
        "why_unknown": _("The server did not say why. Try again, or tell the desk."),
    }


def queue_words() -> dict[str, str]:
    """Of forms that the queue sends, besides the list's."""
    return {
        "waits": _("Kept on this phone, waits for the network"),
        "full": _(
            "The storage of the phone is full, so this cannot be kept on it. Make room"
            " on the phone and send again; leave this page open until it is sent."
            " Nothing that was kept before is lost."
        ),
        "failed": _("It could not be kept on this phone. Try again."),
        "no_form": _(
            "Its form is no longer on this page. Send it again as it is, or throw it"
            " away."
        ),
    }


def map_words() -> dict[str, str]:
    """Of the map that is kept."""
    return {
        "none": _("No map is kept on this phone."),
        "kept": _("Kept on this phone: %(size)s MB, loaded %(time)s."),
        "loading": _("Loading: %(percent)s, %(size)s MB"),
        "stopped": _("Stopped at %(size)s MB: more is not kept on a phone."),
        "broken": _("The network broke off. What came is kept; load again to go on."),
        "full": _(
            "The phone's storage is full. Make room, then load the map again; nothing"
            " that waits to be sent was touched."
        ),
        "no_worker": _(
            "This browser keeps no pages: it works while there is a network. What you"
            " send is kept all the same."
        ),
        "used": _("On this phone: %(size)s MB of %(most)s MB that the browser allows"),
    }
