"""What the stack's processes inherit from the environment of the user.

A stack must be the same whoever starts it: a user's AWS profile, PGHOST or SPARK_HOME must not steer its
parts, not even after `eval "$(make -s env)"`. So only what is listed here passes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

NAMES = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TERM", "TMPDIR", "TZ", "CI"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
        *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST"),
        *("PIP_FIND_LINKS", "PIP_PROXY", "PIP_CERT"),
    }
)
PREFIXES = ("LC_", "TARMAC_", "COVERAGE_")
LOOPBACK = "127.0.0.1,localhost,.localhost"
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def clean_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that pass. Proxies don't: the parts talk over loopback only."""
    source = os.environ if environ is None else environ
    kept = {name: value for name, value in source.items() if name in NAMES or name.startswith(PREFIXES)}
    return {**kept, "NO_PROXY": "*", "no_proxy": "*"}


def uses_proxy(environ: Mapping[str, str] | None = None) -> bool:
    """Does the environment name a proxy, so that clients must be told to leave loopback alone?"""
    source = os.environ if environ is None else environ
    return any(source.get(name) for name in PROXIES)


def no_proxy_value(environ: Mapping[str, str] | None = None) -> str:
    """The user's own NO_PROXY, widened to loopback."""
    source = os.environ if environ is None else environ
    own = source.get("NO_PROXY") or source.get("no_proxy") or ""
    return ",".join(part for part in (own, LOOPBACK) if part)
