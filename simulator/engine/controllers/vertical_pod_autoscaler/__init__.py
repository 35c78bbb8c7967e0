"""The VPA recommender: how much the containers of some pods should ask for, by what they have used."""

from __future__ import annotations

from simulator.engine.controllers.vertical_pod_autoscaler.recommender import VerticalPodAutoscalers

__all__ = ["VerticalPodAutoscalers"]
