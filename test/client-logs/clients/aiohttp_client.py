"""Fetches pages through the proxy with aiohttp and logs what happens."""

import asyncio
import logging
import os
import sys

import aiohttp

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s - %(name)s - %(levelname)s - %(message)s")
log = logging.getLogger("scraper")

proxy = os.environ["PROXY_URL"]


async def main(urls):
    timeout = aiohttp.ClientTimeout(total=3)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        for url in urls:
            try:
                async with session.get(url, proxy=proxy) as response:
                    body = await response.text()
                    log.info("%s %s %d", response.status, url, len(body))
            except Exception:
                log.exception("request to %s failed", url)
            await asyncio.sleep(0.2)


asyncio.run(main(sys.argv[1:]))
