"""The page's questions about what bounds a namespace: quotas, limit ranges, what was filled in and refused."""
