"""Streets and communities: contiguous groups of blocks, bordered by great roads."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from .curves import Array
from .mesh import Borders

# What it costs, in metres, to cross a road when a region spreads.
CROSSING = {"ring": 1500.0, "arterial": 900.0, "secondary": 300.0, "branch": 30.0}
ROUNDS = 40


@dataclass(frozen=True)
class Blocks:
    """Blocks as a graph: who borders whom, and what it costs to go there."""

    centres: Array
    areas: Array
    links: tuple[tuple[tuple[int, float], ...], ...]

    def among(self, chosen: Array) -> "Blocks":
        """The part of the graph that holds only the chosen blocks."""
        number = {block: index for index, block in enumerate(chosen.tolist())}
        links = tuple(
            tuple((number[to], cost) for to, cost in self.links[block] if to in number)
            for block in chosen.tolist()
        )
        return Blocks(self.centres[chosen], self.areas[chosen], links)


def graph(polygons: Array, shared: Borders, kinds: Sequence[str]) -> Blocks:
    """The graph of blocks; `kinds` names the road along each border."""
    centres = shapely.get_coordinates(shapely.centroid(polygons))
    links: list[list[tuple[int, float]]] = [[] for _ in polygons]
    rows = zip(
        shared.left.tolist(), shared.right.tolist(), shared.length, kinds, strict=True
    )
    for left, right, length, kind in rows:
        if length < 1:
            continue
        cost = math.dist(centres[left], centres[right]) + CROSSING.get(kind, 0.0)
        links[left].append((right, cost))
        links[right].append((left, cost))
    return Blocks(centres, shapely.area(polygons), tuple(map(tuple, links)))


def spread(blocks: Blocks, seeds: Sequence[int], handicap: Array) -> Array:
    """The group of each block: every group grows from its seed over cheap borders."""
    group = np.full(len(blocks.areas), -1)
    heap = [(-1e9, index, seed) for index, seed in enumerate(seeds)]
    heapq.heapify(heap)
    while heap:
        cost, index, block = heapq.heappop(heap)
        if group[block] >= 0:
            continue
        group[block] = index
        if cost == -1e9:
            cost = float(handicap[index])
        for to, step in blocks.links[block]:
            if group[to] < 0:
                heapq.heappush(heap, (cost + step, index, to))
    return group


def balanced(blocks: Blocks, seeds: list[int], share: Array, *, move: bool) -> Array:
    """Groups whose areas come near to their `share`; the best of several rounds."""
    wanted = share / share.sum() * blocks.areas.sum()
    handicap = np.zeros(len(seeds))
    size = math.sqrt(blocks.areas.sum() / len(seeds))
    best, best_score = np.zeros(0, dtype=int), math.inf
    for turn in range(ROUNDS):
        group = spread(blocks, seeds, handicap)
        ratio = np.bincount(group, blocks.areas, len(seeds)) / wanted
        score = float(np.abs(np.log(ratio)).max() + np.abs(np.log(ratio)).mean())
        if score < best_score:
            best, best_score = group, score
        handicap += 0.35 * size * np.clip(np.log(ratio), -1, 1) * (1 - turn / ROUNDS)
        if move and turn % 3 == 2:
            seeds = [_middle(blocks, group == index) for index in range(len(seeds))]
    return best


def _middle(blocks: Blocks, members: Array) -> int:
    chosen = np.flatnonzero(members)
    centre = np.average(blocks.centres[chosen], axis=0, weights=blocks.areas[chosen])
    return int(chosen[np.hypot(*(blocks.centres[chosen] - centre).T).argmin()])


def streets(blocks: Blocks, centres: Array, share: Array) -> Array:
    """The street of each block: each grows from the block at its centre."""
    taken: list[int] = []
    for centre in centres:
        order = np.hypot(*(blocks.centres - centre).T).argsort()
        taken.append(next(int(block) for block in order if int(block) not in taken))
    return balanced(blocks, taken, share, move=False)


def communities(blocks: Blocks, count: int, rng: np.random.Generator) -> Array:
    """`count` groups of about the same area, none empty."""
    seeds = [int(rng.integers(len(blocks.areas)))]
    away = np.full(len(blocks.areas), np.inf)
    while len(seeds) < count:
        step = blocks.centres - blocks.centres[seeds[-1]]
        away = np.minimum(away, np.hypot(*step.T))
        away[seeds] = -1
        seeds.append(int(away.argmax()))
    uneven = np.exp(rng.normal(0, 0.25, count))
    return balanced(blocks, seeds, uneven, move=True)
