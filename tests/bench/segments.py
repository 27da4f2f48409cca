#!/usr/bin/python3
"""Would archives be better off in compressed segments? Beside rows that are compressed alone, with and without a
dictionary, as the server keeps them: what each takes on disk, and what it costs to write them, first alone and then a
second time as segments, since an event is archived when it comes and a segment is full later. Needs python3-lz4 and
python3-zstandard.

    tests/bench/segments.py [--events 400000]
"""
import argparse
import contextlib
import json
import pathlib
import random
import sqlite3
import tempfile
import time
import uuid

import lz4.block
import zstandard

GROUP = 512  # events a commit
WORDS = pathlib.Path(__file__).read_text().split()


def envelopes(count):
    """Orders of a shop: some 700 bytes, the same names in each, values that vary."""
    rng = random.Random(1)
    for n in range(count):
        yield n, json.dumps({
            "version": "0", "id": str(uuid.UUID(int=rng.getrandbits(128))), "detail-type": "OrderPlaced", "source": "shop.orders",
            "account": "000000000000", "time": f"2026-01-31T08:{n // 60000 % 60:02}:{n // 1000 % 60:02}Z", "region": "us-east-1",
            "resources": [f"arn:aws:shop:us-east-1:000000000000:order/{n}"],
            "detail": {"orderId": n, "customer": {"id": rng.randrange(100000), "name": f"Customer {rng.randrange(100000)}",
                                                  "country": rng.choice(["DE", "FR", "IN", "US"])},
                       "items": [{"sku": f"SKU-{rng.randrange(10000)}", "quantity": rng.randrange(1, 5), "price": rng.randrange(9999)}
                                 for _ in range(3)],
                       "note": " ".join(rng.choices(WORDS, k=20))}}, separators=(",", ":")).encode()


def groups(rows, size):
    some = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


@contextlib.contextmanager
def database(folder, name, *sql):
    with contextlib.closing(sqlite3.connect(pathlib.Path(folder) / name, isolation_level=None)) as db:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", *sql):
            db.execute(statement)
        yield db


def size(folder, name):
    return (pathlib.Path(folder) / name).stat().st_size


def write_rows(folder, name, texts, pack):
    """Bytes an event, and seconds."""
    with database(folder, name, "CREATE TABLE entries(row INTEGER PRIMARY KEY, ingested, event_id TEXT, size, envelope BLOB)",
                  "CREATE UNIQUE INDEX by_time ON entries(ingested, row)") as db:
        begin = time.monotonic()
        for some in groups(texts, GROUP):
            db.execute("BEGIN")
            db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                           ((n, n, f"{n:036}", len(text), pack(text)) for n, text in some))
            db.execute("COMMIT")
        took = time.monotonic() - begin
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return size(folder, name) / len(texts), took


def write_segments(folder, name, source, length, unpack, pack):
    """Bytes an event, and seconds, to read what was written as rows and to write it as segments of so many."""
    with database(folder, source) as rows, database(
            folder, name, "CREATE TABLE segments(first INTEGER PRIMARY KEY, last, events, text BLOB)") as segments:
        begin, count = time.monotonic(), 0
        entries = rows.execute("SELECT row, envelope FROM entries ORDER BY ingested, row")
        for number, some in enumerate(groups(entries, length)):
            if number % max(1, GROUP // length) == 0:
                segments.execute("COMMIT" if segments.in_transaction else "SELECT 1")
                segments.execute("BEGIN")
            text = pack(b"\n".join(unpack(envelope) for _, envelope in some))
            segments.execute("INSERT INTO segments VALUES (?, ?, ?, ?)", (some[0][0], some[-1][0], len(some), text))
            count += len(some)
        segments.execute("COMMIT")
        took = time.monotonic() - begin
        segments.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return size(folder, name) / count, took


def drop_rows(folder, name, count):
    """Seconds."""
    with database(folder, name) as db:
        begin = time.monotonic()
        for first in range(0, count, GROUP):
            db.execute("DELETE FROM entries WHERE row >= ? AND row < ?", (first, first + GROUP))
        return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=400_000)
    count = parser.parse_args().events
    texts = list(envelopes(count))
    print(f"{count:,} events of {sum(len(text) for _, text in texts) / count:.0f} bytes")
    dictionary = zstandard.train_dictionary(16 << 10, [text for _, text in texts[:1000]])
    dictionary.precompute_compress(level=1)
    learned = zstandard.ZstdCompressor(level=1, dict_data=dictionary)
    unlearned = zstandard.ZstdDecompressor(dict_data=dictionary)
    plain = zstandard.ZstdCompressor(level=1)
    with tempfile.TemporaryDirectory(prefix="rialto-bench-", dir=".") as folder:
        for name, pack in (("LZ4", lz4.block.compress), ("zstd with a dictionary", learned.compress)):
            bytes_each, alone = write_rows(folder, f"{name}.db", texts, pack)
            print(f"compressed alone, {name}: {bytes_each:.0f} bytes an event, written at {count / alone:,.0f}/s", flush=True)
        packings = {}
        for length in (64, 256, 1024):
            for name, pack in (("LZ4", lz4.block.compress), ("zstd", plain.compress)):
                bytes_each, packing = write_segments(folder, f"{name}{length}.db", "zstd with a dictionary.db", length,
                                                     unlearned.decompress, pack)
                packings[name, length] = packing
                print(f"segments of {length}, {name}: {bytes_each:.0f} bytes an event, written at {count / packing:,.0f}/s",
                      flush=True)
        dropping = drop_rows(folder, "zstd with a dictionary.db", count)
        print(f"rows that became segments are dropped at {count / dropping:,.0f}/s: with segments of 256 in zstd a writer has "
              f"{(alone + packings['zstd', 256] + dropping) / alone:.1f} times the work")


if __name__ == "__main__":
    main()
