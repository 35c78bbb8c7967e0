"""The names of the signals that the eviction manager watches. Follows pkg/kubelet/eviction/api/types.go, v1.34."""

from __future__ import annotations

MEMORY, ALLOCATABLE_MEMORY, PIDS = "memory.available", "allocatableMemory.available", "pid.available"
NODEFS, NODEFS_INODES = "nodefs.available", "nodefs.inodesFree"
IMAGEFS, IMAGEFS_INODES = "imagefs.available", "imagefs.inodesFree"
CONTAINERFS, CONTAINERFS_INODES = "containerfs.available", "containerfs.inodesFree"
SIGNALS = (
    MEMORY,
    ALLOCATABLE_MEMORY,
    NODEFS,
    NODEFS_INODES,
    IMAGEFS,
    IMAGEFS_INODES,
    CONTAINERFS,
    CONTAINERFS_INODES,
    PIDS,
)
