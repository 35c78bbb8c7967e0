"""SPDY/3.1, of which Kubernetes' port-forward uses a part: several streams, each with headers, over one connection."""
