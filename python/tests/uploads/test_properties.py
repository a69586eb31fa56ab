"""What must hold for every stream, name and policy, tried with ones that nobody would think of."""

import io
from importlib import import_module

import hostile
from barding.uploads import ClamAV, UploadPolicy, UploadRefused, examine
from barding.uploads.kinds import KINDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HOSTS = [hostile.picture("PNG"), hostile.picture("JPEG"), hostile.picture("GIF"), hostile.pdf(), hostile.archive({"a.txt": b"x"}), b"{\\rtf1 x}", b"a,b\n1,2\n"]
NAMES = st.text(max_size=40) | st.builds(lambda stem, end: f"{stem}.{end}", st.text(max_size=20), st.sampled_from(["png", "jpg", "gif", "pdf", "zip", "rtf", "csv"]))
ANY = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def files(draw):
    """A genuine file with some of it cut out, put in or changed."""
    data = bytearray(draw(st.sampled_from(HOSTS)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 9))] = draw(st.binary(max_size=12))
    return bytes(data)


@given(files(), NAMES, st.text(max_size=30) | st.none(), st.booleans())
@ANY
def test_a_file_is_accepted_or_refused_and_nothing_else_happens(data, name, content_type, wishes):
    policy = UploadPolicy(kinds=("image", "document", "archive", "text"), metadata="strip" if wishes else "keep", csv="neutralise", names="mend" if wishes else "refuse")
    stream = io.BytesIO(data)
    try:
        examined = examine(stream, policy, name=name, content_type=content_type)
    except UploadRefused as refused:
        assert refused.messages and all(error.code for error in refused.error_list)
    else:
        assert examined.kind in policy.allowed and examined.size > 0
        assert not set("/\\:\0\r\n<>\"'") & set(examined.name) and len(examined.name.encode()) <= policy.max_name
        if examined.content is not None:
            # What was made anew is accepted as it is.
            again = examine(io.BytesIO(examined.content), policy, name=examined.name)
            assert again.kind == examined.kind and again.sha256 == examined.sha256
    assert stream.tell() == 0 and stream.read() == data


@given(
    st.sets(st.sampled_from(sorted(KINDS))),
    st.integers(1, 1 << 40),
    st.dictionaries(st.sampled_from(sorted(KINDS)), st.integers(1, 1 << 30), max_size=3),
    st.builds(ClamAV, host=st.text(max_size=9), fail_closed=st.booleans()) | st.none(),
)
@ANY
def test_a_policy_survives_a_migration(kinds, size, sizes, clamav):
    policy = UploadPolicy(kinds=tuple(sorted(kinds)), max_size=size, max_sizes=sizes, clamav=clamav)
    path, args, kwargs = policy.deconstruct()
    module, name = path.rsplit(".", 1)
    again = getattr(import_module(module), name)(*args, **kwargs)
    assert again == policy and hash(again) == hash(policy)
