"""The hotline's work orders 12345: in, answered, called back, reckoned and out."""
