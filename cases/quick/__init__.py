"""建议: from a new report to a host unit in one go, where the proposal is right."""
