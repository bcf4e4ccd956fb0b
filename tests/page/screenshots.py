#!/usr/bin/env python3
"""screenshots.py INDEX.HTML FOLDER: writes report.png, the head of a report, and space.png, its plot
with the pointer on an item, to the folder: for README.md."""
import pathlib
import sys

import browser


def main():
    page_file, folder = pathlib.Path(sys.argv[1]).absolute(), pathlib.Path(sys.argv[2])
    with browser.Browser() as page:
        page.show(820, 620)
        page.open("file://" + str(page_file))
        page.wait_until("return document.getElementById('space').dataset.drawn")
        (folder / "report.png").write_bytes(page.picture())
        canvas = page.find("#space canvas")
        page.run("arguments[0].scrollIntoView({block: 'start'})", canvas)
        for x in range(0, 200, 12):
            page.point(canvas, [("move", x, x // 3)])
            if page.run("return !document.querySelector('#space .card').hidden"):
                break
        (folder / "space.png").write_bytes(page.picture())


main()
