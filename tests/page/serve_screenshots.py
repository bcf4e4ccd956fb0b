#!/usr/bin/env python3
"""serve_screenshots.py LIKENESS SHOP FOLDER: writes page.png, the service's page on a desk with
two items liked and one not, and page-phone.png to the folder: for README.md. The shop is that of
the sample catalogue."""
import json
import pathlib
import subprocess
import sys

import browser

ALL_DRAWN = """return document.querySelectorAll('.results img, .catalogue img').length > 8 &&
    [...document.images].every((one) => one.loading === 'lazy' || one.complete) &&
    [...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight)
        .every((one) => one.naturalWidth > 0)"""


def main():
    likeness, shop, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    service = subprocess.Popen([likeness, "serve", shop, "--listen", "127.0.0.1:0", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        home = f"http://{json.loads(service.stdout.readline())['listen']}/"
        with browser.Browser(webgl=False) as page:
            page.show(1000, 680)
            page.open(home + "?like=000762&like=001490&unlike=001638")
            page.wait_until(ALL_DRAWN)
            (folder / "page.png").write_bytes(page.picture())
            page.show(360, 680, phone=True)
            page.open(home + "?like=000762")
            page.wait_until(ALL_DRAWN)
            (folder / "page-phone.png").write_bytes(page.picture())
    finally:
        service.terminate()
        service.wait()


main()
