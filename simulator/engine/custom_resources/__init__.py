"""Custom resources: from a CustomResourceDefinition to kinds, and what a structural schema does to objects."""
