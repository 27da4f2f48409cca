#!/usr/bin/python3
"""Measures deliveries beside their goals, or what they are like without a load. docs/benchmarks.md has the figures.

    tests/bench/delivery.py [latency] [drain] [waiting] [put] [commits] [archive] [history]     all of them without a name

Needs build/release/bin/rialto (RIALTO_BIN names another); nginx is the HTTP receiver of the drain where it is installed.
"""
import argparse
import asyncio
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "system"))
import nats  # noqa: E402
from receiver import NUMBER, Receiver  # noqa: E402
from support import PROGRAM, Rialto, eventually  # noqa: E402

ACCOUNT = "000000000000"
ARCHIVE = f"arn:aws:events:us-east-1:{ACCOUNT}:archive/all"
PAD = "x" * 400


def config(url, concurrency=64, **more):
    """A rule `hook` to an HTTP endpoint, a rule `queue` to a queue, and one to an endpoint where nobody listens."""
    rules = {"hook": {"pattern": {"source": ["hook"]}, "targets": [{"apiDestination": {"name": "hook"}}]},
             "queue": {"pattern": {"source": ["queue"]}, "targets": [{"queue": {"name": "orders"}}]},
             "dead": {"pattern": {"source": ["dead"]}, "targets": [{"apiDestination": {"name": "dead"}, "breaker": {
                 "failures": 10, "wait": "5s"}}]}}
    return {"server": {"accessLog": False}, "log": {"level": "info"},
            "queues": {"orders": None},
            "connections": {"c": {"basic": {"username": "u", "password": "p"}}},
            "apiDestinations": {"hook": {"connection": "c", "endpoint": url, "rate": 1000000},
                                "dead": {"connection": "c", "endpoint": "http://127.0.0.1:1/", "rate": 1000000}},
            "delivery": {"concurrency": concurrency},
            "buses": {"default": {"rules": rules}}, **more}


@contextlib.contextmanager
def server(settings):
    with tempfile.TemporaryDirectory(prefix="rialto-bench-", dir=pathlib.Path.cwd()) as folder:
        rialto = Rialto(folder, settings)
        try:
            yield rialto
        finally:
            if rialto.is_running():
                rialto.kill()


def event_id(n):
    return f"00000000-0000-4000-8000-{n:012}"


def envelope(n, source, pad=PAD):
    return json.dumps({"version": "0", "id": event_id(n), "detail-type": "Placed", "source": source, "account": ACCOUNT,
                       "time": "2026-01-31T08:15:30Z", "region": "us-east-1", "resources": [],
                       "detail": {"n": n, "pad": pad}}, separators=(",", ":"))


def fill(rialto, rule, count):
    """Makes `count` deliveries of a rule owed, as the server would have stored them, by SQL."""
    rialto.start()
    rialto.stop()
    with contextlib.closing(sqlite3.connect(rialto.data / "rialto.db")) as database:
        arn = f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{rule}"
        kind = "queue" if rule == "queue" else "apiDestination"
        keys = [key for key, text in database.execute("SELECT key, json FROM targets")
                if (target := json.loads(text))["kind"]["type"] == kind and (rule != "dead" or "flow" in target)
                and (rule != "hook" or "flow" not in target)]
        first = database.execute("SELECT value FROM meta WHERE name = 'next_delivery'").fetchone()[0]
        now = int(time.time() * 1000)
        database.execute("PRAGMA synchronous = OFF")
        with database:
            database.executemany(
                "INSERT INTO events(row, id, bus, ingested, envelope, hops) VALUES (?, ?, 'default', ?, ?, 0)",
                ((n, event_id(n), now, envelope(n, rule)) for n in range(1, count + 1)))
            database.executemany(
                "INSERT INTO deliveries(id, event, target, rule, part, attempts, due) VALUES (?, ?, ?, ?, '', 0, ?)",
                ((first + n, n, keys[0], arn, now) for n in range(1, count + 1)))
            database.execute("UPDATE meta SET value = value + ? WHERE name = 'next_delivery'", (count + 1,))
    os.sync()  # as the server would have, and not when it writes next


def ask(rialto, sql):
    with contextlib.closing(sqlite3.connect(f"file:{rialto.data}/rialto.db?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchone()[0]


def owed(rialto):
    return ask(rialto, "SELECT count(*) FROM deliveries")


def is_owed_anything(rialto):
    """Takes no time that the server could use."""
    return ask(rialto, "SELECT EXISTS (SELECT 1 FROM deliveries)")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


# --- publish to delivery ----------------------------------------------------------------------------------------------

class Putter:
    """A keep-alive connection that puts one event a request."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, rialto):
        return cls(*await asyncio.open_connection(rialto.host, rialto.port))

    async def publish(self, detail):
        text = json.dumps(detail.decode())
        body = f'{{"Entries":[{{"Source":"hook","DetailType":"t","Detail":{text}}}]}}'.encode()
        self._writer.write(
            b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AWSEvents.PutEvents\r\n"
            b"Content-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(int(re.search(rb"(?i)content-length: *(\d+)", head)[1]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head)

    def close(self):
        self._writer.close()


async def publish(connect, rate, seconds, connections=8):
    """When each event was sent, by its number, at a steady rate."""
    sent = {}
    queue = asyncio.Queue()

    async def client():
        connection = await connect()
        while (number := await queue.get()) is not None:
            detail = json.dumps({"n": number, "pad": PAD}).encode()
            sent[number] = time.time()
            await connection.publish(detail)
        connection.close()

    clients = [asyncio.create_task(client()) for _ in range(connections)]
    begin = time.monotonic()
    for number in range(int(rate * seconds)):
        wait = begin + number / rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        queue.put_nowait(number)
    for _ in clients:
        queue.put_nowait(None)
    await asyncio.gather(*clients)
    return sent


def latencies(rialto, receiver, rate=1000, seconds=15):
    """Seconds from the sending of each event to its arrival."""
    receiver.seen.clear()
    sent = asyncio.run(publish(lambda: Putter.connect(rialto), rate, seconds))
    eventually(lambda: len({number for _, _, number in receiver.seen}) >= len(sent), 60, "the last delivery")
    came = {}
    for at, _, number in list(receiver.seen):
        came.setdefault(number, at)
    return [came[number] - at for number, at in sent.items()]


def show_latency(name, values):
    print(f"{name}: p50 {1000 * percentile(values, .5):.2f} ms, p99 {1000 * percentile(values, .99):.1f} ms, "
          f"max {1000 * max(values):.0f} ms", flush=True)


def measure_latency(_):
    with Receiver() as receiver, server(config(receiver.url())) as rialto:
        rialto.start()
        latencies(rialto, receiver, seconds=2)
        show_latency("publish to delivery, 1,000 events/s to a local HTTP receiver (goal: p50 2 ms, p99 15 ms)",
                     latencies(rialto, receiver))
    if nats.PROGRAM:
        with nats.server() as port:
            show_latency("  NATS JetStream, which does not wait for the disk, to a subscriber", nats_latencies(port))


def nats_latencies(port, rate=1000, seconds=15):
    warm_up, came = 2 * rate, []

    async def receive():
        client = await nats.Client.connect(port)
        async for texts in client.consume():
            now = time.time()
            came.extend((int(NUMBER.search(text)[1]), now) for text in texts)
            if len(came) >= warm_up + rate * seconds:
                return

    receiver = threading.Thread(target=lambda: asyncio.run(receive()), daemon=True)
    receiver.start()
    for duration in (2, seconds):
        sent = asyncio.run(publish(lambda: nats.Client.connect(port), rate, duration))
    receiver.join(60)
    arrival = dict(came[warm_up:])
    return [arrival[number] - at for number, at in sent.items()]


# --- drain ------------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def endpoint():
    """The URL of nginx, or of the receiver in Python, and its name."""
    nginx = shutil.which("nginx")
    if not nginx:
        with Receiver(keep=False) as receiver:
            yield receiver.url(), "a receiver in Python"
        return
    with tempfile.TemporaryDirectory() as folder:
        port = 18080
        text = (f"daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; events {{ worker_connections 1024; }}\n"
                f"http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/b; "
                f"proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; "
                f"scgi_temp_path {folder}/s; server {{ listen 127.0.0.1:{port}; location / {{ return 200 ok; }} }} }}\n")
        path = pathlib.Path(folder) / "nginx.conf"
        path.write_text(text)
        process = subprocess.Popen([nginx, "-c", str(path)], stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/", "nginx"
        finally:
            process.terminate()
            process.wait()


def drain(rialto, rule, count):
    fill(rialto, rule, count)
    rialto.start(ready=False)
    begin = time.monotonic()
    eventually(lambda: time.sleep(0.1) or not is_owed_anything(rialto), 600, "the end of the drain")
    return count / (time.monotonic() - begin)


def measure_drain(options):
    with server(config("http://127.0.0.1:1/")) as rialto:
        rate = drain(rialto, "queue", options.count)
    print(f"drain of {options.count:,} to a queue: {rate:,.0f}/s (goal 50,000/s)", flush=True)
    if limit := sqlite_limit("drain"):
        print(f"  SQLite alone: {limit[0]:,.0f}/s, ratio {rate / limit[0]:.2f}", flush=True)
    if nats.PROGRAM:
        print(f"  NATS JetStream, explicit acknowledgements: {nats_drain(options.count):,.0f}/s", flush=True)
    with endpoint() as (url, name), server(config(url, concurrency=128)) as rialto:
        rate = drain(rialto, "hook", options.count)
        limit = requests_per_second(url)
    print(f"drain of {options.count:,} to {name}: {rate:,.0f}/s (goal 15,000/s)", flush=True)
    if limit:
        print(f"  wrk, which stores nothing: {limit:,.0f}/s, ratio {rate / limit:.2f}", flush=True)


def nats_drain(count):
    """How many of the messages that wait in a stream a subscriber gets a second, and acknowledges."""
    with nats.server() as port:
        async def run():
            left = iter(range(count))

            async def client():
                connection = await nats.Client.connect(port)
                for number in left:
                    await connection.publish(envelope(number, "queue").encode())
                connection.close()

            await asyncio.gather(*(client() for _ in range(256)))
            begin, came = time.monotonic(), 0
            async for texts in (await nats.Client.connect(port)).consume():
                came += len(texts)
                if came >= count:
                    return count / (time.monotonic() - begin)

        return asyncio.run(run())


def requests_per_second(url, connections=128):
    """What wrk reaches with the bodies of the drain; None without it."""
    if not shutil.which("wrk"):
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = 'POST'\nwrk.body = [==[{envelope(1, 'hook')}]==]\n")
        script.flush()
        out = subprocess.run(["wrk", "-t1", f"-c{connections}", "-d5", "-s", script.name, url],
                             capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Requests/sec: *([0-9.]+)", out)[1])


# --- much waits -------------------------------------------------------------------------------------------------------

def measure_waiting(options):
    with Receiver() as receiver, server(config(receiver.url())) as rialto:
        rialto.start()
        before = latencies(rialto, receiver, seconds=10)
        rialto.stop()
        fill(rialto, "dead", options.waiting)
        begin = time.monotonic()
        rialto.start()
        print(f"{options.waiting:,} deliveries wait: ready after {time.monotonic() - begin:.2f} s (goal 2 s)", flush=True)
        time.sleep(5)
        after = latencies(rialto, receiver, seconds=10)
        print(f"  resident memory {rialto.memory_kib() / 1024:.0f} MiB (goal 250 MiB), {owed(rialto):,} wait", flush=True)
        show_latency("  new events to a healthy target", after)
        show_latency("  the same with nothing waiting", before)


# --- commits under load -----------------------------------------------------------------------------------------------

def histogram(text, name):
    """(upper bound, how many up to it) of a Prometheus histogram."""
    return [(float(bound), float(count)) for bound, count in
            re.findall(rf'{name}_bucket{{le="([^"]+)"}} ([0-9.e+]+)', text)]


def put_rate(rialto, seconds, connections=16):
    """Events a second that wrk puts, for the queue target."""
    script = pathlib.Path(__file__).with_name("put_events.lua")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as own:
        own.write(script.read_text().replace("shop.orders", "queue"))
        own.flush()
        out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "-s", own.name, rialto.url()],
                             capture_output=True, text=True, check=True).stdout
    return float(out.strip().splitlines()[-1].split()[0])


def sqlite_limit(what, seconds=3):
    """What a plain SQLite program reaches on this disk: events a second, and the milliseconds of its slowest commit for
    "put". None without rialto-bench beside the server's program."""
    program = pathlib.Path(PROGRAM).with_name("rialto-bench")
    if not program.exists():
        return None
    out = subprocess.run([program, "limit", what, "--dir", ".", "--time", str(int(1000 * seconds))],
                         capture_output=True, text=True, check=True).stdout
    return [float(number) for number in out.split()]


def measure_put(options):
    """Server and limit take turns, so that what else the machine does meets both. So many clients put that groups have a
    hundred events and more, as the limit's have."""
    if not shutil.which("wrk") or not sqlite_limit("put", 0.1):
        print("put: needs wrk and rialto-bench", flush=True)
        return
    rates, limits = [], []
    for _ in range(options.rounds):
        limits.append(sqlite_limit("put")[0])
        with server(config("http://127.0.0.1:1/")) as rialto:
            rialto.start()
            rates.append(put_rate(rialto, 4, connections=32))
    ratios = [rate / limit for rate, limit in zip(rates, limits)]
    print(f"PutEvents to a queue {statistics.median(rates):,.0f} events/s, SQLite alone {statistics.median(limits):,.0f}: "
          f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}; goal 0.6)", flush=True)


def measure_commits(options):
    """Commits while events come in and others, in the queue and in an archive, are too old and go."""
    if not shutil.which("wrk"):
        print("commits: needs wrk", flush=True)
        return
    settings = config("http://127.0.0.1:1/", archives={"all": {"pattern": {"source": ["other"]}, "retention": "1d"}})
    settings["queues"]["orders"] = {"retention": "1m"}
    with server(settings) as rialto:
        fill_archive(rialto, options.waiting, 10 * 86400)
        rialto.start()
        rate = put_rate(rialto, options.seconds)
        text = rialto.get("/metrics").body.decode()
        buckets = histogram(text, "rialto_storage_commit_duration_seconds")
        total = buckets[-1][1]
        bound = next(upper for upper, count in buckets if count >= 0.9999 * total)
        slow = total - next(count for upper, count in buckets if upper == 0.25)
        print(f"PutEvents to a queue for {options.seconds} s: {rate:,.0f} events/s, while retention took "
              f"{options.waiting - ask(rialto, 'SELECT count(*) FROM archive_entries'):,} of {options.waiting:,} archived "
              "events, and a queue keeps its messages for a minute", flush=True)
        print(f"  {total:,.0f} commits, 99.99 % within {1000 * bound:.0f} ms, {slow:.0f} above 250 ms (goal 0)", flush=True)
    seconds = min(60, options.seconds)  # it deletes nothing
    if limit := sqlite_limit("put", seconds):
        print(f"  SQLite alone, {seconds} s: its slowest commit took {limit[1]:.0f} ms", flush=True)


# --- archive and replay -----------------------------------------------------------------------------------------------

def call(rialto, operation, **body):
    answer = rialto.post("/", json.dumps(body), headers={"X-Amz-Target": "AWSEvents." + operation,
                                                         "Content-Type": "application/x-amz-json-1.1"})
    if answer.status != 200:
        raise AssertionError(answer)
    return answer.json()


def measure_archive(options):
    if not shutil.which("wrk"):
        print("archive: needs wrk", flush=True)
        return
    rates = {}
    for archives in ({}, {"all": {"pattern": {"source": ["queue"]}}}):
        with server(config("http://127.0.0.1:1/", archives=archives)) as rialto:
            rialto.start()
            rates[bool(archives)] = put_rate(rialto, options.seconds)
            if archives:
                measure_replay(rialto)
    print(f"PutEvents with an archive: {rates[True]:,.0f}/s, without {rates[False]:,.0f}/s: "
          f"{100 * (1 - rates[True] / rates[False]):.0f} % less (goal under 25 %)", flush=True)


def measure_replay(rialto):
    eventually(lambda: time.sleep(0.2) or owed(rialto) == 0, 300, "all archived")
    with contextlib.closing(sqlite3.connect(f"file:{rialto.data}/rialto.db?mode=ro", uri=True)) as database:
        begin = time.monotonic()
        count = sum(1 for _ in database.execute("SELECT * FROM archive_entries ORDER BY archive, ingested, sequence"))
        print(f"SQLite alone reads an archive at {count / (time.monotonic() - begin):,.0f} events/s", flush=True)
    for rule, what in (("hook", "into matching, of a rule that they do not match"), ("queue", "into a queue")):
        rate = count / replayed(rialto, rule)
        print(f"replay of {count:,} events {what}: {rate:,.0f}/s (goal 50,000/s into matching)", flush=True)


def replayed(rialto, rule):
    """How many seconds a replay of the whole archive for one rule takes."""
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    begin = time.monotonic()
    call(rialto, "StartReplay", ReplayName=rule, EventSourceArn=ARCHIVE, EventStartTime=time.time() - 36000,
         EventEndTime=time.time() + 60,
         Destination={"Arn": bus, "FilterArns": [f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{rule}"]})
    eventually(lambda: time.sleep(0.05) or call(rialto, "DescribeReplay", ReplayName=rule)["State"] == "COMPLETED", 600,
               "the end of the replay")
    return time.monotonic() - begin


def fill_archive(rialto, count, seconds):
    """Archives `count` events, spread evenly over so many seconds up to now, by SQL. When the first came."""
    rialto.start()
    rialto.stop()
    first = int(1000 * (time.time() - seconds))
    def rows():
        for n in range(1, count + 1):
            text = envelope(n, "queue", PAD[:100])
            yield n, first + 1000 * seconds * n // count, n, len(text), event_id(n), text
    with contextlib.closing(sqlite3.connect(rialto.data / "rialto.db")) as database:
        database.execute("PRAGMA synchronous = OFF")
        with database:
            database.execute("INSERT INTO archives VALUES (1, ?, ?, ?)", (ARCHIVE, count, 400 * count))
            database.executemany("INSERT INTO archive_entries VALUES (?, 1, ?, ?, ?, ?, ?)", rows())
    os.sync()
    return first / 1000


def read_minute(rialto, begin):
    """How many seconds SQLite takes for the archived events of a minute."""
    with contextlib.closing(sqlite3.connect(f"file:{rialto.data}/rialto.db?mode=ro", uri=True)) as database:
        start = time.monotonic()
        database.execute("SELECT * FROM archive_entries WHERE archive = 1 AND ingested >= ? AND ingested < ? "
                         "ORDER BY ingested, sequence", (1000 * begin, 1000 * (begin + 60))).fetchall()
        return time.monotonic() - start


def measure_history(options):
    """One minute of many archived events is replayed: when its first event comes, and its last."""
    days = 10
    settings = config("http://127.0.0.1:1/", archives={"all": {"pattern": {"source": ["queue"]}}})
    with server(settings) as rialto:
        begin = fill_archive(rialto, options.archived, 86400 * days)
        rialto.start()
        print(f"{options.archived:,} archived events of {days} days:", flush=True)
        for share in (0.001, 0.5, 0.99):
            minute = begin + share * 86400 * days
            sent = time.monotonic()
            call(rialto, "StartReplay", ReplayName=f"r{share}", EventSourceArn=ARCHIVE, EventStartTime=minute,
                 EventEndTime=minute + 60, Destination={"Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"})
            message = rialto.post("/", json.dumps({"QueueUrl": f"{rialto.url()}/{ACCOUNT}/orders", "WaitTimeSeconds": 20}),
                                  headers={"X-Amz-Target": "AmazonSQS.ReceiveMessage",
                                           "Content-Type": "application/x-amz-json-1.0"}).json()["Messages"][0]
            first = time.monotonic() - sent
            if json.loads(message["Body"])["replay-name"] != f"r{share}":
                raise AssertionError(message)
            eventually(lambda: call(rialto, "DescribeReplay", ReplayName=f"r{share}")["State"] == "COMPLETED", 60, "its end")
            print(f"  StartReplay of a minute, at {100 * share:g} %: first event after {1000 * first:.0f} ms (goal 100 ms), "
                  f"all after {1000 * (time.monotonic() - sent):.0f} ms", flush=True)
            print(f"    SQLite alone reads them in {1000 * read_minute(rialto, minute):.0f} ms", flush=True)
            rialto.post("/", json.dumps({"QueueUrl": f"{rialto.url()}/{ACCOUNT}/orders"}),
                        headers={"X-Amz-Target": "AmazonSQS.PurgeQueue", "Content-Type": "application/x-amz-json-1.0"})
        sent = time.monotonic()
        shown = call(rialto, "DescribeArchive", ArchiveName="all")
        print(f"  DescribeArchive: {shown['EventCount']:,} events, {1000 * (time.monotonic() - sent):.0f} ms; "
              f"resident memory {rialto.memory_kib() / 1024:.0f} MiB", flush=True)


def main():
    measures = {"latency": measure_latency, "drain": measure_drain, "waiting": measure_waiting, "put": measure_put,
                "commits": measure_commits, "archive": measure_archive, "history": measure_history}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*measures, []], metavar="NAME")
    parser.add_argument("--count", type=int, default=300_000, help="deliveries to drain")
    parser.add_argument("--waiting", type=int, default=1_000_000, help="deliveries that wait")
    parser.add_argument("--archived", type=int, default=10_000_000, help="events of the history")
    parser.add_argument("--rounds", type=int, default=5, help="of put and its limit")
    parser.add_argument("--seconds", type=int, default=60, help="of load, for commits and archive")
    options = parser.parse_args()
    for name in options.names or measures:
        measures[name](options)


if __name__ == "__main__":
    main()
