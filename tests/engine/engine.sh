#!/usr/bin/env bash
# Runs a command with a Docker engine that knows docker-compose.yml's base images:
#
#   tests/engine/engine.sh run COMMAND…   the machine's own engine where it has the images or can pull them;
#                                         else one of our own, gone with the command
#   tests/engine/engine.sh prepare        only fetches what such an engine needs (about a minute, then cached)
#
# Our own engine is Debian's docker.io, started as root in a temporary folder, with Compose and buildx from the
# next Debian and stand-ins for the images. Where none can be had the command runs all the same, without an
# engine, and one line says why; with CI=true that is an error, except on a machine that can't run one at all.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/debian.sh"

IMAGES="python:3.11-slim-bookworm postgres:18"
PACKAGES="docker.io debootstrap iproute2 iptables"
PLUGIN_SUITE=trixie # bookworm's own Compose is 1.29, and it has no buildx
START_S=60

main() {
  local verb=$1
  shift
  if [ "$verb" = prepare ]; then
    engine_answers || impossible || prepare
    return
  fi
  if ! engine_answers; then
    local reason
    reason=$(impossible || true)
    if [ -n "$reason" ]; then
      without_engine "$reason" "$@"
    elif prepare && start; then
      settle
    else
      [ "${CI-}" != true ] || fail "no Docker engine could be made; CI=true asks for one. Next: see the lines above"
      without_engine "an engine could not be made" "$@"
    fi
  fi
  "$@"
}

say() { printf 'engine: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

without_engine() {
  say "no Docker engine: $1; the tests of Docker Compose are skipped"
  shift
  exec "$@"
}

# Whether an engine is there with Compose and the images, or a registry to pull them from.
engine_answers() {
  docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1 || return 1
  local image
  for image in $IMAGES; do
    docker image inspect "$image" >/dev/null 2>&1 || docker pull --quiet "$image" >/dev/null 2>&1 || return 1
  done
}

# Says why this machine can run no engine of ours; fails if it can.
impossible() {
  if [ "$(id -u)" != 0 ]; then
    echo "it takes root to start one"
  elif ! command -v apt-get >/dev/null || [ -z "$(mirror)" ]; then
    echo "no apt source for Debian bookworm"
  elif [ ! -w /sys/fs/cgroup ] && [ ! -w /sys/fs/cgroup/memory ]; then
    echo "this machine lets nobody make control groups"
  else
    return 1
  fi
}

# All that comes over the network; two at once wait for one another.
prepare() (
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock 9
  install_packages || exit 1
  "$here/stand_ins.sh" tree &
  fetch_plugins && wait $!
)

install_packages() {
  local missing
  # shellcheck disable=SC2086 # a list of names
  missing=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $PACKAGES 2>&1 | grep -v ' installed$' || true)
  [ -n "$missing" ] || return 0
  say "installing $PACKAGES"
  # shellcheck disable=SC2086
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends $PACKAGES; } >"$CACHE/apt.log" 2>&1 || {
    tail -n 3 "$CACHE/apt.log" >&2
    return 1
  }
}

# Compose and buildx as plug-ins of a configuration of our own: the user's ~/.docker stays as it is.
fetch_plugins() {
  local plugins=$CACHE/docker/cli-plugins work
  [ ! -x "$plugins/docker-buildx" ] || return 0
  work=$(mktemp -d "${TMPDIR:-/tmp}/tarmac-plugins.XXXXXX")
  mkdir -p "$work/lists/partial" "$work/archives/partial" "$plugins"
  echo "deb [signed-by=$KEYRING] $(mirror) $PLUGIN_SUITE main" >"$work/sources.list"
  printf '%s "%s";\n' Dir::Etc::sourcelist "$work/sources.list" Dir::Etc::sourceparts - \
    Dir::State::lists "$work/lists" Dir::Cache "$work" APT::Sandbox::User root >"$work/apt.conf"
  (
    cd "$work"
    export APT_CONFIG=$work/apt.conf
    apt-get update -qq
    apt-get download -qq docker-compose docker-buildx
    for package in *.deb; do dpkg-deb -x "$package" tree; done
  ) >"$CACHE/plugins.log" 2>&1 || {
    tail -n 3 "$CACHE/plugins.log" >&2
    return 1
  }
  mv "$work"/tree/usr/libexec/docker/cli-plugins/docker-compose "$plugins/"
  mv "$work"/tree/usr/libexec/docker/cli-plugins/docker-buildx "$plugins/"
  rm -rf "$work"
}

# Starts an engine beside any other: own folder, bridge and addresses.
start() {
  folder=$(mktemp -d "${TMPDIR:-/tmp}/tarmac-engine.XXXXXX")
  bridge=tarmac$(($$ % 100000))
  trap stop EXIT
  trap 'exit 130' INT TERM
  make_bridge || return 1
  dockerd --config-file "$folder/daemon.json" >"$folder/log" 2>&1 &
  daemon=$!
  export DOCKER_HOST=unix://$folder/docker.sock DOCKER_CONFIG=$CACHE/docker
  local deadline=$((SECONDS + START_S))
  until docker info >/dev/null 2>&1; do
    if ! kill -0 "$daemon" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      say "dockerd did not start: $(tail -n 1 "$folder/log")"
      return 1
    fi
    read -rt 0.2 <> <(:) || true
  done
}

make_bridge() {
  local net
  for net in $(seq $((100 + $$ % 50)) 199); do
    ip -4 route show root "10.$net.0.0/16" | grep -q . || break
  done
  ip link add name "$bridge" type bridge && ip address add "10.$net.0.1/24" dev "$bridge" || return 1
  cat >"$folder/daemon.json" <<JSON
{
  "data-root": "$folder/data", "exec-root": "$folder/exec", "pidfile": "$folder/pid",
  "hosts": ["unix://$folder/docker.sock"], "bridge": "$bridge",
  "default-address-pools": [{"base": "10.$net.128.0/17", "size": 24}]
}
JSON
}

# The images, and the machine's own certificate authorities for what a build downloads.
settle() {
  "$here/stand_ins.sh" load
  export TARMAC_TESTS_ENGINE=$folder TARMAC_CA_BUNDLE=${TARMAC_CA_BUNDLE:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}
  say "Docker $(docker version --format '{{.Server.Version}}') with stand-in images, in $folder"
}

# Ends the engine with all that it made.
stop() {
  local status=$? table
  if [ -n "${daemon-}" ] && kill -0 "$daemon" 2>/dev/null; then
    docker ps -aq | xargs -r docker rm -f -v >/dev/null 2>&1 || true
    docker network prune -f >/dev/null 2>&1 || true
    kill "$daemon" && wait "$daemon" || true
  fi
  for table in nat filter; do
    iptables -t "$table" -S | sed -n "s/^-A\(.* $bridge .*\)/-D\1/p" | xargs -rL1 iptables -t "$table" || true
  done
  ip link delete "$bridge" 2>/dev/null || true
  awk -v at="$folder/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l || true
  rm -rf "$folder"
  return "$status"
}

main "$@"
