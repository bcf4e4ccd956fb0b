#!/usr/bin/env python3
"""serve_test.py LIKENESS: opens the page of a service in a headless Chromium and does with it what
a person does, on a desk, with a keyboard alone, and on a phone. Exits with 77 where there is no
Chromium."""
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import browser

PHONE = (360, 740)
DESK = (1200, 900)
ENTER, ARROW_RIGHT, ESCAPE, TAB = "\ue007", "\ue014", "\ue00c", "\ue004"


def require(true, what):
    if not true:
        raise AssertionError(what)


def make_shop(likeness, folder):
    def run(*words):
        subprocess.run([likeness, *words, "--quiet"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)

    run("sample", "sample", "--count", "200")
    run("pack", "shop", "sample", "--tags", "sample/tags.csv", "--key", "key")
    run("train", "shop", "--epochs", "2")
    run("embed", "shop")


def count(page, selector):
    return page.run("return document.querySelectorAll(arguments[0]).length", selector)


def address(page):
    return page.run("return location.search")


def click(page, selector):
    page.run("document.querySelector(arguments[0]).click()", selector)


def wait_for(page, selector):
    page.wait_until("return document.querySelector(arguments[0])", selector)


RESULT = ".results .tile .open"
ITEM = ".catalogue .tile .open"


def walk_by_mouse(page, home):
    page.show(*DESK)
    page.open(home)
    wait_for(page, ITEM)
    require(count(page, ITEM) >= 20, "the catalogue shows many items at once")
    require("200 items" in page.run("return document.querySelector('.summary').textContent"), "total")
    click(page, ITEM)
    wait_for(page, RESULT)
    require("like=" in address(page), "what is liked stands in the address")
    require(count(page, ".chosen") == 1, "what is liked is shown above the results")
    liked = address(page)
    click(page, ".results .actions button")
    page.wait_until("return document.querySelectorAll('.chosen').length === 2")
    page.run("history.back()")
    page.wait_until("return location.search === arguments[0]", liked)
    page.wait_until("return document.querySelectorAll('.chosen').length === 1")
    click(page, "aside input[type=checkbox]")
    page.wait_until("return location.search.includes('where=')")
    page.run("location.reload()")
    wait_for(page, RESULT)
    require("where=" in address(page) and count(page, ".chosen") == 1, "Reload keeps all of it")
    require(page.run("return document.querySelector('aside input').checked"), "the filter is shown")


def walk_by_keyboard(page, home):
    page.open(home)
    wait_for(page, ITEM)
    page.run("document.querySelector(arguments[0]).focus()", ITEM)
    first = page.run("return document.activeElement.getAttribute('aria-label')")
    page.keys(ARROW_RIGHT)
    second = page.run("return document.activeElement.getAttribute('aria-label')")
    require(second and second != first, "an arrow goes to the next item")
    page.keys(ENTER)
    wait_for(page, RESULT)
    page.keys(ESCAPE)
    wait_for(page, ITEM)
    page.keys("/")
    require(page.run("return document.activeElement.type") == "search", "/ goes to the search")
    # Slowly, so that what was searched before is shown when the next letter comes.
    for typed in ("1", "19", "199"):
        page.keys(typed[-1])
        with urllib.request.urlopen(home + "api/v1/items?count=1&search=" + typed) as answer:
            expected = f"{json.load(answer)['total']} items"
        page.wait_until("return document.querySelector('.summary')?.textContent.startsWith(arguments[0])",
                        expected)
    page.keys(ESCAPE)
    page.keys("?")
    wait_for(page, "dialog[open]")
    page.keys(ESCAPE)
    page.wait_until("return !document.querySelector('dialog[open]')")


def look_at_clusters(page, home):
    page.open(home)
    wait_for(page, ITEM)
    click(page, "nav button")  # the first: clusters; the shop has none yet
    page.wait_until("return document.querySelector('main .notice')?.textContent.includes('likeness cluster')")
    page.errors()  # the browser writes down the 409 itself
    click(page, "nav button:nth-child(3)")
    wait_for(page, "form.sliders")
    page.run("[...document.querySelectorAll('form.sliders button')].find((one) => one.textContent === 'Cluster').click()")
    page.wait_until("return document.querySelector('.list:last-of-type li .count')?.textContent === 'done'")
    click(page, "nav button")
    page.wait_until("return document.querySelectorAll('.row h2').length >= 2")
    require("show=clusters" in address(page), "what is shown stands in the address")
    click(page, ".row .tile .open")
    wait_for(page, RESULT)
    page.run("history.back()")
    page.wait_until("return document.querySelectorAll('.row h2').length >= 2")


def remove_a_duplicate(page, home):
    page.open(home + "?show=duplicates")
    wait_for(page, ".row .tile")
    groups = count(page, ".row")
    tile = ".row .tile:last-child"
    key = page.run("return document.querySelector(arguments[0] + ' .key').textContent", tile)
    page.run("window.confirm = () => true; document.querySelector(arguments[0] + ' [aria-label^=Remove]').click()",
             tile)
    page.wait_until("return document.querySelectorAll('.row').length < arguments[0] || "
                    "![...document.querySelectorAll('.row .key')].some((one) => one.textContent === arguments[1])",
                    groups, key)
    page.run("fetch('api/v1/items/' + arguments[0]).then((answer) => { window.there = answer.status; })", key)
    page.wait_until("return window.there === 404")
    page.errors()  # the browser writes down the 404 itself


def train_another(page, home):
    page.open(home + "?show=work")
    wait_for(page, "form.sliders")
    page.run("""
        const minutes = document.querySelector("input[type=number]");
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(minutes, "30");
        minutes.dispatchEvent(new Event("input", {bubbles: true}));
        document.querySelector("form.sliders button[type=submit]").click();""")
    wait_for(page, ".list progress")
    require(page.run("return document.documentElement.scrollWidth <= innerWidth"), "it fits")
    page.run("document.querySelector('.list:last-of-type li > button').click()")
    page.wait_until("return document.querySelector('.list:last-of-type li .count').textContent === 'stopped'")


def send_a_picture(page, home, picture):
    page.open(home)
    wait_for(page, ITEM)
    page.run("""
        const bytes = Uint8Array.from(arguments[0]);
        const files = new DataTransfer();
        files.items.add(new File([bytes], "a.jpg", {type: "image/jpeg"}));
        dispatchEvent(new DragEvent("drop", {dataTransfer: files, cancelable: true}));""",
             list(picture))
    wait_for(page, RESULT)
    page.wait_until("return document.querySelector('.chosen img')?.naturalWidth > 0")
    require("picture=" in address(page), "the picture stands in the address")


def look_on_a_phone(page, home):
    page.show(*PHONE, phone=True, dark=True)
    page.open(home)
    wait_for(page, ITEM)
    require(page.run("return document.documentElement.scrollWidth <= innerWidth"), "it fits a phone")
    require(not page.run("return document.querySelector('aside').offsetParent"), "filters are away")
    click(page, "header .only-narrow")
    require(page.run("return !!document.querySelector('aside').offsetParent"), "and can be opened")
    small = page.run("""return [...document.querySelectorAll('header button')]
        .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 24).length""")
    require(small == 0, "what is to be touched is large enough")


def survive_what_is_not_there(page, home):
    page.open(home + "?like=none")
    page.wait_until("return document.querySelector('main .notice')")
    require("no such item" in page.run("return document.querySelector('main .notice').textContent"),
            "an item that is not there is told in words")
    page.errors()  # the browser writes down the 404 itself
    page.open(home + "?like=<script>alert(1)</script>&where=%22%3E%3Cb%3E")
    page.wait_until("return document.querySelector('main .notice')")
    require(count(page, "main b, main script") == 0, "text stays text")
    page.errors()


def give_a_key(page, likeness, folder):
    """A service with keys asks for one before it shows anything."""
    keys = str(folder / "keys")
    made = subprocess.run([likeness, "key", "new", keys, "page", "--json"], stdout=subprocess.PIPE,
                          check=True, text=True)
    service = subprocess.Popen([likeness, "serve", str(folder / "shop"), "--listen", "127.0.0.1:0",
                                "--keys", keys, "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        page.open(f"http://{json.loads(service.stdout.readline())['listen']}/")
        for key in ("wrong", json.loads(made.stdout)["key"]):
            wait_for(page, "#key")
            page.run("document.querySelector('#key').focus()")
            page.keys(*key)
            page.keys(ENTER)
        wait_for(page, ITEM)
        page.wait_until("return document.querySelector('.catalogue img')?.naturalWidth > 0")
        page.errors()  # the browser writes down the 401 itself
    finally:
        service.terminate()
        require(service.wait(timeout=10) == 0, "SIGTERM ends it with 0")


def main(likeness):
    if not browser.is_there():
        print("SKIPPED: Chromium is not installed: the page was not tried")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_shop(likeness, folder)
        service = subprocess.Popen(
            [likeness, "serve", str(folder / "shop"), "--listen", "127.0.0.1:0", "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            home = f"http://{json.loads(service.stdout.readline())['listen']}/"
            with browser.Browser(webgl=False) as page:
                walk_by_mouse(page, home)
                walk_by_keyboard(page, home)
                look_at_clusters(page, home)
                remove_a_duplicate(page, home)
                train_another(page, home)
                send_a_picture(page, home, next((folder / "sample").glob("*.jpg")).read_bytes())
                look_on_a_phone(page, home)
                require(not page.errors(), "the console says nothing")
                survive_what_is_not_there(page, home)
                give_a_key(page, likeness, folder)
        finally:
            service.terminate()
            require(service.wait(timeout=10) == 0, "SIGTERM ends it with 0")


if __name__ == "__main__":
    main(str(pathlib.Path(sys.argv[1]).absolute()))
