"""A real gRPC service that answers every method there could be, and remembers who called what."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc

CASE = "x-case"
"""The metadata by which a caller says for which case it calls."""


class Everything(grpc.GenericRpcHandler):
    """Echoes each message; a method that begins with `Watch` answers three times. *reached*: (case, path)."""

    def __init__(self) -> None:
        self.reached: set[tuple[str, str]] = set()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        case = dict(details.invocation_metadata).get(CASE, "")
        self.reached.add((case, details.method))
        times = 3 if details.method.rpartition("/")[2].startswith("Watch") else 1

        def echo(messages: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            for message in messages:
                yield from [message] * times

        return grpc.stream_stream_rpc_method_handler(echo)


@contextmanager
def serving(handler: Everything) -> Iterator[int]:
    """The port of a server that runs inside the block."""
    with ThreadPoolExecutor(4) as threads:
        server = grpc.server(threads, [handler])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield port
        finally:
            server.stop(None).wait()
