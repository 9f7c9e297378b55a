"""The ground plan: roads, blocks, regions and cells, exact to the vertex."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon

from . import mesh, regions
from .curves import Array
from .facts import Unit
from .network import (
    DENSITY,
    Cut,
    Face,
    Grower,
    Street,
    block_cut,
    block_weight,
    outline_of,
)
from .plan import PLANS, Plan, plan

SLIVER = 120.0  # m2: less is an accident of two lines that nearly touch
SMALL_FACE = 5_500.0  # m2: a smaller block belongs to the cell beside it


@dataclass(frozen=True)
class Ground:
    """Everything that lies flat. Arrays named `face_*` have one entry for each face."""

    plan: Plan
    roads: tuple[Street, ...]
    faces: Array  # polygons between all lines; the finest tiling
    face_cell: Array  # index into cells
    face_block: Array  # index into blocks
    face_quarter: Array  # str
    face_green: Array  # index into plan.greens or -1
    cells: Array  # polygons
    cell_codes: Array  # str, 15 digits
    blocks: Array  # polygons: faces between the roads alone
    communities: dict[str, Polygon]
    streets: dict[str, Polygon]
    district: Polygon


def lay_out(size: str, units: Sequence[Unit], rng: np.random.Generator) -> Ground:
    """Draw the town."""
    drawn = plan(size, outline_of(PLANS[size]).area)
    grower = Grower(drawn, rng)
    blocks = grower.grow(grower.great_faces(), drawn.blocks, block_weight, block_cut)
    blocks, edges = _exact_blocks(blocks, grower.streets)
    codes = _communities(drawn, units, blocks, grower.streets, rng)
    great_roads = len(grower.streets)
    cells = _cells(grower, blocks, drawn.cells)
    fine = _lanes(grower, cells)
    cuts = [street.line for street in grower.streets[great_roads:]]
    faces = _faces(mesh.node([*edges, *cuts]), drawn)
    return _assemble(drawn, grower.streets, faces, cells, fine, codes)


def _exact_blocks(found: list[Face], streets: list[Street]) -> tuple[list[Face], Array]:
    """The blocks again, as faces of the noded network, with what was known of each."""
    edges = mesh.node([street.line for street in streets])
    polygons = mesh.without_slivers(np.array(mesh.polygonize(edges)), SLIVER)
    inside = shapely.point_on_surface(polygons)
    known = mesh.locate(np.array([face.polygon for face in found]), inside)
    blocks = [
        Face(polygon, found[index].quarter, found[index].green)
        for polygon, index in zip(polygons.tolist(), known.tolist(), strict=True)
        if index >= 0
    ]
    for number, block in enumerate(blocks):
        block.home = number
    return blocks, edges


def _communities(
    drawn: Plan,
    units: Sequence[Unit],
    blocks: list[Face],
    streets: list[Street],
    rng: np.random.Generator,
) -> list[str]:
    """The community code of each block."""
    polygons = np.array([block.polygon for block in blocks])
    shared = mesh.borders(polygons)
    lines = shapely.STRtree([street.line for street in streets])
    nearest = lines.query_nearest(shapely.points(shared.middle), all_matches=False)[1]
    kinds = [streets[index].kind for index in nearest]
    network = regions.graph(polygons, shared, kinds)
    members = {
        code: [
            unit.code
            for unit in units
            if unit.parent == code and unit.kind == "community"
        ]
        for code in drawn.streets
    }
    share = np.array([len(names) + 8.0 for names in members.values()])
    street_of = regions.streets(network, np.array(list(drawn.streets.values())), share)
    codes = [""] * len(blocks)
    for number, names in enumerate(members.values()):
        chosen = np.flatnonzero(street_of == number)
        group = regions.communities(network.among(chosen), len(names), rng)
        for block, index in zip(chosen.tolist(), group.tolist(), strict=True):
            codes[block] = names[index]
    return codes


def _cells(grower: Grower, blocks: list[Face], count: int) -> list[Face]:
    """Blocks cut into cells: by lanes in old quarters, by walls elsewhere."""

    def weigh(face: Face) -> float:
        return face.polygon.area / 1e4 * min(1.3, DENSITY[face.quarter])

    def cut(face: Face) -> tuple[str, Cut]:
        if face.green:
            return "path", Cut(slant=12, bend=0.09, wobble=8, snap=0)
        if face.quarter == "hutong":
            return "lane", Cut(slant=4, bend=0.02, wobble=2.5, snap=14, strips=90)
        kind = "service" if grower.rng.random() < 0.45 else "wall"
        return kind, Cut(slant=4, bend=0.0, wobble=2.0, snap=14)

    small = sum(block.polygon.area < SMALL_FACE for block in blocks)
    return grower.grow(blocks, count + small, weigh, cut)


def _lanes(grower: Grower, cells: list[Face]) -> list[Face]:
    """Cells of old quarters cut once more by lanes; the lanes do not part cells."""
    numbered = [
        Face(cell.polygon, cell.quarter, cell.green, number)
        for number, cell in enumerate(cells)
    ]

    def weigh(face: Face) -> float:
        hectares = face.polygon.area / 1e4
        return hectares if face.quarter == "hutong" and hectares > 0.95 else 0.0

    def cut(face: Face) -> tuple[str, Cut]:
        return "lane", Cut(slant=3, bend=0.015, wobble=2, snap=10, strips=62)

    return grower.grow(numbered, 10 * len(cells), weigh, cut)


def _faces(edges: Array, drawn: Plan) -> Array:
    """The final tiling, without what lies outside the outline."""
    polygons = np.array(mesh.polygonize(edges))
    outline = outline_of(drawn)
    shapely.prepare(outline)
    polygons = polygons[shapely.contains(outline, shapely.point_on_surface(polygons))]
    return mesh.without_slivers(polygons, SLIVER)


def _assemble(
    drawn: Plan,
    streets: list[Street],
    faces: Array,
    cells: list[Face],
    fine: list[Face],
    codes: list[str],
) -> Ground:
    inside = shapely.point_on_surface(faces)
    of_fine = mesh.locate(np.array([face.polygon for face in fine]), inside)
    cell = np.array([fine[index].home for index in of_fine])
    community = np.array([codes[cells[index].home] for index in cell])
    shared = mesh.borders(faces)
    community = _in_one_piece(faces, community, shared)
    cell = _pieces(cell, shared, community)
    cell = _without_crumbs(faces, cell, community, shared)
    block = _blocks(faces, streets, shared)
    shapes = mesh.dissolve(faces, cell)
    homes = {int(index): str(code) for index, code in zip(cell, community, strict=True)}
    names = _cell_codes(shapes, homes)
    order = sorted(shapes, key=lambda index: names[index])
    rank = {index: number for number, index in enumerate(order)}
    blocks = mesh.dissolve(faces, block)
    position = {index: number for number, index in enumerate(blocks)}
    greens = {id(green): number for number, green in enumerate(drawn.greens)}
    by_community = mesh.dissolve(faces, community)
    by_street = mesh.dissolve(faces, np.array([code[:9] for code in community]))
    return Ground(
        plan=drawn,
        roads=tuple(streets),
        faces=faces,
        face_cell=np.array([rank[index] for index in cell.tolist()]),
        face_block=np.array([position[index] for index in block.tolist()]),
        face_quarter=np.array([fine[index].quarter for index in of_fine]),
        face_green=np.array(
            [greens.get(id(fine[index].green), -1) for index in of_fine]
        ),
        cells=np.array([shapes[index] for index in order]),
        cell_codes=np.array([names[index] for index in order]),
        blocks=np.array(list(blocks.values())),
        communities=by_community,
        streets=by_street,
        district=shapely.coverage_union_all(faces),
    )


def _pieces(group: Array, shared: mesh.Borders, *others: Array) -> Array:
    """Number of the connected piece of its group, and of all others, for each face."""
    same = np.ones(len(shared.left), dtype=bool)
    for names in (group, *others):
        same &= names[shared.left] == names[shared.right]
    return mesh.join(len(group), shared.left[same], shared.right[same])


def _in_one_piece(faces: Array, community: Array, shared: mesh.Borders) -> Array:
    """Stray pieces of a community go to the neighbour with the longest border."""
    community = community.copy()
    piece = _pieces(community, shared)
    area = np.bincount(piece, shapely.area(faces))
    main = {str(community[index]): index for index in np.argsort(area[piece])}
    for index in np.unique(piece).tolist():
        if piece[main[str(community[index])]] == index:
            continue
        mine = piece == index
        edge = np.flatnonzero(mine[shared.left] != mine[shared.right])
        row = edge[shared.length[edge].argmax()]
        left, right = shared.left[row], shared.right[row]
        community[mine] = community[right if mine[left] else left]
    return community


def _without_crumbs(
    faces: Array, cell: Array, community: Array, shared: mesh.Borders
) -> Array:
    """Cells too small to stand alone join the neighbour with the longest border."""
    area = np.bincount(cell, shapely.area(faces))
    cell = cell.copy()
    for index in np.argsort(area).tolist():
        if area[index] == 0:
            continue
        if area[index] >= SMALL_FACE:
            break
        mine = cell == index
        touching = np.flatnonzero(mine[shared.left] != mine[shared.right])
        best: dict[int, float] = {}
        for row in touching.tolist():
            left, right = int(shared.left[row]), int(shared.right[row])
            inner, outer = (left, right) if mine[left] else (right, left)
            if community[inner] == community[outer]:
                other = int(cell[outer])
                best[other] = best.get(other, 0.0) + float(shared.length[row])
        if best:
            target = max(best, key=lambda other: best[other])
            cell[mine] = target
            area[target] += area[index]
            area[index] = 0
    return cell


def _blocks(faces: Array, streets: list[Street], shared: mesh.Borders) -> Array:
    """Faces joined across walls and garden paths: what lies between roads."""
    lines = shapely.STRtree([street.line for street in streets])
    nearest = lines.query_nearest(shapely.points(shared.middle), all_matches=False)[1]
    soft = np.array([streets[index].kind in ("wall", "path") for index in nearest])
    return mesh.join(len(faces), shared.left[soft], shared.right[soft])


def _cell_codes(shapes: dict[int, Polygon], homes: dict[int, str]) -> dict[int, str]:
    """15 digits: community, then a number that runs west to east, north to south."""
    codes: dict[int, str] = {}
    for community in sorted(set(homes.values())):
        members = [index for index, code in homes.items() if code == community]
        centres = {index: shapes[index].centroid for index in members}
        top = max(centre.y for centre in centres.values())
        # Rows of 130 m, about a cell high, read like lines of a page.
        members.sort(
            key=lambda index: (int((top - centres[index].y) // 130), centres[index].x)
        )
        for number, index in enumerate(members, start=1):
            codes[index] = f"{community}{number:03d}"
    return codes
