"""Brings a new cluster to the state in which `kubeadm init` and `kubeadm join` leave one."""

from __future__ import annotations

from .cluster import bootstrap, policy_cause

__all__ = ["bootstrap", "policy_cause"]
