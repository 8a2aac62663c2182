"""The endpoint's TLS context, and where its certificate and that of the stack's authority lie."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TlsFiles:
    """Where the certificates and keys lie, below the state folder."""

    folder: Path

    @classmethod
    def below(cls, state_dir: Path) -> TlsFiles:
        """Those of the stack with this state folder."""
        return cls(state_dir / "redshift_tls")

    @property
    def authority(self) -> Path:
        """The certificate that clients verify with: `sslrootcert`, or `PGSSLROOTCERT`."""
        return self.folder / "ca.pem"

    @property
    def authority_with_key(self) -> Path:
        """The same and its private key, in one file, so that they can't but belong together."""
        return self.folder / "ca-key.pem"

    @property
    def certificate_with_key(self) -> Path:
        """The endpoint's own."""
        return self.folder / "server-key.pem"


def server_context(state_dir: Path) -> ssl.SSLContext:
    """TLS 1.2 or later, with the certificate of this state folder; it is made, or renewed, if need be.

    Raises OSError (of which ssl.SSLError is one) if the files can't be written or read.
    """
    from emulator.redshift.relay.certificates import (
        make_what_is_missing,  # slow to import, and not always needed
    )

    files = TlsFiles.below(state_dir)
    try:
        make_what_is_missing(files)
    except ValueError as error:
        raise OSError(f"{files.folder} holds what is no certificate or key: {error}") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate_with_key)
    return context
