"""The subresources of pods that stay open: exec, attach and port-forward, over WebSockets."""
