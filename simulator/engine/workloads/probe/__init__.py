"""What containers answer to probes: one file for each of the handlers that a probe may have."""
