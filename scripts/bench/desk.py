"""What the measured programs stand on: a screen in memory, a session bus, servers, and WebDriver to reach a page by.

Everything is started with a mark (processes.py) and ends with its `Desk`.
"""

import itertools
import json
import mmap
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import processes

HERE = os.path.dirname(os.path.abspath(__file__))

# Variables of the caller's desktop that would make a run another one than it says.
FOREIGN = """WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS LC_ALL LC_MESSAGES GTK_MODULES GTK_THEME
    http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY""".split()

# The screen holds the largest window of this bench, which has no window manager to keep it inside.
SCREEN = "1400x1000x24"


class Unavailable(Exception):
    """A figure that cannot be had here; the words say why."""


def need(program):
    if not shutil.which(program):
        raise Unavailable(f"{program} is not installed (`make setup` installs it)")
    return program


class Desk:
    """A screen and a bus, under a folder that is removed at the end."""

    def __init__(self, folder):
        self.mark = f"/{os.getpid()}/"
        self._numbers = itertools.count(1)
        os.makedirs(folder, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="run-", dir=folder)
        # Sockets have short names only, and a project's folder may lie deep.
        self.sockets = tempfile.mkdtemp(prefix="tapewriter-bench-")
        self.log = os.path.join(folder, "bench.log")
        open(self.log, "w").close()

    def __enter__(self):
        try:
            self._open()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        processes.end(self.mark)
        for folder in (self.folder, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    def _open(self):
        xvfb = self.start(
            [need("Xvfb"), "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-nocursor", "-fbdir", self.folder],
            stdout=subprocess.PIPE,
        )
        self.display = ":" + xvfb.stdout.readline().decode().strip()
        if self.display == ":":
            raise Unavailable(f"Xvfb did not start; see {self.log}")
        bus = self.start(
            [need("dbus-daemon"), "--session", "--nofork", "--nopidfile", "--print-address=1"], stdout=subprocess.PIPE
        )
        self.bus = bus.stdout.readline().decode().strip()

    def home(self):
        """A new user's folder."""
        return tempfile.mkdtemp(prefix="home-", dir=self.folder)

    def environment(self, home=None, mark=None):
        env = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        home = home or self.folder
        env.update(
            {
                processes.MARK: mark or self.mark,
                "HOME": home,
                "TAPEWRITER_HOME": os.path.join(home, "tapewriter"),
                "XDG_DATA_HOME": os.path.join(home, "share"),
                "XDG_CONFIG_HOME": os.path.join(home, "config"),
                "XDG_CACHE_HOME": os.path.join(home, "cache"),
                "XDG_STATE_HOME": os.path.join(home, "state"),
                "XDG_RUNTIME_DIR": self.sockets,
                "LANG": "en_US.UTF-8",
                "LANGUAGE": "en_US",
                "GDK_BACKEND": "x11",
                "GTK_THEME": "Adwaita",
            }
        )
        if hasattr(self, "display"):
            env["DISPLAY"] = self.display
        if hasattr(self, "bus"):
            env["DBUS_SESSION_BUS_ADDRESS"] = self.bus
        return env

    def start(self, command, home=None, mark=None, stdout=None, **variables):
        """Starts a program; its words go to the log."""
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                command,
                env={**self.environment(home, mark), **variables},
                stdin=subprocess.DEVNULL,
                stdout=stdout or log,
                stderr=log,
                # Ctrl-C is for the bench, which then ends them all.
                start_new_session=True,
            )

    def new_mark(self):
        return f"{self.mark}{next(self._numbers)}/"

    def screen(self):
        return Screen(os.path.join(self.folder, "Xvfb_screen0"))


class Screen:
    """The picture on the screen, read from Xvfb's own memory: a file in the format of xwd, mapped."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        # The header of X11/XWDFile.h: big-endian numbers.
        field = [int.from_bytes(self.memory[4 * i : 4 * i + 4], "big") for i in range(25)]
        if field[11] != 32 or field[7] != 0:
            raise Unavailable("Xvfb's screen is not of 32 little-endian bits a pixel")
        self.pixels = field[0] + 12 * field[19]

    def find(self, rgb, width):
        """Where `width` pixels of a colour stand in a row; None where they don't. Reads all of the screen: some
        milliseconds."""
        red, green, blue = rgb
        for unused in (0, 255):
            row = bytes([blue, green, red, unused]) * width
            at = self.memory.find(row, self.pixels)
            if at >= 0:
                return at, row
        return None

    def shows(self, place):
        """Whether what was found once is there again; reads only that."""
        at, row = place
        return self.memory[at : at + len(row)] == row


class Server:
    """`tape demo`, in a process of its own and on a free port."""

    def __init__(self, desk, tape):
        self.process = desk.start([tape, "demo", "--port", "0"], stdout=subprocess.PIPE)
        self.origin = self.process.stdout.readline().decode().strip()
        if not self.origin.startswith("http://"):
            raise Unavailable(f"`tape demo` did not start; see {desk.log}")

    def flood(self, n, size=100, rate=None):
        return f"{self.origin}/flood?n={n}&size={size}" + (f"&rate={rate}" if rate else "")

    def messages(self, n, gap_ms):
        """The tutorial's stream: `Message 1` and so on."""
        return f"{self.origin}/stream?n={n}&ms={gap_ms}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Page:
    """A page under WebDriver."""

    def __init__(self, desk, command, capabilities, home=None, **variables):
        self.mark = desk.new_mark()
        self.log = desk.log
        self.origin = f"http://127.0.0.1:{free_port()}"
        port = self.origin.rsplit(":", 1)[1]
        self.driver = desk.start([*command, f"--port={port}"], home=home, mark=self.mark, **variables)
        self.session = None
        try:
            self._connect(capabilities)
        except BaseException:
            self.close()
            raise

    def _connect(self, capabilities):
        end = time.monotonic() + 20
        while True:
            try:
                self._ask("GET", "/status", timeout=2)
                break
            except Unavailable:
                if time.monotonic() > end or self.driver.poll() is not None:
                    raise
                time.sleep(0.02)
        opened = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}}, timeout=90)
        self.session = f"/session/{opened['sessionId']}"
        # A flood of many millions is one script.
        self._ask("POST", f"{self.session}/timeouts", {"script": 900_000})

    def _ask(self, method, path, body=None, timeout=60):
        request = urllib.request.Request(
            self.origin + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Unavailable(f"WebDriver: {error.read().decode(errors='replace')[:300]}") from None
        except (OSError, ValueError) as error:
            raise Unavailable(f"WebDriver did not answer {path}: {error}") from None

    # A proxy that the environment names is for the network, not for this.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def js(self, script, *arguments):
        return self._ask("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def measure(self, function, *arguments, limit):
        """Calls a function of page.js and waits for its answer, `limit` seconds and a little more."""
        script = f"window.tapewriterBench.{function}(...arguments)"
        body = {"script": script, "args": list(arguments)}
        return self._ask("POST", f"{self.session}/execute/async", body, timeout=limit + 30)

    def prepare(self):
        with open(os.path.join(HERE, "page.js"), encoding="utf-8") as file:
            self.js(file.read())

    def go(self, url):
        self._ask("POST", f"{self.session}/url", {"url": url})

    def resize(self, width, height):
        self._ask("POST", f"{self.session}/window/rect", {"x": 0, "y": 0, "width": width, "height": height})

    def until(self, what, script, *arguments, limit=20):
        end = time.monotonic() + limit
        while True:
            answer = self.js(script, *arguments)
            if answer:
                return answer
            if time.monotonic() > end:
                raise Unavailable(f"waited {limit} s for {what}")
            time.sleep(0.05)

    def element(self, handle):
        selector = f'[data-testid="{handle}"]'
        self.until(f"an element {selector}", "return !!document.querySelector(arguments[0])", selector)
        found = self._ask("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        return f"{self.session}/element/{next(iter(found.values()))}"

    def click(self, handle):
        self._ask("POST", f"{self.element(handle)}/click", {})

    def click_selector(self, selector):
        found = self._ask("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"{self.session}/element/{next(iter(found.values()))}/click", {})

    def fill(self, handle, text):
        field = self.element(handle)
        self._ask("POST", f"{field}/clear", {})
        self._ask("POST", f"{field}/value", {"text": text})

    def close(self):
        if self.session:
            try:
                self._ask("DELETE", self.session, timeout=5)
            except Unavailable:
                pass
            self.session = None
        processes.end(self.mark)
        self.driver.wait()
