#!/usr/bin/env python3
"""page_test.py LIKENESS FOLDER: opens a report in a headless Chromium, as a file and without a
network, and does with it what a reader does. Exits with 77 where there is no Chromium."""
import pathlib
import shutil
import subprocess
import sys

import browser

PHONE = (390, 844)
DESK = (1200, 900)


def make_report(likeness, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    def run(*words):
        subprocess.run([likeness, *words, "--quiet"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)

    run("sample", "sample", "--count", "60")
    run("pack", "shop", "sample", "--tags", "sample/tags.csv", "--key", "key")
    run("train", "shop", "--epochs", "2", "--latent", "4")
    run("embed", "shop")
    run("cluster", "shop", "--clusters", "3")
    run("report", "shop")
    return "file://" + str(folder / "shop/report/index.html")


def require(true, what):
    if not true:
        raise AssertionError(what)


def colours_of(page):
    """How many different colours the plot shows, and a sum that changes with the picture."""
    return page.run("""
        const canvas = document.querySelector("#space canvas");
        const small = Object.assign(document.createElement("canvas"), {width: 200, height: 150});
        const pen = small.getContext("2d");
        pen.drawImage(canvas, 0, 0, 200, 150);
        const data = pen.getImageData(0, 0, 200, 150).data;
        const colours = new Set();
        let sum = 0;
        for (let i = 0; i < data.length; i += 4) {
          const colour = data[i] * 65536 + data[i + 1] * 256 + data[i + 2];
          colours.add(colour);
          sum = (sum * 31 + colour) % 1000000007;
        }
        return [colours.size, sum];""")


def wait_for_drawing(page, after):
    page.wait_until("return Number(document.getElementById('space').dataset.drawn || 0) > "
                    "arguments[0]", after)
    return page.run("return Number(document.getElementById('space').dataset.drawn)")


def card(page):
    return page.run("""
        const card = document.querySelector("#space .card");
        if (card.hidden) return null;
        const image = card.querySelector(".thumbnail");
        return {text: card.innerText, picture: getComputedStyle(image).backgroundImage,
                width: image.offsetWidth, name: image.getAttribute("aria-label")};""")


def open_page(page, address, size, **how):
    page.show(*size, **how)
    page.open(address)
    page.wait_until("return document.readyState === 'complete'")


def the_page_is_whole(page, address):
    for size in (DESK, PHONE):
        for dark in (False, True):
            open_page(page, address, size, phone=size is PHONE, dark=dark)
            where = f"{size}, dark: {dark}"
            found = page.run("""
                const images = [...document.images];
                return {
                  count: images.length,
                  nameless: images.filter((one) => !one.alt.trim()).map((one) => one.src),
                  broken: images.filter((one) => !one.naturalWidth).map((one) => one.src),
                  headings: document.querySelectorAll("h1").length,
                  width: document.documentElement.scrollWidth};""")
            require(found["count"] > 8, f"{where}: only {found['count']} pictures")
            require(not found["nameless"], f"{where}: no alternative text: {found['nameless']}")
            require(not found["broken"], f"{where}: cannot be shown: {found['broken']}")
            require(found["headings"] == 1, f"{where}: {found['headings']} main headings")
            require(found["width"] <= size[0], f"{where}: {found['width']} pixels wide")


def the_plot_draws_and_turns(page, address):
    open_page(page, address, DESK)
    drawn = wait_for_drawing(page, 0)
    count, before = colours_of(page)
    require(count > 5, f"the plot shows only {count} colours")
    canvas = page.find("#space canvas")
    page.run("arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", canvas)
    for what, act in (
            ("by keys", lambda: page.keys("\ue012", "\ue012")),
            ("by the mouse", lambda: page.point(canvas, [
                ("move", 300, 150), ("press", 0, 0), ("move", 200, 120), ("release", 0, 0)]))):
        act()
        drawn = wait_for_drawing(page, drawn)
        _, after = colours_of(page)
        require(after != before, f"the plot does not turn {what}")
        before = after


def pointing_shows_the_item(page, address):
    open_page(page, address, DESK)
    wait_for_drawing(page, 0)
    canvas = page.find("#space canvas")
    page.run("arguments[0].scrollIntoView({block: 'center'})", canvas)
    places = [(x, y) for x in range(-240, 241, 20) for y in range(-160, 161, 20)]
    places.sort(key=lambda place: abs(place[0]) + abs(place[1]))
    for x, y in places:
        page.point(canvas, [("move", x, y)])
        found = card(page)
        if found:
            break
    require(found, "no item under the mouse anywhere")
    require("thumbnails.webp" in found["picture"], f"no thumbnail: {found}")
    require(found["width"] > 20 and found["name"].startswith("Picture of "), f"no picture: {found}")
    require("cluster" in found["text"], f"no cluster: {found}")
    page.point(canvas, [("move", x, y), ("press", 0, 0), ("release", 0, 0)])
    page.keys("n")
    found = page.wait_until("return document.querySelector('#space .card').innerText")
    require("distance" in found, f"no distance from what is selected: {found}")
    nearest = page.run("return document.querySelectorAll('#space .nearest li').length")
    require(nearest > 3, f"{nearest} nearest items are listed")


def colours_follow_the_tag(page, address):
    open_page(page, address, DESK)
    wait_for_drawing(page, 0)
    _, before = colours_of(page)
    drawn = page.run("return Number(document.getElementById('space').dataset.drawn)")
    page.run("""
        const select = document.getElementById("space-colour");
        select.value = select.options[1].value;
        select.dispatchEvent(new Event("change"));""")
    wait_for_drawing(page, drawn)
    require(colours_of(page)[1] != before, "another tag gives no other colours")


def the_slider_shows_other_epochs(page, address):
    open_page(page, address, DESK)
    last, first = page.run("""
        const figure = document.querySelector("figure[data-frames]");
        const image = figure.querySelector("img"), slider = figure.querySelector("input");
        const last = image.src;
        slider.value = 0;
        slider.dispatchEvent(new Event("input"));
        return [last, image.src];""")
    require(last != first and first.endswith("-00.png"), f"{last} and {first}")


def without_webgl_the_page_says_so(address):
    with browser.Browser(webgl=False) as page:
        open_page(page, address, DESK)
        text = page.wait_until("return document.querySelector('#space .message').innerText")
        require("no WebGL" in text, f"the message is: {text}")
        require(not page.errors(), "an error without WebGL")


def main():
    if not browser.is_there():
        print("SKIPPED: there is no chromium and chromedriver: "
              "tools/install_packages.sh test installs them", file=sys.stderr)
        return 77
    address = make_report(sys.argv[1], pathlib.Path(sys.argv[2]).absolute())
    with browser.Browser() as page:
        for test in (the_page_is_whole, the_plot_draws_and_turns, pointing_shows_the_item,
                     colours_follow_the_tag, the_slider_shows_other_epochs):
            test(page, address)
            complaints = page.errors()
            require(not complaints, f"{test.__name__}: the console complains: {complaints}")
            print("ok:", test.__name__)
    without_webgl_the_page_says_so(address)
    print("ok: without_webgl_the_page_says_so")
    return 0


sys.exit(main())
