"""The doctor's card: the finding that counts most, in two sentences, where it is seen, and the cures with what came of
them.

Owns what is shown of the doctor and which of several findings; wishes go to the workbench's doctor and its trials.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from playground.diagnosis.signals.finding import NOWHERE, Finding
from playground.views.controls import Caption, ElidedLabel, Hairline, IconButton, LinkButton, explain
from playground.views.controls.few_lines import FewLines
from playground.views.doctor.cure_row import HIGH, CureRow, columns, mean_curve
from playground.views.doctor.marks import StateDot, WhereLine, token_of
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import cures as cure_words
from playground.words import doctor as words
from playground.words.check_up import ENTRY, ENTRY_TIP
from playground.words.diagnosis import title_of

if TYPE_CHECKING:  # what tries cures loads the kernels
    from playground.diagnosis.cures.verifying import CureResult

ROWS, LINES = 3, 3
"""Cures at most, and lines of the sentence, which is never cut: two, and a third where the card is narrow."""
TIGHT = 330
PAIRS = 5
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def shown_rows(results: tuple[CureResult, ...], count: int) -> tuple[CureResult, ...]:
    """The best ones, then one that did not help: that teaches too."""
    good, bad = [each for each in results if each.helped], [each for each in results if not each.helped]
    if not good or not bad:
        return tuple((good or bad)[:count])
    return (*good[: max(count - 1, 1)], *bad[: max(count - len(good[: count - 1]), 0)])[:count]


@guarded
class DoctorCard(QWidget):
    """`more_wanted` for the sheet with all that is known, `check_up_wanted` for that of the check-up. `corner` stands
    in the card's header."""

    more_wanted = Signal()
    check_up_wanted = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._doctor = workbench, workbench.doctor
        self._rule, self._tried, self._well = "", "", False
        self._run_of: object = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(words.DOCTOR)
        self.dot, self.title, self.since = StateDot(self), ElidedLabel("", theme.strong_font()), ElidedLabel()
        self.since.setFont(theme.small_font())
        self.since.alignment = RIGHT
        self.sentence, self.where, self.line = FewLines(theme.small_font(), self, LINES), WhereLine(self), Hairline()
        self.tried, self.effect, self.count = Caption(), Caption(), Caption("better")
        for caption in (self.effect, self.count):
            caption.alignment = RIGHT
        self.link, self.under = LinkButton("", "", flush=True), LinkButton("", words.UNDER_TIP, flush=True)
        self.rows = [CureRow(self) for _ in range(ROWS)]
        for widget in (self.title, self.since, self.line, self.tried, self.effect, self.count, self.link, self.under):
            widget.setParent(self)
        self.link.clicked.connect(self._on_link)
        for row in self.rows:
            row.applied.connect(lambda row=row: self._apply(row.result))
            row.pointed.connect(lambda on, row=row: self._doctor.trials.point(row.result if on else None))
        self._make_corner()
        for key, one in (
            ("doctor", self), ("finding", self.title), ("finding", self.since), ("finding", self.sentence),
            ("finding", self.under),
            ("cure", self.tried), ("cure_effect", self.effect), ("cure_count", self.count), ("cure", self.link),
            ("doctor_more", self.more), ("doctor_choices", self.choices),
        ):  # fmt: skip
            explain(key, one)
        for row in self.rows:
            explain("cure", row)
        self.where.pointed.connect(self._point_at_place)
        self.where.clicked.connect(self._seek_place)
        self.under.clicked.connect(self._show_consequence)
        self._doctor.changed.connect(self.refresh)
        self._doctor.sizing.told.connect(lambda sentence: workbench.show_message(sentence, "info"))
        workbench.run.snapshot_ready.connect(self._on_snapshot)
        self._doctor.trials.changed.connect(self.refresh)
        workbench.run.state_changed.connect(self.refresh)
        theme.current().changed.connect(self.update)
        self.refresh()

    def _make_corner(self) -> None:
        self.corner = QWidget()
        row = QHBoxLayout(self.corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.choices = IconButton("ellipsis", words.CHOICES_TIP, 24)
        self.choices.clicked.connect(self._open_choices)
        self.more = LinkButton(words.MORE, words.MORE_TIP)
        self.more.clicked.connect(self.more_wanted)
        row.addWidget(self.choices)
        row.addWidget(self.more)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def finding(self) -> Finding | None:
        """The finding that is shown: the one chosen, as long as it is there, else the cause."""
        first = next(iter(self._doctor.findings), None)
        return next((each for each in self._all if each.rule == self._rule), self._doctor.primary or first)

    @property
    def _all(self) -> tuple[Finding, ...]:
        """What can be shown: each finding, and after it what follows from it."""
        found = self._doctor.findings
        return tuple(each for finding in found for each in (finding, *finding.consequences))

    def show_cause(self) -> None:
        """Turn to the finding that counts most."""
        self._rule = ""
        self.refresh()

    def show_rule(self, rule: str) -> None:
        """Turn to the finding of a rule, a cause or what follows from one."""
        self._rule = rule
        self.refresh()

    def focus_first(self) -> None:
        """The keyboard goes to the first Apply, else to what tries cures."""
        buttons = [row.apply for row in self.rows if row.apply.isVisible()]
        target: QWidget = next(iter(buttons), self.link if self.link.isVisible() else self.more)
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def refresh(self) -> None:
        """Show what the doctor says now."""
        finding, on, shot = self.finding, self._doctor.wishes.on, self._workbench.run.snapshot
        self._run_of = None if shot is None else shot.experiment
        said = None if finding is None else self._doctor.told(finding)
        self._well = on and self._is_well and not self._doctor.looks_back
        self.dot.show_finding(finding, off=finding is None and not self._well)
        self.more.setEnabled(finding is not None)
        if finding is None or said is None:
            self._show_quiet(on)
        else:
            self.title.set_text(said.title, token_of(finding))
            self.since.set_text(words.in_short(said.since), "muted")
            self.since.set_tip(said.since)
            self.sentence.set_text(said.sentence)
            self.where.show_place(said.where, finding.place)
            self._show_cures(finding)
        self.setAccessibleDescription(f"{self.title.text}. {self.sentence.text}")
        self._light()
        if self.isVisible():  # else when it comes into sight
            self._arrange()

    def _on_snapshot(self) -> None:
        """Cures are known as soon as the run is that of the edited experiment."""
        shot = self._workbench.run.snapshot
        if shot is not None and shot.experiment is not self._run_of:
            self.refresh()

    @property
    def _is_well(self) -> bool:
        """Whether the whole run to come is known and nothing stands in its way; while that is looked for, what was
        said before stays."""
        if self._doctor.is_looking_ahead:
            return self._well
        ahead = self._doctor.forecast
        return ahead is not None and ahead.complete

    def _show_quiet(self, on: bool) -> None:
        doctor, shot = self._doctor, self._workbench.run.snapshot
        ahead = None if doctor.forecast is None else (doctor.forecast.reached, doctor.forecast.complete)
        title, sentence = words.quiet(shot is not None, self._well, doctor.is_looking_ahead, ahead)
        if doctor.looks_back:
            title, sentence = words.quiet_then(doctor.then is not None)
        self.since.set_text(words.at_epoch(shot.epoch) if shot is not None and doctor.looks_back else "", "muted")
        self.title.set_text(title if on else words.OFF, "good" if self._well else "muted")
        self.sentence.set_text(sentence if on else "")
        self.where.show_place("", NOWHERE)
        self.link.setText(words.OFF_LINK)
        self.link.setToolTip(words.LOCKED if self._doctor.wishes.locked else "")
        self.link.setEnabled(not self._doctor.wishes.locked)

    def _show_cures(self, finding: Finding) -> None:
        trials = self._doctor.trials
        cures, mine = trials.candidates(finding), trials.of == finding.rule
        results = trials.results if mine else ()
        done = words.progress(len(results), len(cures))
        busy = mine and trials.busy
        text = cure_words.tried_on(cure_words.seeds_of(results)) if results and not busy else done if busy else ""
        self._tried = text or ("" if cures else words.NO_CURE if finding.is_alarm else words.NO_NEED)
        self.effect.set_text(cure_words.MEASURES[results[0].measure] if results else "")
        self.link.setText(cure_words.STOP if busy else words.try_cures(len(cures), PAIRS))
        self.link.setAccessibleName(self.link.text())
        self.link.setEnabled(bool(cures))
        self.link.setToolTip("")

    def _light(self) -> None:
        """Map and canvas show where it is, as long as this card is in sight."""
        finding = self.finding if self.isVisible() else None
        place, rule = (NOWHERE, "") if finding is None else (finding.place, finding.rule)
        if (self._workbench.view.found_at, self._workbench.view.found_rule) != (place, rule):
            self._workbench.set_view(found_at=place, found_rule=rule, found_lit=False)

    def _point_at_place(self, on: bool) -> None:
        """Stronger rings while the line that tells the place is pointed at."""
        self._workbench.set_view(found_lit=on)

    def _seek_place(self) -> None:
        """Bring it into sight: hidden units, and held-out samples that are not drawn."""
        place, shot = self._workbench.view.found_at, self._workbench.run.snapshot
        held_out = shot is not None and any(each >= shot.dataset.train_labels.size for each in place.points)
        self._workbench.set_view(found_sought=NOWHERE)
        self._workbench.set_view(found_sought=place, show_test=self._workbench.view.show_test or held_out)

    def showEvent(self, event: QShowEvent) -> None:
        self._doctor.show_seen(True)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._doctor.show_seen(False)
        self._doctor.trials.point(None)
        self._light()

    # -- where it lies ----------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """From top to bottom; where there is no room the place goes first, then the sparks, then the third row."""
        finding, trials = self.finding, self._doctor.trials
        margin = 10 if self.width() < theme.scaled(260) else 14 if self.width() < theme.scaled(TIGHT) else 16
        wide = self.width() - 2 * margin
        small, row = round(QFontMetricsF(theme.small_font()).height()), round(theme.scaled(HIGH))
        results = trials.results if finding is not None and trials.of == finding.rule else ()
        has_link = (
            finding is not None and (not results or trials.busy) and self.link.isEnabled()
        ) or not self._doctor.wishes.on
        self.sentence.setGeometry(margin, small + 6, wide, LINES * small + 2)
        lines = max(len(self.sentence.lines()), 1)
        left = self.height() - (small + 6) - (lines * small + 4) - 6 - (small + 6)
        wanted = ROWS * row if results else row
        shows_where = bool(self.where.place_text) and left >= wanted + small + 4
        top = 0
        dot = self.dot.width()
        self.dot.move(margin, top + (small + 4 - dot) // 2)
        since = self.since.sizeHint().width()
        if since + self.title.sizeHint().width() + dot + 14 > wide:
            since = 0  # the title comes first; the sheet tells since when
        self.title.setGeometry(margin + dot + 6, top, wide - dot - 6 - (since + 8 if since > 1 else 0), small + 4)
        self.since.setGeometry(margin + wide - since, top, since, small + 4)
        top += small + 6
        self.sentence.setGeometry(margin, top, wide, lines * small + 2)
        self.sentence.setVisible(bool(self.sentence.text))
        top += lines * small + 4
        self.where.setVisible(shows_where)
        if shows_where:
            self.where.setGeometry(margin, top, wide, small + 2)
            top += small + 4
        self.line.setVisible(finding is not None)
        self.line.setGeometry(margin, top + 2, wide, 1)
        top += 6
        head = finding is not None and (bool(results) or trials.busy or not self.link.isEnabled())
        fits = max(1, int((self.height() - top - (small + 6)) // row)) if results else 0
        self._arrange_table(margin, wide, top, head, shown_rows(results, min(ROWS, fits)), results)
        self.link.setVisible(has_link)
        if has_link:
            self._place_link(margin, wide, top, head)
        self._arrange_under(margin, wide, finding, bool(results) or trials.busy)

    def _arrange_under(self, margin: int, wide: int, finding: Finding | None, busy: bool) -> None:
        """What follows from the finding, where no table stands and there is room."""
        under = () if finding is None else finding.consequences
        if under:
            self.under.setText(words.brings_about(title_of(under[0]), len(under) - 1))
            self.under.setAccessibleName(self.under.text())
        above = self.link if self.link.isVisibleTo(self) else self.line
        size, top = self.under.sizeHint(), above.geometry().bottom() + 2
        fits = size.width() <= wide + 10 and top + size.height() <= self.height()
        self.under.setVisible(bool(under) and not busy and fits)
        self.under.setGeometry(margin, top, size.width(), size.height())

    def _place_link(self, margin: int, wide: int, top: int, head: bool) -> None:
        """Below the hairline, or at the right end of the table's head while cures are tried."""
        size = self.link.sizeHint()
        if not self._doctor.wishes.on or not head:
            top = self.sentence.y() if not self._doctor.wishes.on else top + 2
            self.link.setGeometry(margin, top, min(size.width(), wide), size.height())
        else:
            end = round(columns(wide + 16)[2]) + margin - 8
            self.link.setGeometry(end - size.width() + 5, top, size.width(), size.height())

    def _arrange_table(
        self, margin: int, wide: int, top: int, head: bool, rows: tuple[CureResult, ...],
        results: tuple[CureResult, ...],
    ) -> None:  # fmt: skip
        small, row = round(QFontMetricsF(theme.small_font()).height()), round(theme.scaled(HIGH))
        effect_end, count_end, _ = columns(wide + 16)
        offset = margin - 8
        for caption, end, width in (
            (self.effect, effect_end, theme.scaled(92)), (self.count, count_end, theme.scaled(52)),
        ):  # fmt: skip
            free = not self._doctor.trials.busy and count_end > effect_end  # while cures are tried, Stop stands there
            caption.setVisible(head and bool(results) and (caption is self.effect or free))
            caption.setGeometry(round(offset + end - width), top, round(width), small + 4)
        self.tried.setVisible(head)
        self.tried.set_text(
            self._tried if wide >= theme.scaled(300) else self._tried.replace(f"{cure_words.TRIED} ", "")
        )
        self.tried.setGeometry(margin, top, round(effect_end - theme.scaled(60) if results else wide), small + 4)
        top += small + 5
        low, high = _span(results)
        for widget, result in zip(self.rows, (*rows, *[None] * ROWS)[:ROWS], strict=True):
            widget.setVisible(result is not None)
            if result is not None:
                widget.setGeometry(offset, top, wide + 16, row)
                widget.show_result(result, (low, high), wide >= theme.scaled(300))
                top += row

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _on_link(self) -> None:
        trials, finding = self._doctor.trials, self.finding
        if not self._doctor.wishes.on:
            self._doctor.wishes.set_on(True)
        elif finding is not None and trials.busy_with(finding):
            trials.cancel()
        elif finding is not None:
            trials.start(finding)

    def _apply(self, result: CureResult | None) -> None:
        if result is not None:
            self._doctor.trials.apply(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops the trials."""
        if event.key() == Qt.Key.Key_Escape and self._doctor.trials.busy:
            self._doctor.trials.cancel()
        else:
            super().keyPressEvent(event)

    def choices_menu(self) -> QMenu:
        """What can be done with the finding and with the doctor."""
        menu, finding, doctor = QMenu(self), self.finding, self._doctor
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if finding is not None:
            title, rule = self.title.text, finding.rule
            if len(self._all) > 1:
                menu.addAction(words.NEXT, self._show_next)
            menu.addAction(words.NOT_NOW, lambda: doctor.put_off(rule))
            menu.addAction(words.never(title), lambda: doctor.wishes.set_rule_on(rule, False))
            menu.addSeparator()
        tenth = menu.addAction(words.TENTH, doctor.sizing.ask)
        tenth.setEnabled(doctor.wishes.on and not doctor.alarms and self._workbench.run.snapshot is not None)
        menu.addAction(ENTRY, self.check_up_wanted.emit).setToolTip(ENTRY_TIP)
        menu.addSeparator()
        for silent in sorted(doctor.wishes.rules_off):
            menu.addAction(words.again(silent), partial(doctor.wishes.set_rule_on, silent, True))
        entry = menu.addAction(words.SWITCH_OFF)
        entry.setCheckable(True)
        entry.setChecked(doctor.wishes.on)
        entry.setEnabled(not doctor.wishes.locked)
        entry.triggered.connect(doctor.wishes.set_on)
        return menu

    def _show_consequence(self) -> None:
        """Turn to the first finding that follows from this one; `Next finding` goes on from there."""
        shown = self.finding
        if shown is not None and shown.consequences:
            self.show_rule(shown.consequences[0].rule)

    def _show_next(self) -> None:
        rules = [each.rule for each in self._all]
        shown = self.finding
        at = rules.index(shown.rule) if shown is not None else -1
        self._rule = rules[(at + 1) % len(rules)]
        self.refresh()

    def _open_choices(self) -> None:
        self.choices_menu().popup(self.choices.mapToGlobal(QPoint(0, self.choices.height())))


def _span(results: tuple[CureResult, ...]) -> tuple[float, float]:
    """Of the losses of all rows, without what went through the roof."""
    if not results:
        return 0.0, 1.0
    curves = [mean_curve(each, treated)[1] for each in results for treated in (False, True)]
    return min(float(each.min()) for each in curves), min(max(float(each.max()) for each in curves), 2.0)
