"""The ports on loopback: is the wanted one free, and which one is."""

import errno
import socket

from k8sviz.up.trouble import CannotStart

LOOPBACK = "127.0.0.1"


def check(wanted: dict[str, int]) -> None:
    """`wanted`: the variable that sets a port, and the port. Raises `CannotStart` for the first that cannot be had."""
    for variable, port in wanted.items():
        if list(wanted.values()).count(port) > 1:
            raise CannotStart(f"{' and '.join(wanted)} are both {port}. Set them to two different ports.")
        with socket.socket() as door:
            # Daphne sets it too: a port whose last connections are still closing is free.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((LOOPBACK, port))
            except OSError as error:
                why = (
                    "is in use by another program"
                    if error.errno == errno.EADDRINUSE
                    else f"cannot be used ({error.strerror})"
                )
                raise CannotStart(
                    f"Port {port} {why}. Set {variable} to a free port, for example: make up {variable}={port + 1000}"
                ) from error


def free() -> int:
    with socket.socket() as door:
        door.bind((LOOPBACK, 0))
        return int(door.getsockname()[1])
