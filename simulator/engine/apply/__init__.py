"""Server-side apply and the record of who manages which field: pure functions over bodies and their schema.

Follows sigs.k8s.io/structured-merge-diff/v6 and staging/src/k8s.io/apimachinery/pkg/util/managedfields, v1.34.
"""
