"""A headless Chromium, driven by its chromedriver over the WebDriver protocol: no more than Python's
standard library and Debian's chromium-driver is needed."""
import base64
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how WebDriver names an element


def is_there():
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """Used in a with statement, so that browser, driver and profile go when it ends."""

    def __init__(self, webgl=True):
        self.webgl = webgl

    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait_for_driver()
            self.session = self.post("/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL"},
                "goog:chromeOptions": {"binary": shutil.which("chromium"),
                                       "args": self.arguments()}}}})["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, "session"):
            try:
                self.call("DELETE", f"/session/{self.session}")
            except OSError:
                pass
        self.driver.terminate()
        self.driver.wait()
        self.profile.cleanup()

    def arguments(self):
        # Without a graphics card WebGL is computed by SwiftShader; a container has no sandbox and a
        # small /dev/shm.
        words = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run",
                 "--disable-background-networking", "--hide-scrollbars",
                 f"--user-data-dir={self.profile.name}"]
        if self.webgl:
            return words + ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        return words + ["--disable-gpu", "--disable-3d-apis"]

    def wait_for_driver(self):
        for _ in range(300):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.address + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def post(self, path, body):
        return self.call("POST", path, body)

    def on(self, path, body=None):
        """A command of this session: a GET without a body."""
        path = f"/session/{self.session}{path}"
        return self.call("GET", path) if body is None else self.post(path, body)

    def devtools(self, command, **parameters):
        return self.on("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def show(self, width, height, phone=False, dark=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=phone)
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, address):
        self.on("/url", {"url": address})

    def run(self, script, *arguments):
        return self.on("/execute/sync", {"script": script, "args": list(arguments)})

    def wait_until(self, script, *arguments):
        """Until the script gives something true, which is returned."""
        for _ in range(300):
            found = self.run(script, *arguments)
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"this never came true: {script}")

    def find(self, selector):
        return self.on("/element", {"using": "css selector", "value": selector})

    def picture(self, element=None, whole=False):
        """PNG bytes of the window, an element, or the whole page."""
        if whole:
            size = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
            shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, clip={
                "x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000), "scale": 1})
            return base64.b64decode(shot["data"])
        path = "/screenshot" if element is None else f"/element/{element[ELEMENT]}/screenshot"
        return base64.b64decode(self.on(path))

    def pdf(self):
        return base64.b64decode(self.on("/print", {"background": True}))

    def point(self, element, steps):
        """Moves, presses and releases the mouse; x and y from the element's middle."""
        actions = []
        for kind, x, y in steps:
            if kind == "move":
                actions.append({"type": "pointerMove", "duration": 0, "origin": element,
                                "x": int(x), "y": int(y)})
            else:
                actions.append({"type": "pointerDown" if kind == "press" else "pointerUp", "button": 0})
        self.on("/actions", {"actions": [{"type": "pointer", "id": "mouse",
                                          "parameters": {"pointerType": "mouse"},
                                          "actions": actions}]})

    def keys(self, *names):
        actions = []
        for name in names:
            actions += [{"type": "keyDown", "value": name}, {"type": "keyUp", "value": name}]
        self.on("/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def errors(self):
        """What the console has complained of since the last call."""
        entries = self.on("/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]
