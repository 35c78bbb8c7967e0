"""Brings a new cluster to the state in which `kubeadm init` and `kubeadm join` leave one."""

from __future__ import annotations

from .cluster import PRIORITY_CLASSES, bootstrap, missing_priority_classes, policy_cause, priority_cause

__all__ = ["PRIORITY_CLASSES", "bootstrap", "missing_priority_classes", "policy_cause", "priority_cause"]
