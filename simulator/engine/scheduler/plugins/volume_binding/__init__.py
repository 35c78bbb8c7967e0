"""VolumeBinding: which nodes a pod's claims can be bound or provisioned on, and the binding once one is chosen."""
