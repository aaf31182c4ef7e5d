#!/bin/bash
# What the official image's entrypoint does: a first start makes the database; each becomes `postgres`.
set -Eeuo pipefail
umask 077

if [[ ${1:-} != postgres ]]; then exec "$@"; fi
if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA" /run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
mkdir -p "$PGDATA"
chmod 700 "$PGDATA"

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  password=${POSTGRES_PASSWORD:-}
  if [[ -n ${POSTGRES_PASSWORD_FILE:-} ]]; then password=$(<"$POSTGRES_PASSWORD_FILE"); fi
  if [[ -z $password ]]; then
    echo "Error: Database is uninitialized and superuser password is not specified." >&2
    exit 1
  fi
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  # shellcheck disable=SC2086  # several words, as in the official image
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl --options="-c listen_addresses=''" --wait start
  if [[ $database != postgres ]]; then createdb --username="$user" --maintenance-db=postgres "$database"; fi
  for script in /docker-entrypoint-initdb.d/*.sql; do
    if [[ -f $script ]]; then psql --username="$user" --dbname="$database" --file="$script"; fi
  done
  pg_ctl --mode=fast --wait stop
fi
exec "$@"
