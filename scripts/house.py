"""The rules of the house that no other tool knows. Each finding is a line: where, what, what to do."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 300  # lines
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "common", "misc", "stuff"}
# What would make a run of the engine depend on more than its inputs.
IMPURE_MODULES = {"time", "random", "secrets", "os", "io", "socket", "subprocess", "threading", "asyncio", "logging"}
SOURCE = (".py", ".ts", ".tsx")


def main() -> None:
    findings = [*names(), *lengths(), *purity(), *docs()]
    for finding in findings:
        print(finding, file=sys.stderr)
    if findings:
        sys.exit(f"{len(findings)} findings")
    print("The house is in order.")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SOURCE and {"migrations", "node_modules"}.isdisjoint(path.parts):
                yield path


def names() -> Iterator[str]:
    for path in sources("k8sviz", "simulator", "scripts", "static/src", "tests"):
        if path.stem in DUMPING_GROUNDS:
            yield f"{path.relative_to(ROOT)}: a name for anything; name the file after what is in it"


def lengths() -> Iterator[str]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["house"]["long_files"]
    used = set()
    for path in sources("k8sviz", "simulator", "scripts", "static/src", "tests"):
        name, lines = str(path.relative_to(ROOT)), len(path.read_text().splitlines())
        if lines > LONGEST_FILE:
            used.add(name)
            if not table.get(name):
                yield f"{name}: {lines} lines; split it, or give a reason in pyproject.toml, [tool.house.long_files]"
    for name in sorted(set(table) - used):
        yield f"pyproject.toml: [tool.house.long_files] names {name}, which is not a long file; remove the entry"


def purity() -> Iterator[str]:
    for path in sources("simulator/engine"):
        name, tree = path.relative_to(ROOT), ast.parse(path.read_text())
        if ast.get_docstring(tree) is None and tree.body:
            yield f"{name}: no docstring; the first line says what the module is"
        for node in ast.walk(tree):
            for impure in impurities(node):
                yield f"{name}:{node.lineno}: {impure}; the engine gets time, chance and files from its caller"  # type: ignore[attr-defined]


def impurities(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"imports {a.name}" for a in node.names if a.name.split(".")[0] in IMPURE_MODULES)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in IMPURE_MODULES:
        yield f"imports from {node.module}"
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input", "uuid1", "uuid4"}:
            yield f"calls {node.func.id}()"
        elif isinstance(node.func, ast.Attribute) and node.func.attr in {"now", "utcnow", "today", "uuid1", "uuid4"}:
            owner = ast.unparse(node.func.value).split(".")[-1]
            if owner in {"datetime", "date"} or node.func.attr in {"uuid1", "uuid4"}:
                yield f"calls {owner}.{node.func.attr}()"


def docs() -> Iterator[str]:
    """Each page that a script makes must be what the script would make now."""
    for script in sorted((ROOT / "scripts").glob("docs_*.py")):
        made = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True)
        if made.returncode:
            yield f"{script.relative_to(ROOT)} --check: {(made.stderr or made.stdout).strip()}; run the script"


if __name__ == "__main__":
    main()
