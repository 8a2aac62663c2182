"""How a container of the stack begins: `python -m emulator.stack.container PART`, or `client COMMAND…`.

On the embedded stack one parent lays out the state folder and hands each part its environment. Containers
have no such parent, so each does its own share: the loopback forwarder to its siblings, the stack's
secret, the folders that the part expects. Then it becomes the part, or the client's command.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from emulator.environment import SettingsError
from emulator.glue_worker.python_packages import CERTIFICATES
from emulator.localstack_mends.environment import localstack_environment
from emulator.localstack_mends.jsonata import lay_out_jsonata, library_dir
from emulator.stack.container_cache import link_cache
from emulator.stack.errors import StackError
from emulator.stack.forwarder import Route, start
from emulator.stack.parts import part_named, worker_ready_file
from emulator.stack.settings import StackSettings

CLIENT = "client"
ADDRESSES = (
    "TARMAC_GATEWAY_URL",
    "TARMAC_REDSHIFT_HOST",
    "TARMAC_WAREHOUSE_HOST",
    "TARMAC_WAREHOUSE_PORT",
    "TARMAC_LISTEN_HOST",
)
CA_BUNDLE = Path("/run/secrets/ca_bundle")
SERVED_BY = {"localstack": "gateway", "redshift": "redshift"}


def main(arguments: list[str]) -> int:
    """Returns only when the program can't be started: 1 with a line that says why."""
    try:
        settings = StackSettings.from_environment()
        name, *command = arguments or [""]
        environment = prepared_environment(name, settings, os.environ)
        start(sibling_routes(name, settings, os.environ))
        program = command or ["tarmac", "--help"] if name == CLIENT else part_named(name).command()
        os.execvpe(program[0], program, environment)
    except (SettingsError, StackError, OSError) as error:
        print(f"container: {error}", file=sys.stderr)
    return 1


def prepared_environment(name: str, settings: StackSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """Lays out what the part expects, and returns its whole environment."""
    Path(environ.get("HOME", settings.state_dir)).mkdir(parents=True, exist_ok=True)
    if name == CLIENT:
        return dict(environ)
    given = {variable: environ[variable] for variable in ADDRESSES if variable in environ}
    secret = shared_secret(settings.state_dir / "secret")
    return {**settings.process_environment(secret), **_of_part(name, settings, given), **given}


def _of_part(name: str, settings: StackSettings, addresses: Mapping[str, str]) -> dict[str, str]:
    if name == "localstack":
        lay_out_jsonata(library_dir(settings.state_dir), settings.jsonata_jars_dir)
        return localstack_environment(settings, addresses.get("TARMAC_LISTEN_HOST", "127.0.0.1"))
    if name == "glue-worker":
        worker_ready_file(settings).unlink(missing_ok=True)  # of a worker that was killed
        cache = settings.state_dir / "cache"
        link_cache(settings.cache_dir, cache)
        return {"TARMAC_CACHE_DIR": str(cache), **trusted_certificates(CA_BUNDLE, settings.state_dir)}
    return {}


def trusted_certificates(ca_bundle: Path, state_dir: Path) -> dict[str, str]:
    """Variables for pip to trust the user's authorities beside the image's own; none for an empty bundle."""
    given = ca_bundle.read_bytes() if ca_bundle.exists() else b""
    if not given:
        return {}
    known = next(Path(file) for file in CERTIFICATES if Path(file).exists())
    both = state_dir / "trusted-certificates.pem"
    both.write_bytes(known.read_bytes() + b"\n" + given)
    return dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT"), str(both))


def sibling_routes(name: str, settings: StackSettings, environ: Mapping[str, str]) -> list[Route]:
    """The published ports of the other services; none for addresses that are loopback's own anyway."""
    gateway = urlsplit(environ.get("TARMAC_GATEWAY_URL", "")).hostname
    published = {
        "gateway": (settings.gateway_port, gateway),
        "redshift": (settings.redshift_port, environ.get("TARMAC_REDSHIFT_HOST")),
    }
    published.pop(SERVED_BY.get(name, ""), None)
    return [Route(port, host) for port, host in published.values() if host and host != "127.0.0.1"]


def shared_secret(path: Path) -> str:
    """The secret between the Glue API and its workers: of several containers, the first one makes it."""
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    own.touch(mode=0o600)
    own.write_text(secrets.token_hex(24))
    try:
        path.hardlink_to(own)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text().strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
