"""The simulator's engine: pure Python, virtual time, no I/O. See docs/architecture.md."""
