"""One file per kind, each ending in `KIND = Kind(...)`. The register finds them all."""
