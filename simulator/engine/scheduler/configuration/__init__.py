"""KubeSchedulerConfiguration: a file of settings decoded, defaulted, validated and resolved into profiles."""
