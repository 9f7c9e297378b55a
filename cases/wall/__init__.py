"""指挥大屏: the wall of a command centre. No person's data ever comes here."""
