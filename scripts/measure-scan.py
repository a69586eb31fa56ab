#!/usr/bin/env python3
"""Measures `barding scan --targets` on many sites of the loopback: time, the most memory, the most sockets at once.

    scripts/measure-scan.py [SITES]        1,000 unless said otherwise
    scripts/measure-scan.py --latency URL  one passive look at a site, through a line that takes 100 ms there and back

One server listens on that many ports. Build barding first, or name a binary in the variable BARDING. The slow line is a proxy
on the loopback that holds back each connection for a round trip and each piece of data for half of one.
"""

import asyncio
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))
PAGE = b'<!doctype html><title>Shop</title><a href="/about/">About</a><a href="/help/">Help</a><p>' + b"x" * 20_000
HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nX-Frame-Options: DENY\r\nContent-Length: %d\r\n\r\n"


async def answer(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            good = path in (b"/", b"/about/", b"/help/")
            body = PAGE if good else b"<title>Not here</title>"
            writer.write(HEAD % (b"200 OK" if good else b"404 Not Found", len(body)) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


ROUND_TRIP = 0.1


async def delayed(reader, writer):
    """Passes data on half a round trip after it came, in order, however much is under way."""
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue()

    async def pass_on():
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not piece:
                writer.close()
                return
            writer.write(piece)
            await writer.drain()

    passing = asyncio.create_task(pass_on())
    try:
        while piece := await reader.read(65536):
            await pieces.put((loop.time() + ROUND_TRIP / 2, piece))
    except ConnectionError:
        pass
    await pieces.put((loop.time() + ROUND_TRIP / 2, b""))
    await asyncio.gather(passing, return_exceptions=True)


def latency(url):
    """One look through the slow line, in round trips of wall time."""
    there = urllib.parse.urlsplit(url)
    port = there.port or (443 if there.scheme == "https" else 80)
    loop = asyncio.new_event_loop()

    async def slow(reader, writer):
        await asyncio.sleep(ROUND_TRIP)
        back, on = await asyncio.open_connection(there.hostname, port)
        await asyncio.gather(delayed(reader, on), delayed(back, writer), return_exceptions=True)

    server = loop.run_until_complete(asyncio.start_server(slow, "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    own = server.sockets[0].getsockname()[1]
    took = []
    for _ in range(3):
        started = time.monotonic()
        subprocess.run([BARDING, "scan", f"{there.scheme}://127.0.0.1:{own}/", "-f", "json"], stdout=subprocess.DEVNULL)
        took.append(time.monotonic() - started)
    trips = min(took) / ROUND_TRIP
    print(f"{min(took):.2f} s, {trips:.1f} round trips of {ROUND_TRIP * 1000:.0f} ms")
    return 0 if trips <= 15 else 1


def main():
    if sys.argv[1:2] == ["--latency"]:
        return latency(sys.argv[2])
    sites = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    loop = asyncio.new_event_loop()
    ports = []

    async def listen():
        for _ in range(sites):
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            ports.append(server.sockets[0].getsockname()[1])

    loop.run_until_complete(listen())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as targets:
        targets.writelines(f"http://127.0.0.1:{port}/\n" for port in ports)
        targets.flush()
        started = time.monotonic()
        child = subprocess.Popen([BARDING, "scan", "--targets", targets.name], stdout=subprocess.PIPE, text=True)
        most_sockets = most_memory = 0

        def watch():
            nonlocal most_sockets, most_memory
            while child.poll() is None:
                try:
                    folder = f"/proc/{child.pid}/fd"
                    links = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
                    most_sockets = max(most_sockets, sum(link.startswith("socket:") for link in links))
                    status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
                    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
                    most_memory = max(most_memory, int(line.split()[1]))
                except (OSError, StopIteration):
                    pass
                time.sleep(0.05)

        watcher = threading.Thread(target=watch)
        watcher.start()
        lines = child.stdout.read().splitlines()
        child.wait()
        watcher.join()
    took = time.monotonic() - started
    print(f"{len(lines)} sites in {took:.1f} s, at most {most_memory // 1024} MB and {most_sockets} sockets")
    good = len(lines) == sites and most_memory < 200 * 1024 and most_sockets < 256
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
