"""The cluster autoscaler: nodes come for pods that fit nowhere, and go when they are not needed.

Follows cluster-autoscaler of kubernetes/autoscaler, v1.34, over the NodeGroups of the simulated cloud.
"""
