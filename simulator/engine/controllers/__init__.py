"""The controllers of kube-controller-manager: each compares what is wanted with what is, and writes the difference."""
