#!/bin/sh
# Checks the pages over one connection where possible.
curl -sS -v -m 3 -x "$PROXY_URL" "$@"
