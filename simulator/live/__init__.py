"""What is live: one reader of each cluster's log per web process, and the browsers' frames that derive from it."""
