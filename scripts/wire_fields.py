"""Makes simulator/api/wire_fields.json: the protobuf field numbers of Kubernetes' types.

Run it for a new release, with checkouts of kubernetes/api and kubernetes/apimachinery at its tag (v0.34.0 for 1.34.0):
    python scripts/wire_fields.py API_FOLDER APIMACHINERY_FOLDER
"""

import json
import re
import sys
from pathlib import Path

GROUPS = (
    "apps/v1", "authentication/v1", "authorization/v1", "autoscaling/v1", "autoscaling/v2", "batch/v1",
    "coordination/v1", "core/v1", "discovery/v1", "events/v1", "networking/v1", "policy/v1", "rbac/v1",
    "scheduling/v1", "storage/v1",
)  # fmt: skip
META = "pkg/apis/meta/v1"
TARGET = Path(__file__).resolve().parent.parent / "simulator" / "api" / "wire_fields.json"

_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'^\s+(?:\w+\s+)?(\S+)\s+`json:"([^",]*)([^"]*)"[^`]*protobuf:"\w+,(\d+),', re.MULTILINE)


def fields_of(text: str) -> dict[str, dict[str, str]]:
    """Of each struct: number to JSON name, with `*` before it for a pointer; `.Type` for a part written inline."""
    found = {}
    for name, body in _STRUCT.findall(text):
        fields = {}
        for kind, json_name, rest, number in _FIELD.findall(body):
            if "inline" in rest or not json_name:
                fields[number] = f".{kind.lstrip('*').rpartition('.')[2]}"
            else:
                fields[number] = f"*{json_name}" if kind.startswith("*") else json_name
        if fields:
            found[name] = fields
    return found


def main(api: Path, apimachinery: Path) -> None:
    tables = {"io.k8s.apimachinery.pkg.apis.meta.v1": fields_of((apimachinery / META / "types.go").read_text())}
    for group in GROUPS:
        tables[f"io.k8s.api.{group.replace('/', '.')}"] = fields_of((api / group / "types.go").read_text())
    lines = [
        f"{json.dumps(f'{package}.{name}')}: {json.dumps(fields)}"
        for package, structs in sorted(tables.items())
        for name, fields in sorted(structs.items())
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
