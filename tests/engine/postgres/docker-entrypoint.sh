#!/usr/bin/env bash
# A stand-in's entry point with the interface that the official image's documentation describes ("Environment
# Variables", "Initialization scripts", "Arbitrary --user Notes"); used only where no registry can be reached.
set -euo pipefail

main() {
  [ "${1:0:1}" != - ] || set -- postgres "$@"
  [ "${1-}" = postgres ] || exec "$@"
  if [ "$(id -u)" = 0 ]; then
    prepare_folders
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    read_settings
    make_cluster "$@"
  fi
  exec "$@"
}

prepare_folders() {
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 0700 "$PGDATA"
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
}

read_settings() {
  from_file POSTGRES_USER postgres
  from_file POSTGRES_PASSWORD ""
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS ""
  [ -n "$POSTGRES_PASSWORD" ] || [ "${POSTGRES_HOST_AUTH_METHOD-}" = trust ] || {
    echo "Error: database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD" >&2
    exit 1
  }
}

# A setting's value, or what the file that NAME_FILE names holds.
from_file() {
  local name=$1 file_name="$1_FILE" value=$2
  [ -z "${!name-}" ] || value=${!name}
  [ -z "${!file_name-}" ] || value=$(<"${!file_name}")
  export "$name=$value"
}

make_cluster() {
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA"
  # The documentation says that these arguments are split at spaces.
  # shellcheck disable=SC2086
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "${@:2}")}
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  local options
  options=$(printf '%q ' "${@:2}" -c "listen_addresses=" -p "${PGPORT:-5432}")
  pg_ctl -D "$PGDATA" -o "$options" -w start
  PGPASSWORD=$POSTGRES_PASSWORD run_init_files
  pg_ctl -D "$PGDATA" -m fast -w stop
}

run_init_files() {
  export PGPASSWORD
  [ "$POSTGRES_DB" = postgres ] ||
    printf 'CREATE DATABASE :"db";\n' | query --dbname postgres --set db="$POSTGRES_DB"
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    echo "$0: $file"
    case $file in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) query --dbname "$POSTGRES_DB" --file "$file" ;;
      *.sql.gz) gunzip -c "$file" | query --dbname "$POSTGRES_DB" ;;
      *) echo "$0: ignored" ;;
    esac
  done
  unset PGPASSWORD
}

query() {
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"
}

main "$@"
