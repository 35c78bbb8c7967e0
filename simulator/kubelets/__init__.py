"""The page's questions about kubelets: what a pod is made of and how its probes went, and a node's cgroups."""
