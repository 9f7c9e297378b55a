"""Outside layers: pictures of other servers, fetched by ours and kept for a while."""
