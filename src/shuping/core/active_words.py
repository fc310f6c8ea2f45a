"""What is said of active content in a file: what was found, and what to do. %(name)s is the file."""

from django.utils.translation import gettext_lazy as _

ACTIVE = {
    "macros": _("%(name)s contains macros: programs that run when it is opened. Save it as docx or xlsx without them."),
    "embedded": _(
        "%(name)s contains another file or a control (OLE, ActiveX). "
        "Put its content in as text, table or picture instead."
    ),
    "inserted": _(
        "%(name)s contains an inserted file of which only some programs show the text. "
        "Open it in Word and save it once more, or copy the text into a new document."
    ),
    "buttons": _("%(name)s brings buttons or an add-in of its own. Copy the content into a new file and save that."),
    "template": _(
        "%(name)s fetches its template from another place whenever it is opened. "
        "Choose the template “Normal” for it, or copy the text into a new document, and save that."
    ),
    "fetched": _(
        "%(name)s fetches a picture or another part from elsewhere whenever it is opened. "
        "Put the part itself into the file, or take it out, and save it once more."
    ),
    "links": _(
        "%(name)s takes figures from other workbooks or data sources. Copy the rows as values into a new workbook."
    ),
    "fields": _(
        "%(name)s has a field that starts a program or fetches a file (DDE, LINK, INCLUDETEXT or the like). "
        "Turn the field into text (in Word: Ctrl+Shift+F9), then save it once more."
    ),
    "formulas": _(
        "%(name)s has a formula that starts a program or fetches something. "
        "Copy the rows as values into a new workbook."
    ),
    "doubtful": _(
        "%(name)s is built in a way that no office program writes. Open it, save it under a new name and send that."
    ),
    "pdf_locked": _("%(name)s has a password or is locked against changes. Print it into a new pdf, then send that."),
    "pdf_script": _("%(name)s contains a program (JavaScript). Print it into a new pdf, then send that."),
    "pdf_starts": _(
        "%(name)s can start a program or send something by itself. Print it into a new pdf, then send that."
    ),
    "pdf_files": _("%(name)s contains other files. Send each of them by itself, and the pdf printed into a new one."),
    "pdf_address": _("%(name)s opens an address by itself. Print it into a new pdf, then send that."),
}
