"""The pages outside a cluster: the list, making, sharing and deleting clusters, signing in, an instructor's classes."""
