"""Invented cases for the demonstration site: `make(count, seed)`.

They go through the real engine, act by act and dated back, so that lists, clocks and
lights look as they would in use. Nothing here knows a state or a verb: the way of a
case is read from its process.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Site
from cases.demo.plan import Cast, stories
from cases.demo.walk import Walk
from cases.models import Case
from govmap.lib.errors import BadInput
from workflow.models import Process

REPORT_EVERY = 20


class NoDemonstration(BadInput):
    """The site is a real one."""

    message = "Invented cases are for a demonstration site; the one loaded is none."


@dataclass(frozen=True)
class Made:
    """How many cases were made now, and how many were there before."""

    made: int
    there: int


def make(count: int, seed: int, say: Callable[[str], None]) -> Made:
    """Make what is missing of ``count`` cases; each is made whole or not at all.

    Raises NoDemonstration and NothingToTell (400).
    """
    site = Site.objects.filter(demonstration=True).first()
    if site is None:
        raise NoDemonstration
    now = timezone.now()
    processes = Process.objects.newest(Case.KIND)
    # The usual one first.
    processes.sort(key=lambda process: not process.is_default)
    cast = Cast(processes, site)
    told = stories(count, seed, cast, processes, now)
    uuids = [story.uuid for story in told]
    there = set(Case.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
    missing = [story for story in told if story.uuid not in there]
    for number, story in enumerate(missing, start=1):
        Walk(story, cast.people, now).go()
        if number % REPORT_EVERY == 0:
            say(f"{number} of {len(missing)} cases")
    return Made(len(missing), len(there))
