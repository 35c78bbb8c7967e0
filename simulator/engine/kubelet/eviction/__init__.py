"""Node-pressure eviction: thresholds, who goes first, what is reclaimed before, and the conditions that a node reports.

Follows pkg/kubelet/eviction, v1.34.
"""
