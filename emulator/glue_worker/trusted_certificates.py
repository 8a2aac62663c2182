"""What a run's TLS clients trust: the machine's authorities and the stack's own.

A script that reaches Redshift as on AWS (redshift_connector, psycopg2 with sslmode=verify-full) asks for TLS
and has no option that it would set on AWS only; so the trust is in the environment.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from emulator.glue_worker.python_packages import CERTIFICATES
from emulator.redshift.relay.tls import TlsFiles

FILE_NAME = "trusted-certificates.pem"


def environment(state_dir: Path, run_dir: Path) -> dict[str, str]:
    """SSL_CERT_FILE (OpenSSL, Python) and PGSSLROOTCERT (libpq); nothing while the stack has no authority."""
    authority = TlsFiles.below(state_dir).authority
    if not authority.exists():
        return {}
    files = [ssl.get_default_verify_paths().cafile, *CERTIFICATES]
    known = next((Path(file) for file in files if file and Path(file).exists()), None)
    bundle = run_dir / FILE_NAME
    bundle.write_bytes((known.read_bytes() if known else b"") + b"\n" + authority.read_bytes())
    return {"SSL_CERT_FILE": str(bundle), "PGSSLROOTCERT": str(bundle)}
