"""describe: one file per kind; `registry.py` lists them, and `generic.py` serves the others."""
