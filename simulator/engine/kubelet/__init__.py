"""The kubelet of every node: pods' lives on their nodes, images, addresses, and what a node reports of itself."""
