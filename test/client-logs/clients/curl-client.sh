#!/bin/sh
# Checks the pages one by one.
for url in "$@"; do
  curl -v -m 3 -x "$PROXY_URL" "$url"
done
