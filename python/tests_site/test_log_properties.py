"""What must hold for every log record: it is written, and the project's secrets are not in it."""

import json
import logging

from barding.logs import JsonFormatter, RedactingFilter, RedactingFormatter, Redactor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECRET = "kd83-Jd0q!x)9s&w=pQ_zz71hg5t"
REDACTOR = Redactor([SECRET])
PLAIN = st.text(max_size=20) | st.integers() | st.floats() | st.none() | st.booleans() | st.binary(max_size=20)
#: The secret as a value of its own; in the middle of a text it stands between blanks, as in any sentence.
TELLING = st.just(SECRET) | st.builds(lambda before, after: f"{before} {SECRET} {after}", st.text(max_size=9), st.text(max_size=9))
VALUES = st.recursive(PLAIN | TELLING, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6)
TEMPLATES = st.lists(st.sampled_from(["%s", "%r", "%d", "%5.1f", "%%", "%(user)s", "%", "password=", " ", "user ", SECRET, "{}"]), max_size=5).map(" ".join)
ANY = settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def record_of(template, args, extra):
    record = logging.LogRecord("shop", logging.INFO, __file__, 1, template, args, None)
    record.__dict__.update(extra)
    return record


@given(TEMPLATES, st.lists(VALUES, max_size=3).map(tuple), st.dictionaries(st.sampled_from(["user", "order", "password", "data"]), VALUES, max_size=2))
@ANY
def test_no_record_tells_the_secret_and_every_record_passes(template, args, extra):
    record = record_of(template, args, extra)
    assert RedactingFilter(redactor=REDACTOR).filter(record) is True
    assert SECRET not in repr((record.msg, record.args, [record.__dict__[name] for name in extra]))
    try:
        before = template % args if args else template
    except (TypeError, ValueError, KeyError, OverflowError):
        return  # logging reports a template that does not fit its args
    shown = record.getMessage()
    assert SECRET not in shown
    # A record that tells nothing stays as it is.
    if SECRET not in before and "password" not in before:
        assert shown == before


@given(TEMPLATES, st.dictionaries(st.sampled_from(["user", "order", "password", "data"]), VALUES, max_size=3))
@ANY
def test_formatters_tell_no_secret(template, extra):
    record = record_of(template, (), extra)
    line = JsonFormatter(redactor=REDACTOR).format(record)
    assert SECRET not in line and isinstance(json.loads(line), dict)
    assert SECRET not in RedactingFormatter("%(message)s", redactor=REDACTOR).format(record_of(template, (), extra))
