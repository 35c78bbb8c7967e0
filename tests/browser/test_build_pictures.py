"""The map and the cluster are taken home: as SVG, as PNG, as manifests, as a scenario."""

import struct
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import Dashboard, pod

SVG = "{http://www.w3.org/2000/svg}"


def _saved(dashboard: Dashboard, role: str, name: str) -> Path:
    section = dashboard.page.locator(".exports")
    with dashboard.page.expect_download() as download:
        button = section.get_by_role("link" if role == "link" else "button", name=name, exact=True)
        button.click()
    return download.value.path()


def test_the_drawing_holds_what_the_map_shows(dashboard: Dashboard) -> None:
    dashboard.open().create(pod("drawn"))
    dashboard.pod("drawn", "pod.phase === 'Running'")
    root = ElementTree.parse(_saved(dashboard, "button", "SVG")).getroot()
    texts = {text.text for text in root.iter(f"{SVG}text")}
    nodes = dashboard.page.evaluate("k8sviz.nodes.map(node => node.name)")
    assert {*nodes, "drawn", "zone-a", "CPU"} <= texts
    assert not list(root.iter(f"{SVG}image")) and not list(root.iter(f"{SVG}script"))
    # One running container: ground, segment, edge and glyph are shapes, not pixels.
    assert len(list(root.iter(f"{SVG}path"))) > 50
    assert dashboard.complaints == []


def test_the_image_is_twice_as_fine(dashboard: Dashboard) -> None:
    dashboard.open()
    root = ElementTree.parse(_saved(dashboard, "button", "SVG")).getroot()
    width, height = struct.unpack(">II", _saved(dashboard, "button", "PNG").read_bytes()[16:24])
    assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))


@pytest.mark.parametrize(
    ("name", "holds"), [pytest.param("YAML", "", id="one file"), pytest.param("Scenario", "zip", id="a folder")]
)
def test_the_cluster_is_taken_along(dashboard: Dashboard, name: str, holds: str) -> None:
    dashboard.open().create(pod("taken"))
    saved = _saved(dashboard, "link", name)
    if not holds:
        assert "name: taken" in saved.read_text()
        return
    with zipfile.ZipFile(saved) as archive:
        assert "demo/topology.yaml" in archive.namelist()
        assert any("name: taken" in archive.read(one).decode() for one in archive.namelist())
