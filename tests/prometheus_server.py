"""A real prometheus for tests: over samples that are given, or scraping what is running."""

import contextlib
import json
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from k8sviz.up import ports
from tests.servers import answers, program_or_skip, wait_for


class PrometheusServer:
    """A prometheus with a configuration, or over samples in OpenMetrics' text format, in a folder of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, ports.free()
        self.url = f"http://{ports.LOOPBACK}:{self.port}"

    @classmethod
    @contextlib.contextmanager
    def running(cls, *, configuration: str = "", openmetrics: str = "") -> Iterator["PrometheusServer"]:
        program = program_or_skip("prometheus", "prometheus")
        with tempfile.TemporaryDirectory(prefix="k8sviz-prometheus-") as folder:
            server = cls(program, Path(folder))
            process = server.start(configuration, openmetrics)
            try:
                yield server
            finally:
                process.kill()
                process.wait()

    def start(self, configuration: str, openmetrics: str) -> subprocess.Popen[bytes]:
        (self.folder / "prometheus.yml").write_text(configuration)
        data = self.folder / "data"
        if openmetrics:
            (self.folder / "samples").write_text(openmetrics)
            backfill = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", str(self.folder / "samples"), str(data)]
            subprocess.run(
                [program_or_skip("promtool", "prometheus"), *backfill], check=True, stdout=subprocess.DEVNULL
            )
        options = [f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={data}"]
        options += [f"--web.listen-address={ports.LOOPBACK}:{self.port}", "--storage.tsdb.retention.time=100y"]
        process = subprocess.Popen([self.program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: answers(lambda: self._get("/-/ready"), OSError), within=30, what="prometheus")
        return process

    def query(self, expression: str, at: float | None = None) -> dict[str, object]:
        """The answer of the API to an instant query: its `data`, or what is wrong as `error`."""
        asked = {"query": expression} | ({"time": f"{at:.3f}"} if at is not None else {})
        try:
            body = self._get("/api/v1/query?" + urllib.parse.urlencode(asked))
        except urllib.error.HTTPError as refused:
            return dict(json.loads(refused.read()))
        return dict(json.loads(body)["data"])

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return bytes(answer.read())
