"""Which of them are drawn, and whose they are: pure, and the same whenever it is asked.

Chance comes from a hash of a seed (the rule and the period) and of what is chosen
from. So a draw can be repeated and tested, and nobody can try until he likes it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from uuid import UUID


@dataclass(frozen=True)
class Candidate:
    """One closing of one case. ``per``: the unit that `least` is counted for."""

    case: int
    uuid: UUID
    seq: int
    day: date
    unit: int | None  # who disposed
    street: int
    times: int = 0  # how often it was done over
    per: int | None = None


@dataclass(frozen=True)
class Pick:
    """``for_unit``: not by the share, but as one of its unit's own."""

    candidate: Candidate
    for_unit: bool = False


def chance(seed: str, uuid: UUID) -> bytes:
    """Where it stands in the order of a draw."""
    return sha256(f"{seed}/{uuid}".encode()).digest()


def shuffled(candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """In the order of the draw, however they came."""
    return sorted(candidates, key=lambda row: (chance(seed, row.uuid), row.seq))


def picked(
    candidates: Iterable[Candidate],
    *,
    seed: str,
    share: Decimal,
    most: int = 0,
    least: int = 0,
) -> list[Pick]:
    """``share`` per cent of all, rounded up and no more than ``most`` (0: no bound);
    then of each unit as many as it lacks to ``least``, or all that it has.
    """
    ordered = shuffled(candidates, seed)
    wanted = Decimal(share) * len(ordered) / 100
    count = int(wanted.to_integral_value(ROUND_CEILING))
    count = min(count, most) if most else count
    found = [Pick(row) for row in ordered[:count]]
    have = Counter(pick.candidate.per for pick in found)
    for row in ordered[count:]:
        if row.per is not None and have[row.per] < least:
            have[row.per] += 1
            found.append(Pick(row, for_unit=True))
    return found


def dealt(
    cases: Sequence[tuple[int, UUID]],
    *,
    seed: str,
    people: Collection[int],
    involved: Mapping[int, Collection[int]],
    open_now: Mapping[int, int],
) -> dict[int, int | None]:
    """Whose each case is: of those who had no part in it, who has least to look at.

    ``involved``: by case, who disposed of it or checked it; ``open_now``: how many each
    has open. Of equals the hash decides. None where nobody is left: it waits for one.
    """
    load = Counter({person: open_now.get(person, 0) for person in people})
    found: dict[int, int | None] = {}
    for case, uuid in cases:
        fit = [person for person in people if person not in involved.get(case, ())]
        if not fit:
            found[case] = None
            continue
        chosen = min(fit, key=lambda one: (load[one], chance(f"{seed}/{one}", uuid)))
        load[chosen] += 1
        found[case] = chosen
    return found
