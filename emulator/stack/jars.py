"""Fetches the jars of locks/jars.json from Maven Central into the cache, checked by size and sha256."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import certifi

from emulator.stack.errors import JarError

MAVEN_URL_VARIABLE = "TARMAC_MAVEN_URL"
DEFAULT_MAVEN_URL = "https://repo1.maven.org/maven2"
PROJECT_OR_SITE_PACKAGES = Path(__file__).parents[2]
PROJECT_LOCK = PROJECT_OR_SITE_PACKAGES / "locks" / "jars.json"
# In a wheel; pyproject.toml puts it there.
PACKAGED_LOCK = PROJECT_OR_SITE_PACKAGES / "tarmac_data" / "jars.json"
LOCK_FILE = PROJECT_LOCK if PROJECT_LOCK.exists() else PACKAGED_LOCK
CHUNK_BYTES = 256 * 1024
TRIES = 4
TIMEOUT_S = 60.0
RETRY_PAUSE_S = 0.5  # doubled at each try
PARALLEL = 6

OnBytes = Callable[[int], None]


@dataclass(frozen=True)
class Jar:
    """One jar of the lock; `group` is the folder of the cache that it belongs into."""

    group: str
    coordinate: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        """`<artifact>-<version>.jar`."""
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"

    @property
    def maven_path(self) -> str:
        """Where a Maven repository has it."""
        organisation, artifact, version = self.coordinate.split(":")
        return f"{organisation.replace('.', '/')}/{artifact}/{version}/{self.file_name}"

    def cached_in(self, cache_dir: Path) -> Path:
        """Where this jar lies in the cache."""
        return cache_dir / "jars" / self.group / self.file_name


def locked_jars(lock_file: Path = LOCK_FILE) -> list[Jar]:
    """Every jar of the lock file."""
    groups = json.loads(lock_file.read_text())
    return [Jar(group, **entry) for group, entries in groups.items() for entry in entries]


def wanted_jars(lineage: str) -> list[Jar]:
    """The jars that a stack needs: those of lineage only when its option TARMAC_LINEAGE is not off."""
    return [jar for jar in locked_jars() if jar.group != "lineage" or lineage != "off"]


def missing_jars(cache_dir: Path, jars: Sequence[Jar]) -> list[Jar]:
    """The jars that the cache does not hold, or holds in another size.

    The sha256 was checked before a jar was moved to its place; hashing 11 MB at each start would say no more.
    """
    return [jar for jar in jars if not _right_size(jar.cached_in(cache_dir), jar)]


def fetch_jars(cache_dir: Path, jars: Sequence[Jar], on_bytes: OnBytes, base_url: str | None = None) -> None:
    """Fetches jars into the cache, several at a time; `on_bytes` is told of every chunk (negative: a retry).

    Raises JarError naming the jar, the address, the cause and what to do next.
    """
    address = (base_url or os.environ.get(MAVEN_URL_VARIABLE) or DEFAULT_MAVEN_URL).rstrip("/")
    context = trusting_context()
    with ThreadPoolExecutor(PARALLEL) as pool:
        waiting = [pool.submit(_fetch, jar, cache_dir, address, context, on_bytes) for jar in jars]
        errors = [str(error) for task in waiting if (error := task.exception())]
    if errors:
        raise JarError("\n".join(errors))


def trusting_context() -> ssl.SSLContext:
    """TLS that trusts the system's store, the usual CA variables' file, and certifi's bundle."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if (path := os.environ.get(variable)) and Path(path).is_file():
            context.load_verify_locations(path)
    return context


def _right_size(path: Path, jar: Jar) -> bool:
    return path.is_file() and path.stat().st_size == jar.size_bytes


def _fetch(jar: Jar, cache_dir: Path, address: str, context: ssl.SSLContext, on_bytes: OnBytes) -> None:
    url = f"{address}/{jar.maven_path}"
    target = jar.cached_in(cache_dir)
    for attempt in range(1, TRIES + 1):
        try:
            _download(url, jar, target, context, on_bytes)
            return
        except (OSError, http.client.HTTPException, _MismatchError) as error:
            if attempt == TRIES or _is_final(error):
                raise JarError(_explained(jar, url, error, attempt)) from error
            threading.Event().wait(RETRY_PAUSE_S * 2**attempt)


class _MismatchError(Exception):
    """What came is not what the lock names."""


def _is_final(error: Exception) -> bool:
    return isinstance(error, urllib.error.HTTPError) and 400 <= error.code < 500 and error.code != 429


def _explained(jar: Jar, url: str, error: Exception, tries: int) -> str:
    return (
        f"Fetching {jar.coordinate} from {url} failed (try {tries} of {TRIES}): {error}. "
        "Next: check the network (behind a proxy with its own certificate, set SSL_CERT_FILE), "
        f"or set {MAVEN_URL_VARIABLE} to a mirror."
    )


def _download(url: str, jar: Jar, target: Path, context: ssl.SSLContext, on_bytes: OnBytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    received = 0
    try:
        digest = hashlib.sha256()
        with partial.open("wb") as file:
            for chunk in _chunks(url, context):
                file.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                on_bytes(len(chunk))
        if digest.hexdigest() != jar.sha256:
            raise _MismatchError(f"sha256 is {digest.hexdigest()}, the lock says {jar.sha256}")
        partial.replace(target)
    except BaseException:
        on_bytes(-received)
        partial.unlink(missing_ok=True)
        raise


def _chunks(url: str, context: ssl.SSLContext) -> Iterator[bytes]:
    request = urllib.request.Request(url, headers={"User-Agent": "tarmac"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=context) as response:
        while chunk := response.read(CHUNK_BYTES):
            yield chunk
