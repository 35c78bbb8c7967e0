"""What a Prometheus would scrape of a cluster, and what an adapter over it tells as custom and external metrics."""
