"""The schemas of our own kinds, as swagger writes them: what `kubectl explain` shows. One file per kind."""
