"""Earlier states of the town: what a department drew years before its present file.

They differ from today's as a town does: houses were built and pulled down, uses
changed, a plan was revised. So the map of an earlier day has something else to show.
"""

import numpy as np

from .ground_tables import Table

# The first surveys, and from when the present files are true.
FIRST_DAY = "2010-01-01"
HOUSES_DAY, PLAN_DAY = "2025-06-30", "2021-01-01"
FIRST_YEAR = 2010


def earlier_houses(today: Table, rng: np.random.Generator) -> Table:
    """Without what was built since; in its place the low houses that stood there.

    One house in sixty had another use.
    """
    new = today.columns["建成年代"] >= FIRST_YEAR
    columns = {name: values.copy() for name, values in today.columns.items()}
    codes = columns["房屋编号"].astype("<U80")
    columns["房屋编号"] = np.where(new, np.char.add(codes, "旧"), codes)
    columns["建成年代"] = np.where(new, 1958, columns["建成年代"])
    columns["层数"] = np.where(new, 1, columns["层数"])
    columns["高度"] = np.where(new, 3.6, columns["高度"])
    columns["结构"] = np.where(new, "砖木", columns["结构"])
    columns["名称"] = np.where(new, "", columns["名称"])
    columns["建筑面积"] = np.where(
        new,
        np.round(columns["建筑面积"] / np.maximum(today.columns["层数"], 1), 1),
        columns["建筑面积"],
    )
    other = rng.random(len(new)) < 1 / 60
    columns["用途"] = np.where(other, "工业", columns["用途"])
    return Table(today.shapes, columns)


def earlier_plan(today: Table, rng: np.random.Generator) -> Table:
    """The plan before its revision: one plot in twenty may be built up less."""
    columns = {name: values.copy() for name, values in today.columns.items()}
    revised = rng.random(len(today.shapes)) < 0.05
    columns["限高"] = np.where(
        revised, np.minimum(columns["限高"], 18), columns["限高"]
    )
    columns["容积率"] = np.where(
        revised, np.round(columns["容积率"] * 0.8, 2), columns["容积率"]
    )
    return Table(today.shapes, columns)
