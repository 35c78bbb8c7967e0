"""A simulated Prometheus Adapter: what a Prometheus has scraped, told as custom and external metrics by rules.

Follows kubernetes-sigs/prometheus-adapter (pkg/config, pkg/naming, pkg/custom-provider, pkg/external-provider), v0.12.
"""
