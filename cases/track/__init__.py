"""轨迹: where workers on duty are, where a site turned it on."""
