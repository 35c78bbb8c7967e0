"""The page's questions about workloads: how a rollout goes, what it waits for, and the history of its templates."""
