"""Crawls pages through the proxy with Scrapy."""

import os

import scrapy


class ShopSpider(scrapy.Spider):
    name = "shop"
    custom_settings = {"COOKIES_ENABLED": False, "DOWNLOAD_TIMEOUT": 3, "TELNETCONSOLE_ENABLED": False}

    async def start(self):
        for url in os.environ["URLS"].split():
            yield scrapy.Request(url, meta={"proxy": os.environ["PROXY_URL"]}, dont_filter=True)

    def parse(self, response):
        yield {"url": response.url, "title": response.css("title::text").get()}
