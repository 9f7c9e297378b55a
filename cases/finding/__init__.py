"""Finding cases: by words, numbers, a caller's phone, a drawn area, and much else."""
