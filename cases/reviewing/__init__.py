"""结案督查: closed cases are drawn by rule, looked at, found good or sent back."""
