"""The registers that modules refer to: people, households, dwellings, organisations."""
