"""The Kubernetes REST API of each cluster: routes, discovery, OpenAPI and tables, all derived from `KINDS`."""
