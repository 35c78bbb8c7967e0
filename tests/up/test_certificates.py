"""The certificates serve a real TLS handshake, and are kept or renewed as they should be."""

import contextlib
import datetime
import socket
import ssl
import threading
from pathlib import Path

import pytest

from k8sviz.up import certificates, ports


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_a_client_that_knows_the_authority_trusts_the_server(tmp_path: Path, name: str) -> None:
    made = certificates.ensure(tmp_path / "tls")
    assert handshake(made, name)


def test_a_client_that_does_not_know_it_refuses(tmp_path: Path) -> None:
    made, other = certificates.ensure(tmp_path / "one"), certificates.ensure(tmp_path / "two")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(certificates.Certificates(other.authority, made.server, made.server_key), "localhost")


def test_they_are_kept(tmp_path: Path) -> None:
    made = certificates.ensure(tmp_path)
    before = made.server.read_bytes(), made.authority.read_bytes()
    assert certificates.ensure(tmp_path) == made
    assert (made.server.read_bytes(), made.authority.read_bytes()) == before


def test_a_server_certificate_that_runs_out_is_renewed_by_the_same_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificates.ensure(tmp_path)
    server, authority = made.server.read_bytes(), made.authority.read_bytes()
    later = datetime.datetime.now(datetime.UTC) + certificates.SERVER_LASTS - datetime.timedelta(days=10)
    monkeypatch.setattr(certificates, "_now", lambda: later)
    certificates.ensure(tmp_path)
    assert made.server.read_bytes() != server
    assert made.authority.read_bytes() == authority


def handshake(made: certificates.Certificates, name: str) -> bool:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.server, made.server_key)
    client = ssl.create_default_context(cafile=str(made.authority))
    with socket.create_server((ports.LOOPBACK, 0)) as door:

        def serve() -> None:
            connection, _ = door.accept()
            with connection, contextlib.suppress(OSError):  # the client's refusal
                server.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with socket.create_connection(door.getsockname()) as plain:
                client.wrap_socket(plain, server_hostname=name).close()
        finally:
            thread.join(5)
    return True
