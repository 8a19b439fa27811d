"""Fetches pages through the proxy with requests and logs a line for each."""

import logging
import os
import sys
import time

import requests

logging.basicConfig(level=logging.INFO, format="%(asctime)s [%(levelname)s] %(message)s")

proxies = {"http": os.environ["PROXY_URL"], "https": os.environ["PROXY_URL"]}

for url in sys.argv[1:]:
    try:
        response = requests.get(url, proxies=proxies, timeout=3)
        logging.info("GET %s -> %s", url, response.status_code)
    except requests.RequestException as error:
        logging.error("GET %s failed: %s", url, error)
    time.sleep(0.2)
