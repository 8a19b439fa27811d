"""Fetches pages through the proxy with aiohttp and writes a JSON line for each attempt."""

import asyncio
import json
import os
import sys
import time
from datetime import datetime, timezone

import aiohttp

proxy = os.environ["PROXY_URL"]


async def fetch(session, url):
    record = {"time": datetime.now(timezone.utc).isoformat(), "url": url, "proxy": proxy, "status": None, "error": None}
    started = time.monotonic()
    try:
        async with session.get(url, proxy=proxy) as response:
            await response.read()
            record["status"] = response.status
    except Exception as error:
        record["error"] = f"{type(error).__name__}: {error}"
    record["elapsed_ms"] = round((time.monotonic() - started) * 1000)
    print(json.dumps(record), flush=True)


async def main(urls):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
        for url in urls:
            await fetch(session, url)
            await asyncio.sleep(0.2)


asyncio.run(main(sys.argv[1:]))
