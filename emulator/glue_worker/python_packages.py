"""The Python packages that AWS Glue brings along, installed from hash-locked lists into the cache.

`python -m emulator.glue_worker.python_packages` installs those of Glue's Spark jobs. Standard library only:
it runs while the environment is being made.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT_OR_SITE_PACKAGES = Path(__file__).parents[2]
PROJECT_LOCKS = PROJECT_OR_SITE_PACKAGES / "locks"
# In a wheel; pyproject.toml puts them there.
PACKAGED_LOCKS = PROJECT_OR_SITE_PACKAGES / "tarmac_data"
INDEX = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_FIND_LINKS", "PIP_PROXY")
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


class PackagesError(Exception):
    """The packages can't be installed; the message has the installer's own words and the next step."""


@dataclass(frozen=True)
class PackageSet:
    """A locked list of packages; installed once for each lock, Python version and machine type."""

    name: str

    @property
    def lock(self) -> Path:
        """`locks/<name>.txt`."""
        folder = PROJECT_LOCKS if PROJECT_LOCKS.exists() else PACKAGED_LOCKS
        return folder / f"{self.name}.txt"

    def folder(self, cache_dir: Path) -> Path:
        """Where the packages lie once they are installed."""
        facts = f"{sys.version_info[:2]} {platform.system()} {platform.machine()}".encode()
        digest = hashlib.sha256(facts + self.lock.read_bytes()).hexdigest()[:12]
        return cache_dir / "python" / f"{self.name}-{digest}"

    def ensure(self, cache_dir: Path) -> Path:
        """The folder with the packages, installed now if they aren't yet; two at once: one waits.

        Raises PackagesError.
        """
        folder = self.folder(cache_dir)
        if folder.is_dir():
            return folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                self._install(folder)
        return folder

    def _install(self, folder: Path) -> None:
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [find_uv(), "pip", "install", "--quiet", "--python", sys.executable]
        options = ["--target", str(unfinished), "--no-deps", "--require-hashes", "-r", str(self.lock)]
        done = subprocess.run(
            [*command, *options],
            env=installer_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            words = " ".join(done.stderr.split())[-1000:]
            raise PackagesError(
                f"The packages of {self.lock} could not be installed: {words} Next: check the network "
                "(behind a proxy with its own certificate, set SSL_CERT_FILE), then run `make env-python`."
            )
        unfinished.rename(folder)


GLUE_SPARK = PackageSet("glue-5.1")
PYTHON_SHELL = {
    "analytics": PackageSet("pythonshell-analytics"),
    "none": PackageSet("pythonshell-none"),
}


def installer_environment() -> dict[str, str]:
    """This process's environment with what pip and uv need to reach the user's package index."""
    return {**os.environ, **pip_settings(), "UV_SYSTEM_CERTS": "1"}


def pip_settings() -> dict[str, str]:
    """Variables for pip: the user's index, and the machine's certificates, as pip knows only its own."""
    given = [os.environ.get(name) for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")]
    found = [path for path in (*given, *CERTIFICATES) if path and os.access(path, os.R_OK)]
    certificates = {"PIP_CERT": found[0]} if found else {}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return {**{name: os.environ[name] for name in INDEX if name in os.environ}, **quiet, **certificates}


def find_uv() -> str:
    """The path of uv. Raises PackagesError."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        raise PackagesError(
            f"uv is neither beside {sys.executable} nor on the PATH. Next: run `make env-python`."
        )
    return found


def main() -> int:
    """Installs the packages of Glue's Spark jobs into `TARMAC_CACHE_DIR` (~/.cache/tarmac)."""
    cache_dir = Path(os.environ.get("TARMAC_CACHE_DIR") or "~/.cache/tarmac").expanduser()
    try:
        GLUE_SPARK.ensure(cache_dir)
    except PackagesError as error:
        print(f"tarmac: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
