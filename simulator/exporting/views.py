"""Where things are taken out of a cluster: GET, and nothing changes."""

from __future__ import annotations

import io
import zipfile

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from simulator import reading
from simulator.engine.registry import Key
from simulator.exporting import scenario
from simulator.exporting.applicable import applicable
from simulator.questions import cluster_for, in_json

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The same cluster gives the same bytes."""


@in_json
@require_GET
def one(request: HttpRequest, name: str, resource: str, namespace: str, object_name: str) -> HttpResponse:
    """An object as one would apply it."""
    cluster = cluster_for(request, name)
    key = Key("" if namespace == "-" else namespace, object_name)
    body = reading.DatabaseReader(cluster).get(resource, *key)
    if body is None:
        raise Http404(_('{resource} "{name}" not found').format(resource=resource, name=object_name))
    return _file(scenario.as_yaml(applicable(body)).encode(), f"{object_name}.yaml", "application/yaml")


@in_json
@require_GET
def manifests(request: HttpRequest, name: str) -> HttpResponse:
    """All that people put into the cluster, as one text of many documents."""
    cluster = cluster_for(request, name)
    return _file(scenario.documents(scenario.objects(cluster)).encode(), f"{name}.yaml", "application/yaml")


@in_json
@require_GET
def folder(request: HttpRequest, name: str) -> HttpResponse:
    """The whole cluster as a scenario: its manifests and its machines, in a folder of its name."""
    cluster = cluster_for(request, name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in scenario.files(cluster).items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}", _LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return _file(packed.getvalue(), f"{name}.zip", "application/zip")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
