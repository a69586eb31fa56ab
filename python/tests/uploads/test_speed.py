"""Speed that must hold, as the best of some runs, for other work runs beside the tests."""

import io
import os
import time

from barding import _core


def best(function, rounds=9):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def test_a_large_jpeg_is_walked_quickly_and_sooner_than_pillow_loads_it():
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((3400, 2600), 90).convert("RGB").save(out, "JPEG", quality=97)
    data = out.getvalue()
    assert len(data) > 10_000_000
    assert "trailing-data" in [problem.code for problem in _core.inspect_bytes(data + b"hidden").problems]
    walked = best(lambda: _core.inspect_bytes(data))
    loaded = best(lambda: Image.open(io.BytesIO(data)).load(), 3)
    assert walked <= 0.015, walked
    assert walked < loaded


def test_opaque_data_stream_at_a_gigabyte_a_second(tmp_path):
    mdat = os.urandom(1 << 20) * 64
    film = b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + (len(mdat) + 8).to_bytes(4, "big") + b"mdat" + mdat + b"\0\0\0\x08moov"
    assert _core.inspect_bytes(film).problems == []
    assert best(lambda: _core.inspect_bytes(film)) < len(film) / 1e9
