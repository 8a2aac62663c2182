"""The certificates of the stack: an authority of its own, made at its first start, and the endpoint's.

The authority's certificate is what clients verify with (`sslmode=verify-ca` or `verify-full`); it stays the
same for the life of the state folder, while the endpoint's own certificate is renewed when it gets old.
Private keys are readable by their owner only.
"""

from __future__ import annotations

import datetime
import ipaddress
import logging
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.redshift.relay.tls import TlsFiles

LOG = logging.getLogger(__name__)
NAMES = ("localhost",)
ADDRESSES = ("127.0.0.1", "::1")
AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 397  # more, and some clients refuse it
RENEWED_BEFORE_DAYS = 30


def make_what_is_missing(files: TlsFiles) -> None:
    """Makes and renews certificates and keys; raises OSError, or ValueError for files that are none."""
    files.folder.mkdir(parents=True, exist_ok=True)
    if not _is_valid(files.authority_with_key):
        _write(files.authority_with_key, _made_authority(), 0o600)
        files.certificate_with_key.unlink(missing_ok=True)
        LOG.info("made a certificate authority: %s", files.authority)
    authority = files.authority_with_key.read_bytes()
    public = x509.load_pem_x509_certificate(authority).public_bytes(Encoding.PEM)
    if not files.authority.exists() or files.authority.read_bytes() != public:
        _write(files.authority, public, 0o644)
    if not _is_valid(files.certificate_with_key):
        _write(files.certificate_with_key, _made_certificate(authority), 0o600)


def _is_valid(path: Path) -> bool:
    """Whether the certificate is there and will be valid for a while yet."""
    if not path.exists():
        return False
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=RENEWED_BEFORE_DAYS)
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc > soon


def _made_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("tarmac's own certificate authority")
    builder = _builder(name, name, key.public_key(), key.public_key(), AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return _signed(builder, key) + _pem_of_key(key)


def _made_certificate(authority_pem: bytes) -> bytes:
    authority = x509.load_pem_x509_certificate(authority_pem)
    authority_key = load_pem_private_key(authority_pem, None)
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not the one that was written there")
    key = ec.generate_private_key(ec.SECP256R1())
    names = [*map(x509.DNSName, NAMES), *(x509.IPAddress(ipaddress.ip_address(text)) for text in ADDRESSES)]
    issuer_key = authority_key.public_key()
    builder = _builder(_name(NAMES[0]), authority.subject, key.public_key(), issuer_key, CERTIFICATE_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return _signed(builder, authority_key) + _pem_of_key(key)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    days: int,
) -> x509.CertificateBuilder:
    """What both certificates have in common; it begins a day early, for clocks that are behind."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    builder = x509.CertificateBuilder(
        issuer,
        subject,
        public_key,
        x509.random_serial_number(),
        now - datetime.timedelta(days=1),
        now + datetime.timedelta(days=days),
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
    return builder.add_extension(identifier, critical=False).add_extension(authority, critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    """Writes the file whole or not at all, never readable by others for a moment."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    scratch.replace(path)
