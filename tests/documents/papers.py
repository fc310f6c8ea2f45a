"""One paper with every kind of block, and readers for what comes out."""

import io
import subprocess

import docx

from shuping.documents import press
from shuping.documents.blocks import (
    QR,
    Contents,
    Heading,
    Items,
    KeyValues,
    Mark,
    PageBreak,
    Paper,
    Paragraph,
    Signatures,
    Slips,
    Table,
)

NASTY = '#panic("x") *a* $x$ <b> _c_ `d` \\n [e] @f // = - + "q" ~ &amp; {{ g }}'

EVERYTHING = (
    Contents("目录"),
    Heading("一、总体情况", 1),
    Heading("（一）Second", 2),
    Heading("Third", 3),
    Heading("Fourth", 4),
    Paragraph("各单位履行职责情况良好。"),
    Paragraph("Right", align="right", bold=True),
    Items(("first", "second"), numbered=True),
    Items(("dot",)),
    Table(("No.", "单位"), tuple((f"{n:02}", "第一市委") for n in range(1, 60)), widths=(1, 4)),
    KeyValues((("Place", "第一会议室"),)),
    Signatures(("监票人", "Scrutineer")),
    QR("https://example.org/v/abc#secret", caption="Scan"),
    Mark("A"),
    PageBreak(),
    Slips((("Slip 1", ("line", "行"), "https://example.org/1"), ("Slip 2", ("line",), "https://example.org/2"))),
)


def paper(*blocks, **more) -> Paper:
    return Paper(title=more.pop("title", "Title 标题"), blocks=blocks, **more)


def as_docx(subject: Paper):
    return docx.Document(io.BytesIO(press.render(subject, "docx")))


def pdf_text(subject: Paper) -> str:
    """What a reader of the pdf reads, by pdftotext."""
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=press.render(subject, "pdf"), capture_output=True, check=True).stdout.decode()
