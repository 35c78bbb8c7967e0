"""Who may do what, by the cluster's own roles and bindings.

Follows plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac, v1.34.
"""
