"""Fetches pages through the proxy with requests and logs what happens."""

import logging
import os
import sys
import time

import requests

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("scraper")

proxy = os.environ["PROXY_URL"]
session = requests.Session()
session.proxies = {"http": proxy, "https": proxy}

log.info("starting with proxy %s", proxy)
for url in sys.argv[1:]:
    try:
        response = session.get(url, timeout=3)
        response.raise_for_status()
        log.info("%s %s (%d bytes)", response.status_code, url, len(response.content))
    except requests.HTTPError as error:
        log.error("%s: %s", error, error.response.text[:200])
    except requests.RequestException:
        log.exception("could not fetch %s", url)
    time.sleep(0.2)
