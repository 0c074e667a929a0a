"""Files made by code: one of every kind that comes in, and the building blocks of those that do not."""

import io
import struct
import zipfile
import zlib

import pypdf
import typst
import xlsxwriter
from PIL import Image

CT = "http://schemas.openxmlformats.org/package/2006/content-types"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = OFFICE_REL
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def zipped(parts, *, stored=()):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return made.getvalue()


def relations(*lines):
    inside = "".join(
        f'<Relationship Id="r{n}" Type="{kind if ":" in kind else f"{OFFICE_REL}/{kind}"}" Target="{target}"'
        + (' TargetMode="External"/>' if external else "/>")
        for n, (kind, target, external) in enumerate(lines)
    )
    return f'{XML}<Relationships xmlns="{REL}">{inside}</Relationships>'


def docx(extra=None, *, body="", types="", links=(), main="document.main"):
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{main}+xml"
    return zipped(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{CT}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/>{types}</Types>',
            "_rels/.rels": relations(("officeDocument", "word/document.xml", False)),
            "word/document.xml": f'{XML}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>Verslag</w:t></w:r></w:p>'
            f"{body}"
            "</w:body></w:document>",
            "word/_rels/document.xml.rels": relations(("hyperlink", "https://www.ser.nl/", True), *links),
            **(extra or {}),
        }
    )


def pptx(extra=None, *, slide=""):
    kind = "application/vnd.openxmlformats-officedocument.presentationml."
    return zipped(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{CT}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{kind}presentation.main+xml"/>'
            f'<Override PartName="/ppt/slides/slide1.xml" ContentType="{kind}slide+xml"/></Types>',
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", False)),
            "ppt/presentation.xml": f'{XML}<p:presentation xmlns:p="{P}"/>',
            "ppt/slides/slide1.xml": f'{XML}<p:sld xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}">{slide}</p:sld>',
            **(extra or {}),
        }
    )


def xlsx(rows=20):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("Voortgang")
        for row in range(rows):
            sheet.write_row(row, 0, [f"afspraak {row}", row * 1.5, "ja"])
        sheet.write_url(rows, 0, "https://www.ser.nl/")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"=Voortgang!$B$1:$B${rows}"})
        sheet.insert_chart("E1", chart)
        sheet.write_comment(0, 0, "gecontroleerd")
        image = io.BytesIO(picture("PNG", (40, 30)))
        sheet.insert_image("E20", "logo.png", {"image_data": image})
    return made.getvalue()


NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "manifest": "manifest", "meta": "meta",
        "script": "script", "form": "form",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip


def odf(kind="text", extra=None, *, body="", manifest="", mimetype=None):
    mimetype = mimetype or f"application/vnd.oasis.opendocument.{kind}"
    return zipped(
        {
            "mimetype": mimetype,
            "content.xml": f"{XML}<office:document-content {NAMESPACES}><office:scripts/><office:body><office:{kind}>"
            f'<text:p>Verslag <text:a xlink:href="https://www.ser.nl/">SER</text:a></text:p>{body}'
            f"</office:{kind}></office:body></office:document-content>",
            "META-INF/manifest.xml": f"{XML}<manifest:manifest {NAMESPACES}>"
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>{manifest}'
            "</manifest:manifest>",
            **(extra or {}),
        },
        stored=("mimetype",),
    )


def pdf(pages=2):
    text = "\n#pagebreak()\n".join("= Verslag\n#lorem(80)" for _ in range(pages))
    return typst.compile(text.encode())


def pdf_with(change, *, compress=False):
    """A valid PDF after `change(writer)`."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def raw_pdf(*objects, trailer=""):
    """A PDF written by hand: `objects` follow the page tree as objects 4, 5, …"""
    made = b"%PDF-1.7\n"
    places = []
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        *objects,
    ]
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(bodies) + 1, trailer.encode())
    return made + b"startxref\n%d\n%%%%EOF\n" % start


def object_stream(inside, *, filters=b"/FlateDecode", name=b"/ObjStm"):
    packed = zlib.compress(b"9 0 " + inside)
    head = b"<< /Type %s /N 1 /First 4 /Filter %s /Length %d >>" % (name, filters, len(packed))
    return head + b"\nstream\n" + packed + b"\nendstream"


def picture(format_, size=(64, 48), **options):
    made = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(made, format_, **options)
    return made.getvalue()


def plain(format_, size, **options):
    """As large as you like, and quickly made."""
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, format_, **options)
    return made.getvalue()


def animation(format_, frames=5, size=(32, 32)):
    pictures = [Image.new("RGB", size, (n * 40 % 255, n % 255, 9)) for n in range(frames)]
    made = io.BytesIO()
    pictures[0].save(made, format_, save_all=True, append_images=pictures[1:])
    return made.getvalue()


def png_of(width, height):
    """A PNG that says it is this large, with rows that pack to nothing."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    machine = zlib.compressobj(9)
    row = b"\x00" * (width // 8 + 2)
    packed = b"".join(machine.compress(row) for _ in range(height)) + machine.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def ole(*streams):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + b"".join(s.encode("utf-16-le") for s in streams)


VALID = {
    "verslag.pdf": pdf,
    "foto.png": lambda: picture("PNG"),
    "foto.jpg": lambda: picture("JPEG"),
    "foto.jpeg": lambda: picture("JPEG", progressive=True),
    "foto.webp": lambda: picture("WEBP"),
    "foto.gif": lambda: picture("GIF"),
    "bewegend.gif": lambda: animation("GIF"),
    "bewegend.webp": lambda: animation("WEBP"),
    "bewegend.png": lambda: animation("PNG"),
    "verslag.docx": docx,
    "cijfers.xlsx": xlsx,
    "dia's.pptx": pptx,
    "verslag.odt": odf,
    "cijfers.ods": lambda: odf("spreadsheet"),
    "dia's.odp": lambda: odf("presentation"),
    "cijfers.csv": lambda: "naam;aandeel\nEén bv;-12,5\nTwee bv;+3\n".encode(),
    "excel.csv": lambda: b"\xef\xbb\xbf" + 'naam;code\nÉén;="0012"\n'.encode(),
    "oud.csv": lambda: "naam;bedrag\nCoöperatie;€ 5\n".encode("cp1252"),
    "tabs.tsv": lambda: b"a\tb\n1\t2\n",
    "notitie.txt": lambda: b"Op 3 mei is besloten: <b>door</b> te gaan.\n",
}
KINDS = {
    "pdf": "pdf", "png": "image", "jpg": "image", "jpeg": "image", "webp": "image", "gif": "image", "docx": "document",
    "xlsx": "spreadsheet", "pptx": "presentation", "odt": "document", "ods": "spreadsheet", "odp": "presentation",
    "csv": "csv", "tsv": "csv", "txt": "text",
}  # fmt: skip
