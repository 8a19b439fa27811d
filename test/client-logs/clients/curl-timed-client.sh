#!/bin/sh
# Checks the pages and tells when what happened.
for url in "$@"; do
  curl -sS -v --trace-time -m 3 -o /dev/null -x "$PROXY_URL" "$url"
  sleep 0.2
done
