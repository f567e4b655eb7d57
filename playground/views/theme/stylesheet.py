"""The small style sheet for what Qt draws itself: menus, tool tips, text fields, scroll bars.

Owns the text of the sheet; takes every colour from the tokens it is given.
"""

from __future__ import annotations

from collections.abc import Mapping

SHEET = """
QToolTip {{ background: {surface}; color: {text}; border: 1px solid {line}; padding: 5px 7px; }}
QMenuBar {{ background: {surface}; color: {muted}; border: none; padding: 0 {m}px; }}
QMenuBar::item {{ background: transparent; padding: 5px 8px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {shade}; color: {text}; }}
QMenu {{ background: {surface}; color: {text}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 5px 28px 5px 10px; border-radius: 5px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::icon:checked {{ background: {accent_soft}; border: 2px solid {accent_soft}; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent_soft}; color: {text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::item:disabled:selected {{ background: {shade}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QLineEdit {{ background: {surface}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 2px 6px;
  selection-background-color: {accent}; selection-color: {accent_text}; }}
QPlainTextEdit {{ background: {surface}; color: {text}; border: 1px solid {line}; border-radius: 6px; padding: 2px;
  selection-background-color: {accent}; selection-color: {accent_text}; }}
QPlainTextEdit:focus {{ border: 1px solid {focus}; }}
QLineEdit:hover {{ border-color: {track}; }}
QLineEdit:focus {{ border: 1px solid {focus}; }}
QLineEdit:disabled {{ color: {faint}; background: {background}; }}
QLineEdit#flat {{ background: transparent; border: 1px solid transparent; padding: 0; margin: 0; }}
QLineEdit#flat:hover {{ background: {surface}; border-color: {line}; }}
QLineEdit#flat:focus {{ background: {surface}; border-color: {focus}; }}
QLineEdit[refused="true"], QLineEdit#flat[refused="true"] {{ border-color: {bad}; }}
QComboBox QAbstractItemView {{ background: {surface}; color: {text}; border: 1px solid {line}; padding: 4px;
  outline: none; selection-background-color: {accent_soft}; selection-color: {text}; }}
QComboBox QAbstractItemView::item {{ padding: 4px 6px; border: none; border-radius: 5px; }}
QComboBox QAbstractItemView::item:selected, QComboBox QAbstractItemView::item:hover {{ background: {accent_soft};
  color: {text}; }}
QComboBox QAbstractItemView::item:disabled {{ color: {faint}; }}
QScrollArea {{ background: transparent; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {track}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
  border: none; width: 0; height: 0; }}
QDialogButtonBox, QMessageBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QMessageBox QPushButton, QDialog QPushButton, Overlay QPushButton {{ background: {surface}; color: {text};
  border: 1px solid {track}; border-radius: 6px; padding: 5px 14px; min-width: 64px; }}
QDialog QPushButton:hover, Overlay QPushButton:hover {{ background: {shade}; }}
QDialog QPushButton:default, Overlay QPushButton:default {{ background: {accent}; color: {accent_text};
  border-color: {accent}; }}
QDialog QPushButton:disabled, Overlay QPushButton:disabled {{ background: {sunken}; color: {faint};
  border-color: {line}; }}
QDialog QPushButton:focus, Overlay QPushButton:focus {{ border: 2px solid {focus}; padding: 4px 13px; }}
"""


def style_sheet(colours: Mapping[str, str], unit: float) -> str:
    """The sheet in the colours of a theme, by the tokens' names; `unit` is one pixel at the desktop's text scale."""
    return SHEET.format(m=round(8 * unit), **colours)
