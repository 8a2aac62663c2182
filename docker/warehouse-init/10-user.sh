#!/bin/sh
# Run once by the image `postgres`, when the warehouse's data folder is made: the user and the database of the
# TARMAC_* variables, as emulator/stack/warehouse_cluster.py makes them. rdsdb owns the catalogue, as in
# Redshift; it keeps no password, and no login without one is left, so that nobody logs in as it.
set -eu
psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v user="$TARMAC_USER" -v password="$TARMAC_PASSWORD" -v database="$TARMAC_DATABASE" <<'SQL'
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
SELECT format('CREATE DATABASE %I', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER ROLE CURRENT_USER PASSWORD NULL;
ALTER ROLE :"user" SUPERUSER LOGIN PASSWORD :'password';
SQL
sed -i 's/^\(local .*[[:space:]]\)trust$/\1reject/' "$PGDATA/pg_hba.conf"
