#!/bin/sh
# Runs once, when the data directory is new: Temporal gets a role of its own, which makes its own two databases and
# cannot read the desk's.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$TEMPORAL_DB_PASSWORD" --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
create role temporal login createdb password :'password';
revoke connect on database desk from public;
SQL
