"""The release of Kubernetes that is simulated."""

KUBERNETES = "v1.34.0"
