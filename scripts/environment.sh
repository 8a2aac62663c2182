#!/bin/sh
# Makes .venv from the hash-locked requirements, and the packages that Glue's scripts see, in the cache.
# Ends at once if that is done already.
# An interrupted run leaves no stamp behind, so the next one does the rest. Settings: PYTHON (python3.11).
set -eu
cd "$(dirname "$0")/.."
stamp=.venv/.ready
wanted="$(cat locks/bootstrap.txt locks/requirements.txt locks/glue-5.1.txt pyproject.toml | cksum) $PWD"
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

fail() { printf 'tarmac: %s\n' "$*" >&2; exit 1; }
say() { printf 'environment: %s\n' "$*" >&2; }

# A bundle of certificates for pip, which knows only its own: the user's, else the system's.
for bundle in "${PIP_CERT:-}" "${REQUESTS_CA_BUNDLE:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt \
    /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    [ -n "$bundle" ] && [ -r "$bundle" ] && { PIP_CERT=$bundle; export PIP_CERT; break; }
done
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1
if [ -n "${PIP_INDEX_URL:-}" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then
    UV_DEFAULT_INDEX=$PIP_INDEX_URL; export UV_DEFAULT_INDEX
fi

is_311() { [ "$("$1" -c 'import sys; print(*sys.version_info[:2])' 2>/dev/null)" = "3 11" ]; }
find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3 python; do
        [ -n "$candidate" ] && is_311 "$candidate" && { command -v "$candidate"; return; }
    done
    fail "Python 3.11 is needed, but ${PYTHON:-python3.11} is $("${PYTHON:-python3}" --version 2>&1 || true)." \
        "Next: install Python 3.11, or name one: make env-python PYTHON=/path/to/python3.11"
}

python=$(find_python)
if command -v flock >/dev/null; then  # two at once: the second waits, and then finds the work done
    exec 9>"${TMPDIR:-/tmp}/tarmac-environment-$(id -u)-$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)"
    flock 9
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0
fi
rm -f "$stamp"
if ! is_311 .venv/bin/python; then
    say "making .venv with $python"
    rm -rf .venv
    "$python" -m venv .venv || fail "'$python -m venv' failed. Next: on Debian and Ubuntu, apt install python3.11-venv"
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    .venv/bin/python -m ensurepip >/dev/null || fail "pip can't be had. Next: remove .venv, then run the same command again"
fi
say "installing the locked requirements (about 1.7 GB on disk with Glue's packages; a minute, or seconds from uv's cache)"
.venv/bin/python -m pip install --quiet --require-hashes -r locks/bootstrap.txt ||
    fail "uv could not be installed. Next: check the network; behind a proxy with its own certificate, set SSL_CERT_FILE"
.venv/bin/python -m emulator.glue_worker.python_packages & glue=$!
quiet=--quiet  # uv names 150 packages, a line each; on a terminal it shows how far it is
[ -t 2 ] && quiet=
.venv/bin/uv pip sync $quiet --python .venv/bin/python --require-hashes locks/requirements.txt ||
    fail "the requirements could not be installed. Next: see uv's message above, then run the same command again"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable . ||
    fail "the project itself could not be installed. Next: see uv's message above"
wait "$glue" || fail "the packages of Glue's scripts could not be installed. Next: see the message above"
printf '%s' "$wanted" >"$stamp"
say "ready"
