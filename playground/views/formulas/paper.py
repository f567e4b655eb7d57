"""A page of text as a PDF.

Owns paper, margins and fonts; what stands on the page is told by whoever writes it.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFont, QPageSize, QPdfWriter, QTextDocument

from playground.views.theme import theme

DPI, POINTS = 300, 10


def pdf_of(page: str) -> bytes:
    """A page of HTML on A4, with margins to write in and the pages' numbers."""
    document = QTextDocument()
    document.setDefaultFont(QFont(theme.ui_font().family(), POINTS))
    document.setHtml(page)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setResolution(DPI)
    writer.setTitle(document.metaInformation(QTextDocument.MetaInformation.DocumentTitle))
    document.print_(writer)
    del writer  # what it has written is complete when it is gone
    return bytes(buffer.data().data())
