"""Fields, forms, serializers, the upload handler and migrations, on real Django."""

import io
import re

import hostile
import pytest
from barding.uploads import IMAGES, ClamAV, RandomName, SafeFileField, SafeImageField, UploadPolicy, UploadRefused, ValidateUpload
from barding.uploads import forms as safe_forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test import Client
from django.utils import translation


class Document(models.Model):
    file = SafeFileField(hash_field="sha256", duplicates="refuse")
    picture = SafeImageField(blank=True, policy=UploadPolicy(kinds=IMAGES, metadata="strip"))
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "barding_uploads"


@pytest.fixture(scope="module", autouse=True)
def table():
    with connection.schema_editor() as editor:
        editor.create_model(Document)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Document)


def codes(error: ValidationError) -> set[str]:
    return {one.code for one in error.error_list}


def jpeg_with_place() -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return hostile.picture("JPEG", exif=exif, comment="where I live")


def test_a_model_stores_good_files_under_random_names(media):
    saved = Document.objects.create(file=SimpleUploadedFile("My report (1).pdf", hostile.pdf(), "application/pdf"))
    assert re.fullmatch(r"uploads/[0-9a-f]{2}/[0-9a-f]{32}\.pdf", saved.file.name)
    assert (media / saved.file.name).read_bytes() == hostile.pdf()
    assert len(saved.sha256) == 64
    # A row that is saved again is not stored again.
    name = saved.file.name
    saved.save()
    assert saved.file.name == name


def test_a_model_refuses_bad_files_without_a_form(media):
    with pytest.raises(UploadRefused) as refused:
        Document.objects.create(file=SimpleUploadedFile("x.pdf", hostile.HTML, "application/pdf"))
    assert codes(refused.value) == {"kind"}
    with pytest.raises(ValidationError):
        Document(file=ContentFile(hostile.EXE, name="x.pdf")).full_clean()
    assert list(media.rglob("*.*")) == []


def test_a_known_file_is_refused(media):
    data = hostile.pdf(b"% once\n")
    Document.objects.create(file=ContentFile(data, name="a.pdf"))
    with pytest.raises(UploadRefused) as refused:
        Document.objects.create(file=ContentFile(data, name="b.pdf"))
    assert codes(refused.value) == {"duplicate"}
    with pytest.raises(ValidationError):
        Document(file=ContentFile(data, name="c.pdf")).full_clean()


def test_metadata_are_left_out_and_pictures_stay_upright(media):
    from PIL import Image, ImageChops

    sent = jpeg_with_place()
    saved = Document.objects.create(file=ContentFile(hostile.pdf(b"% y\n"), name="y.pdf"), picture=ContentFile(sent, name="p.jpg"))
    stored = (media / saved.picture.name).read_bytes()
    assert b"where I live" not in stored
    before, after = Image.open(io.BytesIO(sent)), Image.open(io.BytesIO(stored))
    assert after.getexif()[0x0112] == 6
    assert dict(after.getexif().get_ifd(0x8825)) == {}
    assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_pictures_are_encoded_anew_on_demand(form):
    from PIL import Image

    data = hostile.picture(form, comment="secret") if form in ("JPEG", "GIF") else hostile.picture(form)
    name = f"a.{form.lower()}"
    examined = ValidateUpload(UploadPolicy(reencode=True)).examine(data, name=name)
    assert b"secret" not in examined.content
    assert Image.open(io.BytesIO(examined.content)).size == (16, 16)


@pytest.mark.parametrize("form", ["PNG", "GIF", "WEBP", "TIFF"])
def test_every_frame_is_encoded_anew(form):
    from PIL import Image

    out = io.BytesIO()
    first, *others = [Image.new("RGB", (20, 20), (60 * number, 0, 90)) for number in range(4)]
    first.save(out, form, save_all=True, append_images=others)
    examined = ValidateUpload(UploadPolicy(kinds=("image",), reencode=True)).examine(out.getvalue(), name=f"a.{form.lower()}")
    assert Image.open(io.BytesIO(examined.content)).n_frames == 4


def test_drawings_and_tables_are_made_harmless_on_demand():
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script><rect width='1' onclick='x()'/></svg>"
    with pytest.raises(UploadRefused):
        ValidateUpload(UploadPolicy(kinds=("svg",))).examine(drawing, name="a.svg")
    examined = ValidateUpload(UploadPolicy(kinds=("svg",), svg="sanitise")).examine(drawing, name="a.svg")
    assert b"script" not in examined.content and b"onclick" not in examined.content and b"<rect" in examined.content
    table = b"name,value\nx,=1+1\n"
    examined = ValidateUpload(UploadPolicy(kinds=("csv",), csv="neutralise")).examine(table, name="a.csv")
    assert examined.content == b"name,value\nx,'=1+1\n"


def test_form_fields():
    field = safe_forms.SafeImageField()
    file = field.clean(SimpleUploadedFile("A <b>photo</b>.JPG", hostile.picture("JPEG"), "image/jpeg"))
    assert file.name == "b.jpg" or re.fullmatch(r"[\w-]+\.jpg", file.name)
    assert file.examined.kind == "jpeg" and (file.examined.width, file.examined.height) == (16, 16)
    with pytest.raises(ValidationError) as refused:
        field.clean(SimpleUploadedFile("x.jpg", hostile.HTML, "image/jpeg"))
    assert "a web page" in str(refused.value.messages)
    assert ".jpg" in field.widget.attrs["accept"]
    # A file on disk goes the same way.
    on_disk = TemporaryUploadedFile("x.png", "image/png", 0, None)
    on_disk.write(hostile.picture("PNG") + hostile.PHP)
    on_disk.size = on_disk.tell()
    with pytest.raises(ValidationError) as refused:
        field.clean(on_disk)
    assert "trailing-data" in codes(refused.value)


def test_the_validator_works_on_djangos_own_fields_and_on_streams(tmp_path):
    from django import forms

    check = ValidateUpload(kinds=("pdf",), max_size=10_000)
    field = forms.FileField(validators=[check])
    assert field.clean(SimpleUploadedFile("a.pdf", hostile.pdf(), "application/pdf")).name == "a.pdf"
    for content in (hostile.HTML, hostile.pdf() + bytes([1]) * 20_000):
        with pytest.raises(ValidationError):
            field.clean(SimpleUploadedFile("a.pdf", content, "application/pdf"))
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.pdf())
    with path.open("rb") as stream:
        check(stream)
    path.write_bytes(hostile.pdf(catalog=b"/AA 1 0 R"))
    with path.open("rb") as stream, pytest.raises(UploadRefused):
        check(stream)

    class OneWay(io.RawIOBase):
        name = "a.pdf"

        def __init__(self):
            self.inner = io.BytesIO(hostile.pdf())

        def readable(self):
            return True

        def read(self, size=-1):
            return self.inner.read(size)

    check(OneWay())


def test_serializers():
    serializers = pytest.importorskip("rest_framework.serializers")

    class Upload(serializers.Serializer):
        file = serializers.FileField(validators=[ValidateUpload(kinds=IMAGES)])

    assert Upload(data={"file": SimpleUploadedFile("a.png", hostile.picture("PNG"), "image/png")}).is_valid()
    bad = Upload(data={"file": SimpleUploadedFile("a.png", hostile.SHELL, "image/png")})
    assert not bad.is_valid()
    assert bad.errors["file"][0].code == "kind"


def test_number_and_total_size():
    check = ValidateUpload(max_files=2, max_total=2_000)
    good = SimpleUploadedFile("a.png", hostile.picture("PNG"), "image/png")
    assert len(check.check_all([good, good])) == 2
    with pytest.raises(UploadRefused) as refused:
        check.check_all([good] * 3)
    assert codes(refused.value) == {"too-many"}
    with pytest.raises(UploadRefused) as refused:
        ValidateUpload(max_total=100).check_all([good, good])
    assert codes(refused.value) == {"total"}


def test_sizes_by_kind():
    policy = UploadPolicy(kinds=("image", "pdf"), max_size=100, max_sizes={"image": 1_000_000, "gif": 10})
    assert policy.size_of("png") == 1_000_000 and policy.size_of("gif") == 10 and policy.size_of("pdf") == 100
    with pytest.raises(UploadRefused) as refused:
        ValidateUpload(policy).examine(hostile.picture("GIF"), name="a.gif")
    assert codes(refused.value) == {"size"}


def test_the_handler_refuses_while_the_file_arrives(settings_of):
    client = Client()
    good = hostile.picture("JPEG")

    def send(url, name, content, declared="image/jpeg"):
        return client.post(url, {"picture": SimpleUploadedFile(name, content, declared)})

    assert send("/safe/", "a.jpg", good).json()["name"] == "a.jpg"
    said = send("/safe/", "a.jpg", hostile.EXE + bytes(100_000))
    assert said.status_code == 400
    assert said.json()["errors"][0]["code"] == "kind"
    assert send("/safe/", "a.php.jpg", good).json()["errors"][0]["code"] == "name-double-extension"
    # Django's own field sees an empty file.
    assert send("/plain/", "a.jpg", hostile.EXE + bytes(100_000)).json()["errors"][0]["code"] == "empty"
    with settings_of(BARDING_UPLOADS={"POLICY": UploadPolicy(max_size=50_000)}):
        said = send("/safe/", "a.jpg", good + bytes(200_000))
        assert said.json()["errors"][0]["code"] == "size"
    with settings_of(BARDING_UPLOADS={"FIELDS": {"picture": UploadPolicy(kinds=("png",))}}):
        assert send("/safe/", "a.jpg", hostile.picture("JPEG", (400, 400), quality=100)).json()["errors"][0]["code"] == "kind"


def test_the_handler_keeps_nothing_of_a_refused_file():
    from barding.uploads.handlers import EarlyUploadHandler

    handler = EarlyUploadHandler()
    handler.new_file("f", "a.jpg", "image/jpeg", None, None)
    first = handler.receive_data_chunk(hostile.EXE + bytes(64 << 10), 0)
    assert first is None and handler.receive_data_chunk(bytes(64 << 10), 65536) is None
    assert handler.file_complete(0).size == 0


def test_migrations_write_fields_down_and_read_them_back():
    for field in (
        SafeFileField(policy=UploadPolicy(kinds=("pdf",), max_sizes={"pdf": 5}, clamav=ClamAV(port=1))),
        SafeImageField(upload_to=RandomName("faces"), blank=True, hash_field="h", duplicates="refuse"),
        SafeFileField(),
    ):
        name, path, args, kwargs = field.deconstruct()
        assert path.startswith("barding.uploads.Safe")
        again = type(field)(*args, **kwargs)
        assert again.policy == field.policy and again.hash_field == field.hash_field
        assert again.deconstruct()[3] == kwargs
        text, imports = MigrationWriter.serialize(field)
        scope = {}
        exec("\n".join(imports), scope)
        rebuilt = eval(text, scope)
        assert rebuilt.policy == field.policy and len(rebuilt.validators) == len(field.validators)
    text, imports = MigrationWriter.serialize(ValidateUpload(kinds=("png",)))
    scope = {}
    exec("\n".join(imports), scope)
    assert eval(text, scope) == ValidateUpload(kinds=("png",))


def test_messages_are_translated():
    with pytest.raises(UploadRefused) as refused:
        ValidateUpload().examine(b"", name="a.png")
    assert refused.value.messages == ["The file is empty."]
    with translation.override("de"):
        assert refused.value.messages == ["Die Datei ist leer."]


def test_every_problem_has_a_message():
    from pathlib import Path

    from barding.uploads.messages import MESSAGES

    sources = (Path(__file__).parents[3] / "crates" / "barding_uploads" / "src").rglob("*.rs")
    told = {word for path in sources for word in re.findall(r'(?:problem|add)\(\s*"([a-z-]+)"', path.read_text())}
    assert len(told) > 25
    assert told - set(MESSAGES) == set()


def test_policies_that_make_no_sense_are_refused():
    for options in ({"kinds": ("pictures",)}, {"metadata": "drop"}, {"svg": "x"}, {"max_sizes": {"x": 1}}):
        with pytest.raises(ValueError):
            UploadPolicy(**options)


def test_translations_are_complete_and_compiled():
    import importlib.util
    from pathlib import Path

    from barding.uploads.messages import GENERAL, MESSAGES

    root = Path(__file__).parents[3]
    spec = importlib.util.spec_from_file_location("compile_messages", root / "scripts" / "python" / "compile_messages.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    for source in (root / "python" / "barding" / "uploads").rglob("django.po"):
        found = tool.entries(source.read_text(encoding="utf-8"))
        assert source.with_suffix(".mo").read_bytes() == tool.compiled(found)
        with translation.override("en"):
            wanted = {str(sentence) for sentence in (GENERAL, *MESSAGES.values())}
        assert wanted - set(found) == set()
        for sentence, said in found.items():
            assert sorted(re.findall(r"%\(\w+\)s", sentence)) == sorted(re.findall(r"%\(\w+\)s", said)) or not sentence


def test_the_app_alone_checks_the_projects_fields():
    from django.core.checks import registry

    names = {check.__name__ for check in registry.registry.get_checks()}
    assert {"check_media", "check_fields", "check_urls"} <= names
