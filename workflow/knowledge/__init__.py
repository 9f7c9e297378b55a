"""知识库: policies and answers beside the case."""
