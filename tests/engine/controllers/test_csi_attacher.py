"""Attachers that answer, that fail, and that are not there."""

from __future__ import annotations

from simulator.engine.objects import is_deleting, set_in

from .rig import USER
from .storage_rig import ATTACHMENTS, DRIVER, VOLUMES, Storage


def test_a_driver_that_nobody_knows() -> None:
    rig = Storage(known=False)
    rig.put()
    rig.run(119)
    assert rig.messages("FailedAttachVolume") == []
    rig.run(3)
    said = f"timed out waiting for external-attacher of {DRIVER} CSI driver to attach volume vol-disk"
    assert rig.messages("FailedAttachVolume") == [f'AttachVolume.Attach failed for volume "disk" : {said} ']
    revision = rig.world.revision
    rig.run(3600)
    assert rig.world.revision - revision < 40
    rig.create("csidrivers.storage.k8s.io", {"metadata": {"name": DRIVER}, "spec": {}})
    rig.run(10)
    assert rig.attached() == ["node-0"]


def test_an_attacher_that_fails() -> None:
    rig = Storage(known=False)
    rig.put()
    rig.run(1)
    (held,) = rig.world.list(ATTACHMENTS)
    error = {"time": "2026-01-01T00:00:00Z", "message": "rpc error: code = Internal desc = no space"}
    rig.world.update_status(ATTACHMENTS, set_in(held, ("status", "attachError"), error), USER)
    rig.run(0.3)
    said = 'AttachVolume.Attach failed for volume "disk" : rpc error: code = Internal desc = no space '
    assert rig.messages("FailedAttachVolume") == [said]
    rig.run(600)
    (event,) = (one for one in rig.world.list("events") if one["reason"] == "FailedAttachVolume")
    assert 8 <= event["count"] <= 14


def test_a_volume_that_is_deleted_waits_until_it_is_detached() -> None:
    rig = Storage()
    rig.put()
    rig.settle()
    rig.edit(VOLUMES, "disk", ("metadata", "finalizers"), ["external-attacher/ebs-csi-aws-com"], namespace="")
    rig.delete(VOLUMES, "disk", namespace="")
    rig.settle()
    assert is_deleting(rig.get(VOLUMES, "disk", ""))
    rig.delete("pods", "web", grace=0)
    rig.settle()
    assert rig.attachments() == []
    assert "external-attacher/ebs-csi-aws-com" not in (
        (rig.world.get(VOLUMES, "", "disk") or {"metadata": {}})["metadata"].get("finalizers") or ()
    )
