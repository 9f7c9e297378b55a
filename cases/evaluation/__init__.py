"""综合评价: counting cases as they move, and what is made of the counts."""
