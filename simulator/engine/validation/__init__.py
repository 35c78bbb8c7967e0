"""Which objects the API server refuses, and in which words. One file per part that several kinds share."""
