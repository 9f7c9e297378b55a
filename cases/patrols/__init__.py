"""巡查: planned rounds over cells, and how the cells are covered."""
