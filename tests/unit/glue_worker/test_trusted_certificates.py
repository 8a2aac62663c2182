from __future__ import annotations

from pathlib import Path

from emulator.glue_worker.trusted_certificates import environment
from emulator.redshift.relay.tls import TlsFiles


def test_without_an_authority_of_the_stack_a_run_trusts_what_the_machine_does(tmp_path: Path) -> None:
    assert environment(tmp_path, tmp_path) == {}


def test_the_stacks_authority_comes_after_the_machines(tmp_path: Path) -> None:
    authority = TlsFiles.below(tmp_path).authority
    authority.parent.mkdir()
    authority.write_text("the stack's own")
    found = environment(tmp_path, tmp_path)
    assert set(found) == {"SSL_CERT_FILE", "PGSSLROOTCERT"}
    assert Path(found["SSL_CERT_FILE"]).read_bytes().endswith(b"\nthe stack's own")
