"""A server for LocalStack's gateway that binds only the address it is told to."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from functools import partial
from typing import Any

from localstack import config
from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.runtime.server.twisted import TwistedRuntimeServer

LAST_REQUESTS_S = 0.5


class LoopbackServer(TwistedRuntimeServer):  # type: ignore[misc]
    """LocalStack's Twisted server, listening on the host of each `GATEWAY_LISTEN` entry.

    The original gives no interface to its IPv4 endpoint, so that `GATEWAY_LISTEN=127.0.0.1:4566` serves
    the whole network.
    """

    def register(
        self, gateway: Any, listen: list[config.HostAndPort], ssl_creds: tuple[str, str] | None = None
    ) -> None:
        """Listens on every address; raises OSError (the port is taken) before the stack counts as started."""
        factory = _protocol_factory(gateway, ssl_creds)
        for address in listen:
            _listen(address, factory)

    def run(self) -> Any:
        """Serves until `shutdown`; a request that is still waiting then does not keep the process alive."""
        from twisted.internet import reactor

        reactor.getThreadPool().threadFactory = partial(threading.Thread, daemon=True)
        return super().run()

    def shutdown(self) -> None:
        """Ends the server; requests under way get `LAST_REQUESTS_S` seconds to finish."""
        from twisted.internet import reactor

        if self.thread_pool:
            self.thread_pool.stop(timeout=LAST_REQUESTS_S)
        reactor.callFromThread(reactor.stop)


class LoopbackServerPlugin(RuntimeServerPlugin):  # type: ignore[misc]
    """Chosen by `GATEWAY_SERVER=tarmac`."""

    name = "tarmac"

    def load(self, *_args: Any, **_kwargs: Any) -> LoopbackServer:
        """The server; LocalStack registers its gateway with it and runs it on the main thread."""
        atexit.register(_leave)
        return LoopbackServer()


def _leave() -> None:
    """Ends the process without the interpreter's last garbage collection, which takes seconds here."""
    from localstack.runtime import current

    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(current.get_current_runtime().exit_code)


def _protocol_factory(gateway: Any, ssl_creds: tuple[str, str] | None) -> Any:
    from localstack.aws.serving.twisted import TLSMultiplexerFactory
    from rolo.serving.twisted import TwistedGateway
    from twisted.internet import ssl

    site = TwistedGateway(gateway)
    if not ssl_creds:
        return site
    certificate, key = ssl_creds
    contexts = ssl.DefaultOpenSSLContextFactory(key, certificate)
    contexts.getContext().use_certificate_chain_file(certificate)
    return TLSMultiplexerFactory(contexts, False, site)


def _listen(address: config.HostAndPort, factory: Any) -> None:
    from twisted.internet import reactor

    try:
        reactor.listenTCP(address.port, factory, interface=address.host)
    except Exception as error:
        raise OSError(
            f"can't listen on {address.host}:{address.port} ({error}); "
            "stop what uses that port, or set another in TARMAC_GATEWAY_PORT"
        ) from error
