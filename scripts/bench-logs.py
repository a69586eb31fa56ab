#!/usr/bin/env python3
"""What redaction costs: the plain logger, barding's filter and a redactor in pure Python, in one run of pyperf.

    target/python/django-5.2/bin/python scripts/bench-logs.py -o target/bench-logs.json   (add --fast for a quick look)
    target/python/django-5.2/bin/python scripts/bench-logs.py --judge target/bench-logs.json

The judge says what a record of each kind costs more than with the plain logger, and ends with 1 where the goals are missed: under
5 microseconds for a typical record, under twice the time for one of 10 kB. Records go to a file, as on a server.
"""

import json
import logging
import os
import re
import sys
import tempfile

SECRETS = ["kd83-Jd0q!x)9s&w=pQ_zz71hg5t", "t7-hq0Ck$92x", "hunter-2-the-second", "amqp-P4ssw0rd-3", "sk-test-a8d7f6g5h4j3"]
TEMPLATE = "%s %s took %d ms for user %s"
ARGS = ("GET", "/shop/cart/17/", 12, "maria")
LINE = "2026-11-23 13:04:39 order 17 of maria@shop.example: 3 items, 42.00 EUR, shipped from hall 7 to Berlin; "
LARGE = (LINE * 110)[:10240]


class PurePython(logging.Filter):
    """What projects write themselves: one expression for names, some for shapes, the known values."""

    NAMES = re.compile(r"(?i)((?:password|passwd|secret|token|api_?key|authorization|sessionid)[\"']?\s*[:=]\s*[\"']?)([^\s\"',;&]+)")
    SHAPES = re.compile(
        r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{24}|"
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+|AIza[0-9A-Za-z_-]{35}|glpat-[A-Za-z0-9_-]{20}|"
        r"[a-z][a-z0-9+.-]*://[^\s:/@]*:[^\s@]+@|\b(?:\d[ -]?){13,16}\b"
    )
    VALUES = re.compile("|".join(re.escape(value) for value in SECRETS))

    def filter(self, record):
        text = record.getMessage()
        clean = self.VALUES.sub("[redacted]", self.SHAPES.sub("[redacted]", self.NAMES.sub(r"\1[redacted]", text)))
        if clean != text:
            record.msg, record.args = clean, ()
        return True


def logger_with(filters, folder, name):
    handler = logging.FileHandler(os.path.join(folder, name))
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for each in filters:
        handler.addFilter(each)
    logger = logging.Logger(name, logging.INFO)
    logger.addHandler(handler)
    return logger


def measure():
    import pyperf
    from barding.logs import RedactingFilter, Redactor

    runner = pyperf.Runner()
    with tempfile.TemporaryDirectory() as folder:
        kinds = {"plain": [], "barding": [RedactingFilter(redactor=Redactor(SECRETS))], "python": [PurePython()]}
        for kind, filters in kinds.items():
            logger = logger_with(filters, folder, kind)
            runner.bench_func(f"{kind}: typical", logger.info, TEMPLATE, *ARGS)
            runner.bench_func(f"{kind}: extras", lambda logger=logger: logger.info(TEMPLATE, *ARGS, extra={"order": 7, "path": "/shop/"}))
            runner.bench_func(f"{kind}: 10 kB", logger.info, "%s", LARGE)
            runner.bench_func(f"{kind}: 10 kB, 3 secrets", logger.info, "%s password=tulip99 %s token=a8d7f6g5h4j3 %s " + SECRETS[0],
                              LARGE[:3400], LARGE[:3400], LARGE[:3400])  # fmt: skip


def judge(path):
    with open(path) as file:
        benchmarks = json.load(file)["benchmarks"]
    means = {}
    for benchmark in benchmarks:
        values = [value for run in benchmark["runs"] for value in run.get("values", ())]
        means[benchmark["metadata"]["name"]] = sorted(values)[len(values) // 2] * 1e6
    missed = False
    for name in ("typical", "extras", "10 kB", "10 kB, 3 secrets"):
        plain, ours, theirs = (means[f"{kind}: {name}"] for kind in ("plain", "barding", "python"))
        good = ours - plain < 5 if name in ("typical", "extras") else ours < 2 * plain
        counts = name in ("typical", "10 kB")
        missed = missed or counts and not good
        print(
            f"{name:18} plain {plain:7.2f} µs   barding +{ours - plain:6.2f} µs ({ours / plain:4.2f}x)   "
            f"pure Python +{theirs - plain:7.2f} µs ({theirs / plain:4.2f}x)   {'' if good else 'MISSED' if counts else 'over'}"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        sys.exit(judge(sys.argv[2]))
    measure()
