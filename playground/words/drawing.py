"""What is said about drawing an image by hand: the switch, the tips, the invitation.

Owns these sentences; knows nothing of widgets.
"""

from __future__ import annotations

ENTRY = "Draw an image"
TIP = "Draw an image with the mouse, and see what the network answers"
NO_IMAGES = "Only where the data are images can one be drawn"
INVITATION = "Draw here."
HOW = "Right button: eraser"
KEYS = "Arrow keys move, Return inks or erases a pixel, Ctrl+Z undoes, Delete clears, Escape ends."
CLEAR_TIP = "Begin with clean paper  (Delete)"
UNDO_TIP = "Take the last line back  (Ctrl+Z)"
DONE_TIP = "Back to the images of the data  (Esc)"
WAITING = "Getting ready to answer …"


def described(answer: str) -> str:
    """The pad for a screen reader."""
    told = f"The network answers {answer}." if answer else INVITATION
    return f"{told} {KEYS}"
