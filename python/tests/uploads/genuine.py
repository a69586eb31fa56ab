"""Makes genuine files of many kinds with real programs, into FOLDER/KIND/NAME. Runs in the environment of
scripts/install/upload-corpus.sh: ``python genuine.py FOLDER``. A program that fails on this machine is named on the way.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import py_compile
import sqlite3
import subprocess
import sys
import tarfile
import wave
import zipfile
from pathlib import Path

FOLDER = Path(sys.argv[1])
MAKERS = []


def maker(function):
    MAKERS.append(function)
    return function


def place(kind: str, name: str) -> str:
    (FOLDER / kind).mkdir(parents=True, exist_ok=True)
    return str(FOLDER / kind / name)


def write(kind: str, name: str, data: bytes | str) -> None:
    Path(place(kind, name)).write_bytes(data.encode() if isinstance(data, str) else data)


def photo(mode: str = "RGB", size: tuple[int, int] = (160, 120)):
    from PIL import Image

    wide = Image.radial_gradient("L").resize(size)
    image = Image.merge("RGB", (wide, wide.rotate(90), Image.linear_gradient("L").resize(size)))
    return image.convert(mode)


@maker
def pictures() -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "a caption", 6
    photo().save(place("png", "plain.png"))
    photo("RGBA").save(place("png", "alpha.png"), optimize=True)
    photo("P").save(place("png", "palette.png"))
    photo("L").save(place("png", "grey.png"), exif=exif)
    photo().save(place("png", "moving.png"), save_all=True, append_images=[photo().rotate(n) for n in (30, 60)], duration=100)
    photo().save(place("jpeg", "plain.jpg"))
    photo().save(place("jpeg", "progressive.jpeg"), progressive=True, exif=exif, comment="made by hand")
    photo("CMYK").save(place("jpeg", "cmyk.jpg"))
    photo("L").save(place("jpeg", "grey.jpg"), restart_marker_blocks=2)
    photo().save(place("jpeg", "two.jpg"), format="MPO", save_all=True, append_images=[photo()])
    photo().convert("P").save(place("gif", "plain.gif"))
    photo().save(place("gif", "moving.gif"), save_all=True, append_images=[photo().rotate(n) for n in (30, 60)], comment="spinning")
    photo().save(place("webp", "lossy.webp"), exif=exif)
    photo("RGBA").save(place("webp", "lossless.webp"), lossless=True)
    photo().save(place("webp", "moving.webp"), save_all=True, append_images=[photo().rotate(30)])
    photo().save(place("bmp", "plain.bmp"))
    photo("1").save(place("bmp", "bits.bmp"))
    for compression in ("raw", "tiff_lzw", "jpeg", "tiff_deflate"):
        photo().save(place("tiff", f"{compression}.tif"), compression=compression)
    photo().save(place("tiff", "pages.tiff"), save_all=True, append_images=[photo(), photo()])
    photo("RGBA", (64, 64)).save(place("ico", "plain.ico"))
    photo().save(place("jp2", "plain.jp2"))
    photo().save(place("j2k", "plain.j2k"), no_jp2=True)
    photo().save(place("pnm", "plain.ppm"))
    photo("L").save(place("pnm", "grey.pgm"))
    photo("1").save(place("pnm", "bits.pbm"))
    photo().save(place("pcx", "plain.pcx"))
    photo().save(place("sgi", "plain.sgi"))
    photo().save(place("dds", "plain.dds"))
    photo("RGBA", (128, 128)).save(place("icns", "plain.icns"))
    photo().save(place("pdf", "picture.pdf"))
    photo().save(place("postscript", "picture.eps"))


@maker
def qoi() -> None:
    photo().save(place("qoi", "plain.qoi"))


@maker
def avif() -> None:
    photo().save(place("avif", "plain.avif"))


@maker
def heic() -> None:
    import pillow_heif

    pillow_heif.from_pillow(photo()).save(place("heic", "plain.heic"))


@maker
def jxl() -> None:
    import pillow_jxl  # noqa: F401

    photo().save(place("jxl", "plain.jxl"))


@maker
def sounds_and_films() -> None:
    import imageio_ffmpeg

    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
    film = ["-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=10"]
    wanted = {
        "mp3": [("plain.mp3", [*sound, "-metadata", "title=A tone"]), ("bare.mp3", [*sound, "-write_xing", "0", "-id3v2_version", "0"])],
        "aac": [("plain.aac", sound)], "m4a": [("plain.m4a", sound)], "flac": [("plain.flac", sound)], "wav": [("plain.wav", sound)],
        "ogg": [("plain.ogg", [*sound, "-c:a", "libvorbis"])], "opus": [("plain.opus", sound)], "aiff": [("plain.aiff", sound)],
        "au": [("plain.au", sound)], "caf": [("plain.caf", sound)], "wma": [("plain.wma", sound), ("plain.wmv", film)],
        "amr": [("plain.amr", [*sound, "-ar", "8000", "-ac", "1", "-b:a", "12.2k", "-c:a", "libopencore_amrnb"])],
        "mp4": [("plain.mp4", [*film, *sound, "-shortest"]), ("fragments.mp4", [*film, "-movflags", "frag_keyframe+empty_moov"])],
        "mov": [("plain.mov", film)], "3gp": [("plain.3gp", [*film, "-s", "176x144", "-c:v", "h263"])],
        "webm": [("plain.webm", [*film, "-c:v", "libvpx"])], "mkv": [("plain.mkv", film)], "avi": [("plain.avi", film)],
        "flv": [("plain.flv", film)], "mpeg": [("plain.mpg", [*film, "-r", "25"])], "mpegts": [("plain.ts", film)],
        "ogv": [("plain.ogv", [*film, "-c:v", "libtheora"])],
    }
    for kind, files in wanted.items():
        for name, options in files:
            made = subprocess.run([ffmpeg, "-v", "error", "-y", *options, place(kind, name)], capture_output=True, text=True, check=False)
            if made.returncode:
                print(f"could not make {name}: {made.stderr.strip().splitlines()[-1:]}")
                Path(place(kind, name)).unlink(missing_ok=True)


@maker
def midi() -> None:
    track = b"\0\xc0\x05" + b"\0\x90\x3c\x40" + b"\x60\x80\x3c\x40" + b"\0\xff\x2f\0"
    write("midi", "plain.mid", b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + len(track).to_bytes(4, "big") + track)
    with wave.open(place("wav", "python.wav"), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(1600))


@maker
def office() -> None:
    import docx
    import openpyxl
    import pptx

    document = docx.Document()
    document.add_heading("A heading")
    document.add_paragraph("Some text.")
    document.save(place("docx", "plain.docx"))
    workbook = openpyxl.Workbook()
    for number in range(200):
        workbook.active.append([number, f"row {number}", number * 1.5])
    workbook.save(place("xlsx", "plain.xlsx"))
    slides = pptx.Presentation()
    slides.slides.add_slide(slides.slide_layouts[0]).shapes.title.text = "A title"
    slides.save(place("pptx", "plain.pptx"))


@maker
def open_document() -> None:
    from odf.opendocument import OpenDocumentDrawing, OpenDocumentPresentation, OpenDocumentSpreadsheet, OpenDocumentText
    from odf.text import P

    text = OpenDocumentText()
    text.text.addElement(P(text="Some text."))
    text.save(place("odt", "plain.odt"))
    OpenDocumentSpreadsheet().save(place("ods", "plain.ods"))
    OpenDocumentPresentation().save(place("odp", "plain.odp"))
    OpenDocumentDrawing().save(place("odg", "plain.odg"))


@maker
def old_office() -> None:
    import xlwt

    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("A sheet")
    for number in range(300):
        sheet.write(number, 0, f"row {number}")
    workbook.save(place("xls", "plain.xls"))


@maker
def book() -> None:
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_title("A book")
    book.add_author("An author")
    chapter = epub.EpubHtml(title="One", file_name="one.xhtml", content="<h1>One</h1><p>Text.</p>")
    for item in (chapter, epub.EpubNcx(), epub.EpubNav()):
        book.add_item(item)
    book.toc, book.spine = (chapter,), ["nav", chapter]
    epub.write_epub(place("epub", "plain.epub"), book)


@maker
def pdf() -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(place("pdf", "plain.pdf"))
    canvas.drawString(100, 700, "Some text.")
    canvas.linkURL("https://site.example/", (100, 690, 200, 710))
    canvas.showPage()
    canvas.save()


@maker
def archives() -> None:
    import py7zr
    import zstandard
    from lz4 import frame

    text = b"Some text, again and again.\n" * 200
    with zipfile.ZipFile(place("zip", "plain.zip"), "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("folder/text.txt", text)
        out.writestr("picture.png", (FOLDER / "png" / "plain.png").read_bytes())
    with zipfile.ZipFile(place("zip", "stored.zip"), "w") as out:
        out.write(__file__, "program.txt")
    with open(place("zip", "streamed.zip"), "wb") as raw:

        class Pipe(io.RawIOBase):
            def writable(self):
                return True

            def write(self, data):
                return raw.write(data)

        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("text.txt", text)
    for name, mode, form in (("plain.tar", "w", tarfile.PAX_FORMAT), ("gnu.tar", "w", tarfile.GNU_FORMAT), ("old.tar", "w", tarfile.USTAR_FORMAT)):
        with tarfile.open(place("tar", name), mode, format=form) as out:
            entry = tarfile.TarInfo("folder/" + "long-name-" * 8 + "text.txt")
            entry.size = len(text)
            out.addfile(entry, io.BytesIO(text))
    with tarfile.open(place("gzip", "plain.tar.gz"), "w:gz") as out:
        entry = tarfile.TarInfo("text.txt")
        entry.size = len(text)
        out.addfile(entry, io.BytesIO(text))
    with gzip.open(place("gzip", "plain.gz"), "wb") as out:
        out.write(text)
    write("bzip2", "plain.bz2", bz2.compress(text))
    write("xz", "plain.xz", lzma.compress(text))
    write("zstd", "plain.zst", zstandard.compress(text))
    write("lz4", "plain.lz4", frame.compress(text))
    with py7zr.SevenZipFile(place("7z", "plain.7z"), "w") as out:
        out.writestr(text.decode(), "text.txt")


@maker
def discs() -> None:
    import pycdlib

    disc = pycdlib.PyCdlib()
    disc.new()
    disc.add_fp(io.BytesIO(b"text"), 4, "/TEXT.TXT;1")
    disc.write(place("iso", "plain.iso"))
    disc.close()


@maker
def cabinets() -> None:
    from cabarchive import CabArchive, CabFile

    cabinet = CabArchive()
    cabinet["text.txt"] = CabFile(b"text")
    write("cab", "plain.cab", cabinet.save())


@maker
def fonts() -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTCollection, TTFont

    def build(cff: bool) -> FontBuilder:
        builder = FontBuilder(1000, isTTF=not cff)
        builder.setupGlyphOrder([".notdef", "A"])
        builder.setupCharacterMap({65: "A"})
        if cff:
            glyphs = {name: T2CharStringPen(500, None).getCharString() for name in (".notdef", "A")}
            builder.setupCFF("Test", {"FullName": "Test"}, glyphs, {})
        else:
            builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "A")})
        builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
        builder.setupHorizontalHeader(ascent=800, descent=-200)
        builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
        builder.setupOS2()
        builder.setupPost()
        return builder

    build(False).save(place("ttf", "plain.ttf"))
    build(True).save(place("otf", "plain.otf"))
    for flavor in ("woff", "woff2"):
        font = TTFont(place("ttf", "plain.ttf"))
        font.flavor = flavor
        font.save(place(flavor, f"plain.{flavor}"))
    collection = TTCollection()
    collection.fonts = [TTFont(place("ttf", "plain.ttf")), TTFont(place("ttf", "plain.ttf"))]
    collection.save(place("ttc", "plain.ttc"))


@maker
def data() -> None:
    import numpy

    numpy.save(place("npy", "plain.npy"), numpy.arange(100))
    name = place("sqlite", "plain.sqlite3")
    Path(name).unlink(missing_ok=True)
    connection = sqlite3.connect(name)
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    write("pickle", "plain.pkl", pickle.dumps({"a": 1}))
    source = Path(place("txt", "module.txt"))
    source.write_text("print('hello')\n")
    py_compile.compile(str(source), place("pyc", "plain.pyc"), doraise=True)
    write("elf", "plain.elf", Path(os.path.realpath(sys.executable)).read_bytes()[:65536])


@maker
def texts() -> None:
    write("txt", "plain.txt", "Some text.\nAnd more, with ümlauts.\n")
    write("txt", "latin.txt", "Déjà vu, naïve café.\n".encode("latin-1"))
    write("txt", "utf16.txt", "Some text in two bytes.\n".encode("utf-16"))
    write("txt", "notes.md", "# A heading\n\n- a list\n- of things\n\n| a | b |\n")
    write("txt", "japanese.txt", "これはテキストです。\n二行目。\n")
    write("csv", "plain.csv", "name,amount,note\nA,1.5,\"x, y\"\nB,-3,z\n")
    write("csv", "german.csv", "Name;Betrag\nA;1,5\nB;-3\n")
    write("csv", "plain.tsv", "name\tamount\nA\t1\nB\t2\n")
    write("json", "plain.json", json.dumps({"a": [1, 2, {"b": None}]}, indent=2))
    write("json", "place.geojson", json.dumps({"type": "Point", "coordinates": [1, 2]}))
    write("jsonl", "plain.jsonl", "".join(json.dumps({"n": n}) + "\n" for n in range(5)))
    write("vcard", "plain.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A Person\r\nEND:VCARD\r\n")
    write("calendar", "plain.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    write("subtitles", "plain.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n2\n00:00:03,000 --> 00:00:04,000\nBye.\n")
    write("subtitles", "plain.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n")
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@site.example", "b@site.example", "Hello"
    message.set_content("Some text.")
    write("email", "plain.eml", bytes(message))
    write("pem", "plain.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    write("rtf", "plain.rtf", "{\\rtf1\\ansi{\\fonttbl\\f0\\fswiss Helvetica;}\\f0\\pard Some {\\b bold} text.\\par}\n")
    write("svg", "plain.svg", '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect width="10" height="10" fill="url(#a)"/></svg>\n')
    write("xml", "plain.xml", '<?xml version="1.0"?>\n<root><a b="c">text</a></root>\n')
    write("xml", "track.gpx", '<?xml version="1.0"?>\n<gpx version="1.1" creator="x"><trk/></gpx>\n')
    write("html", "plain.html", "<!DOCTYPE html>\n<html><head><title>x</title></head><body>text</body></html>\n")
    write("script", "plain.sh", "#!/bin/sh\necho hello\n")
    write("php", "plain.php", "<?php\necho 'hello';\n")


def main() -> None:
    failed = []
    for make in MAKERS:
        try:
            make()
        except Exception as error:  # a maker that is not at home here must not stop the others
            failed.append(make.__name__)
            print(f"could not make {make.__name__}: {type(error).__name__}: {error}")
    kinds = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and any(folder.iterdir()))
    print(f"{sum(1 for path in FOLDER.rglob('*') if path.is_file())} genuine files of {len(kinds)} kinds")


if __name__ == "__main__":
    main()
