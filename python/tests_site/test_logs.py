"""The logging filter and the formatters."""

import io
import json
import logging
import logging.config

import pytest
from barding.logs import REDACTED, JsonFormatter, RedactingFilter, RedactingFormatter, Redactor, protect
from conftest import DATABASE_PASSWORD, SECRET_KEY


@pytest.fixture
def log():
    """A logger, and what its handler wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger("tests")
    logger.addHandler(handler)
    logger.handler, logger.written = handler, lambda: stream.getvalue()
    return logger


@pytest.mark.parametrize(
    ("message", "args", "expected"),
    [
        ("login password=hunter7 ok", (), "login password=[redacted] ok"),
        ("login as %s with password %s", ("ada", "tulip"), "login as ada with password [redacted]"),
        ("token: '%s' for %d", ("abc", 7), "token: '[redacted]' for 7"),
        ("%(user)s %(password)s", ({"user": "ada", "password": "tulip"},), "ada [redacted]"),
        ("got %s", ({"password": "tulip", "n": 1},), "got {'password': '[redacted]', 'n': 1}"),
        ("got %r and %s", (["x", {"pin": 1234}], 3), "got ['x', {'pin': '[redacted]'}] and 3"),
        ("key %s", (SECRET_KEY,), "key [redacted]"),
        ("url %s", ("postgres://shop:x9-Kd83jd@db/shop",), "url postgres://shop:[redacted]@db/shop"),
        ("charged %s for order %d", ("4111 1111 1111 1111", 7), "charged [redacted] for order 7"),
        ("sent %d tokens", (17,), "sent 17 tokens"),
        ("100%% of %s", ("it",), "100% of it"),
        ("nothing %s here, took %.1f ms", ("special", 1.25), "nothing special here, took 1.2 ms"),
    ],
)
def test_messages_and_args(log, message, args, expected):
    log.error(message, *args)
    assert log.written() == expected + "\n"


def test_a_record_that_tells_nothing_is_left_alone(log):
    record = log.makeRecord("tests", 20, "f.py", 1, "took %d ms for %s", (3, "ada"), None)
    before = dict(record.__dict__)
    assert RedactingFilter().filter(record)
    assert record.__dict__ == before


def test_the_template_stays_where_args_alone_were_secret(log):
    record = log.makeRecord("tests", 20, "f.py", 1, "token=%s for %s", ("abc", "ada"), None)
    RedactingFilter().filter(record)
    assert (record.msg, record.args) == ("token=%s for %s", (REDACTED, "ada"))


def test_a_template_that_does_not_fit_tells_nothing_either(log, capsys):
    record = log.makeRecord("tests", 20, "f.py", 1, "password %d", ("tulip9!x",), None)
    RedactingFilter().filter(record)
    assert "tulip9!x" not in f"{record.msg} {record.args}"
    record = log.makeRecord("tests", 20, "f.py", 1, "%s and %s", ("password=tulip9!x",), None)
    RedactingFilter().filter(record)
    assert "tulip9!x" not in f"{record.msg} {record.args}"


def test_extras_by_key_and_by_value(log):
    log.handler.setFormatter(JsonFormatter())
    extra = {"password": "tulip", "headers": [("Authorization", "Bearer abc"), ("Host", "shop.example")], "note": SECRET_KEY,
             "nested": {"deep": [{"api_key": "q8x7c6v5b4n3m2l1"}]}, "order": 7}  # fmt: skip
    log.warning("paid", extra=extra)
    event = json.loads(log.written())
    assert event["password"] == event["note"] == event["nested"]["deep"][0]["api_key"] == REDACTED
    assert event["headers"] == [["Authorization", REDACTED], ["Host", "shop.example"]]
    assert (event["order"], event["message"], event["level"]) == (7, "paid", "WARNING")
    # What was handed to the logger still is what it was.
    assert extra["password"] == "tulip" and extra["nested"]["deep"][0]["api_key"] == "q8x7c6v5b4n3m2l1"


def failing():
    password = "tulip"
    connection = {"user": "ada", "token": "abc"}
    address = f"postgres://shop:{DATABASE_PASSWORD}@db/shop"
    colour = "red"
    raise ValueError(f"cannot connect to {address} {len(password)} {len(connection)} {len(colour)}")


def test_tracebacks(log):
    try:
        failing()
    except ValueError:
        log.exception("it broke")
    assert "ValueError: cannot connect to postgres://shop:[redacted]@db/shop" in log.written()
    assert DATABASE_PASSWORD not in log.written()


def test_locals_of_tracebacks(log):
    log.handler.setFormatter(RedactingFormatter("%(message)s", show_locals=True))
    try:
        failing()
    except ValueError:
        log.exception("it broke")
    text = log.written()
    assert "password = [redacted]" in text and "colour = 'red'" in text
    assert "connection = {'user': 'ada', 'token': '[redacted]'}" in text
    assert "tulip" not in text.replace('password = "tulip"', "") and DATABASE_PASSWORD not in text


def test_json_tracebacks_with_locals(log):
    log.handler.setFormatter(JsonFormatter(show_locals=True))
    try:
        failing()
    except ValueError:
        log.exception("it broke")
    event = json.loads(log.written())
    assert "password = [redacted]" in event["exception"] and DATABASE_PASSWORD not in log.written()


def test_python_json_logger_sees_clean_extras(log):
    try:
        from pythonjsonlogger.json import JsonFormatter as Theirs
    except ImportError:
        from pythonjsonlogger.jsonlogger import JsonFormatter as Theirs
    log.handler.setFormatter(Theirs())
    log.warning("paid with %s", SECRET_KEY, extra={"password": "tulip"})
    event = json.loads(log.written())
    assert event["password"] == REDACTED and event["message"] == "paid with [redacted]"
    assert not [name for name in event if "barding" in name]


def test_values_in_every_form(log):
    import base64
    import html
    import urllib.parse

    for form in (SECRET_KEY, repr(SECRET_KEY), json.dumps(SECRET_KEY), html.escape(SECRET_KEY), urllib.parse.quote(SECRET_KEY),
                 urllib.parse.quote_plus(SECRET_KEY), base64.b64encode(f"u:{SECRET_KEY}".encode()).decode()):  # fmt: skip
        assert Redactor([SECRET_KEY]).text(f"x {form} y") != f"x {form} y", form


def test_a_redactor_does_not_show_its_values():
    redactor = Redactor(["correct-horse-7-battery", "postgres"])
    assert redactor.left_out == 1
    assert "correct" not in repr(redactor) + repr(vars(redactor))
    assert redactor.text("role postgres") == "role postgres"


def test_own_keys_and_safe_keys():
    redactor = Redactor(keys=["member-number"], safe_keys=["page_token"])
    assert redactor.data({"member_number": 17, "page_token": "abc"}) == {"member_number": REDACTED, "page_token": "abc"}


def test_hostile_data_comes_back():
    cycle = {}
    cycle["self"] = cycle
    deep = []
    for _ in range(5000):
        deep = [deep]

    class Liar(dict):
        def items(self):
            return iter([("password", "tulip")])

    redactor = Redactor()
    redactor.data(cycle)
    redactor.data(deep)
    assert len(redactor.data(list(range(5000)))) == 2001
    assert "tulip" not in str(redactor.data({"x": Liar()})["x"])
    assert redactor.text("half a pair \ud800 password=hunter7").endswith("password=[redacted]")
    assert redactor.data({b"authorization": b"Bearer abc"}) == {b"authorization": REDACTED}


def test_an_arg_whose_text_raises_does_no_harm(log):
    class Broken:
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__

    record = log.makeRecord("tests", 20, "f.py", 1, "%s", (Broken(),), None)
    assert RedactingFilter().filter(record)
    record = log.makeRecord("tests", 20, "f.py", 1, Broken(), (), None)
    assert RedactingFilter().filter(record)


def test_a_filter_with_a_name_still_filters():
    record = logging.makeLogRecord({"name": "other", "msg": "x"})
    assert not RedactingFilter("gallery").filter(record)


def test_protect_covers_every_handler(tmp_path):
    config = {
        "handlers": {
            "file": {"class": "logging.FileHandler", "filename": str(tmp_path / "a.log"), "filters": ["own"]},
            "null": {"class": "logging.NullHandler"},
        },
        "filters": {"own": {"()": "logging.Filter"}},
        "loggers": {"covered": {"handlers": ["file", "null"], "level": "INFO", "propagate": False}},
    }
    covered = protect(config)
    assert covered["handlers"]["file"]["filters"] == ["own", "barding"] and "filters" not in config["handlers"]["null"]
    assert protect(covered) == covered
    covered["disable_existing_loggers"] = False
    logging.config.dictConfig(covered)
    logging.getLogger("covered").info("password=%s", "tulip")
    logging.getLogger("covered").handlers[0].close()
    assert (tmp_path / "a.log").read_text() == "password=[redacted]\n"


def test_structlog():
    import structlog
    from barding.logs.structlog import redact_event

    written = io.StringIO()
    chain = [structlog.processors.add_log_level, structlog.processors.dict_tracebacks, redact_event, structlog.processors.JSONRenderer()]
    logger = structlog.wrap_logger(structlog.PrintLogger(written), processors=chain)
    logger.info("login", user="ada", password="tulip", url=f"postgres://shop:{DATABASE_PASSWORD}@db/shop")
    try:
        failing()
    except ValueError:
        logger.exception("it broke")
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert first["password"] == REDACTED and first["user"] == "ada" and DATABASE_PASSWORD not in written.getvalue()
    frame = second["exception"][0]["frames"][-1]
    assert frame["name"] == "failing" and DATABASE_PASSWORD not in json.dumps(second)
    if frame.get("locals"):
        assert frame["locals"]["password"] == REDACTED


def test_sentry_sends_no_secret():
    import sentry_sdk
    from barding.logs.sentry import before_breadcrumb, before_send
    from sentry_sdk.transport import Transport

    sent = []

    class Keep(Transport):
        def capture_envelope(self, envelope):
            sent.append(json.dumps([item.payload.json for item in envelope.items], default=str))

    sentry_sdk.init(
        dsn="https://key@sentry.example/1", transport=Keep, before_send=before_send, before_breadcrumb=before_breadcrumb,
        default_integrations=False, auto_enabling_integrations=False, include_source_context=False, send_default_pii=True,
    )  # fmt: skip
    try:
        sentry_sdk.add_breadcrumb(message=f"connecting with {SECRET_KEY}", data={"token": "abc-token"})
        sentry_sdk.set_extra("password", "tulip")
        try:
            failing()
        except ValueError:
            sentry_sdk.capture_exception()
        sentry_sdk.flush()
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.init()
    assert len(sent) == 1
    event = json.loads(sent[0])[0]
    frame = event["exception"]["values"][0]["stacktrace"]["frames"][-1]
    assert frame["vars"]["password"] == REDACTED and frame["vars"]["colour"] == "'red'"
    for secret in (SECRET_KEY, DATABASE_PASSWORD, "tulip", "abc-token"):
        assert secret not in sent[0]
