#!/bin/sh
# Runs one downloading step of the build, which trusts the image's authorities and, if there are any, those of
# the build secret `ca_bundle` (a company's proxy). The bundle is put together on a tmpfs: nothing of it stays.
set -u
secret=/run/secrets/ca_bundle
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_SYSTEM_CERTS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
if [ -n "${PIP_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="$PIP_INDEX_URL"
else
    unset PIP_INDEX_URL
fi
if [ -s "$secret" ]; then
    bundle=/tmp/trusted.pem
    cat /etc/ssl/certs/ca-certificates.crt "$secret" >"$bundle"
    export SSL_CERT_FILE="$bundle" PIP_CERT="$bundle" REQUESTS_CA_BUNDLE="$bundle"
fi
"$@" && exit 0
status=$?
{
    printf 'tarmac: "%s" failed, see the lines above.\n' "$*"
    if [ -s "$secret" ]; then
        printf 'Next: check the network, and that TARMAC_CA_BUNDLE holds the authority that signs for this network.\n'
    else
        printf 'Next: check the network; behind a proxy with its own certificate: '
        printf 'TARMAC_CA_BUNDLE=/path/to/bundle.pem docker compose build\n'
    fi
} >&2
exit "$status"
