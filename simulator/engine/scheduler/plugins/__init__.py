"""The scheduler's plugins, one file each; `registry.py` names those that run by default, in order."""
