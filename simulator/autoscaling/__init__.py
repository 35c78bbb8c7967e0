"""The page's questions about autoscalers: what they saw and did over time, and what they would do otherwise."""
