"""The private Redis of a machine without `redis-server`: fakeredis' server in a process of its own.

Reads its port from standard input: `python -m k8sviz.up.fake_redis`.
"""

import signal
import sys
import threading
from typing import Any

from fakeredis import TcpFakeServer

from k8sviz.up import ports


def main() -> None:
    server = TcpFakeServer((ports.LOOPBACK, int(sys.stdin.readline())))
    # A client that stays connected must not keep the process from its end.
    server.daemon_threads = True

    def stop(*_: Any) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
