"""Probes: one worker for each probe of a container, whose results are functions of time until something changes."""
