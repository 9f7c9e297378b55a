"""值班: rosters, who is on duty, and handing a shift over."""
