"""Office packages with one thing in them that runs or fetches, or that only looks like it, built part by part."""

import io
import zipfile
from dataclasses import dataclass, field

import docx
import openpyxl

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def plain_docx(text: str = "We met four times.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    return _saved(document)


def plain_xlsx(*rows: list) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["01", "x", 88]]:
        book.active.append(row)
    return _saved(book)


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@dataclass
class Package:
    """A package that is taken apart, changed and put together again."""

    parts: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, body: bytes) -> "Package":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return cls({name: packed.read(name) for name in packed.namelist()})

    def relate(self, source: str, kind: str, target: str, *, mode: str = "") -> "Package":
        """Give a part one more relationship; `source` is "" for the package itself."""
        folder, _, file = source.rpartition("/")
        name = f"{folder}/_rels/{file}.rels".lstrip("/")
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        text = self.parts.get(name, empty)
        kind = kind if "://" in kind else f"{OFFICE}/{kind}"
        where = f'Target="{target}" TargetMode="{mode}"' if mode else f'Target="{target}"'
        told = f'<Relationship Id="rX{len(text)}" Type="{kind}" {where}/>'
        self.parts[name] = text.replace(b"</Relationships>", told.encode() + b"</Relationships>")
        return self

    def add(self, name: str, body: bytes = b"x", content_type: str = "") -> "Package":
        """One more part, with its content type where it has one."""
        self.parts[name] = body
        if content_type:
            self._declare(f'<Override PartName="/{name}" ContentType="{content_type}"/>')
        return self

    def by_ending(self, ending: str, content_type: str) -> "Package":
        self._declare(f'<Default Extension="{ending}" ContentType="{content_type}"/>')
        return self

    def _declare(self, told: str) -> None:
        types = self.parts["[Content_Types].xml"]
        self.parts["[Content_Types].xml"] = types.replace(b"</Types>", told.encode() + b"</Types>")

    def rename(self, old: str, new: str) -> "Package":
        self.parts[new] = self.parts.pop(old)
        return self

    def change(self, name: str, old: str, new: str) -> "Package":
        assert old.encode() in self.parts[name]
        self.parts[name] = self.parts[name].replace(old.encode(), new.encode())
        return self

    def body(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, part in self.parts.items():
                packed.writestr(name, part)
        return out.getvalue()


def report() -> Package:
    return Package.of(plain_docx())


def marks() -> Package:
    return Package.of(plain_xlsx())


def written(inside: str) -> Package:
    """A document with some of the word processor's own XML at its beginning."""
    return report().change("word/document.xml", "<w:body>", f"<w:body>{inside}")


def field_of(*words: str) -> str:
    """A field that is cut into pieces, as word processors cut them."""
    pieces = "".join(f'<w:r><w:instrText xml:space="preserve">{word}</w:instrText></w:r>' for word in words)
    return f"<w:p>{_mark('begin')}{pieces}{_mark('separate')}<w:r><w:t>shown</w:t></w:r>{_mark('end')}</w:p>"


def hidden_field() -> str:
    """A field whose name comes from another field: QUOTE 68 68 69 is DDE."""
    inner = f"{_mark('begin')}<w:r><w:instrText> QUOTE 68 68 69 </w:instrText></w:r>{_mark('end')}"
    return f"<w:p>{_mark('begin')}{inner}<w:r><w:instrText> c:\\cmd </w:instrText></w:r>{_mark('end')}</w:p>"


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def formula(text: str) -> Package:
    sheet = "xl/worksheets/sheet1.xml"
    return marks().change(sheet, "</sheetData>", f'<row r="9"><c r="A9"><f>{text}</f></c></row></sheetData>')


def with_chart(workbook: bytes, *, chart_type: str = CHART_TYPE, workbook_type: str = WORKBOOK_TYPE) -> Package:
    """A document with a chart, as word processors write it: its figures lie in a workbook of its own."""
    chart = b'<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>'
    whole = report().add("word/charts/chart1.xml", chart, chart_type)
    whole.add("word/embeddings/Microsoft_Excel_Sheet1.xlsx", workbook).by_ending("xlsx", workbook_type)
    whole.relate("word/document.xml", "chart", "charts/chart1.xml")
    return whole.relate("word/charts/chart1.xml", "package", "../embeddings/Microsoft_Excel_Sheet1.xlsx")


def pdf(*objects: str, stream: bytes = b"", head: str = "") -> bytes:
    """A pdf of some objects and, if there is one, a stream with its own words."""
    lines = [b"%PDF-1.7"] + [f"{place} 0 obj {text} endobj".encode() for place, text in enumerate(objects, 1)]
    if head:
        lines.append(f"99 0 obj << {head} /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream endobj")
    return b"\n".join([*lines, b"trailer << /Root 1 0 R >>", b"%%EOF"])
