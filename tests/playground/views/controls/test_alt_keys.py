"""The Alt keys of dialogs: a letter for every button, no two the same."""

from __future__ import annotations

import pytest

from playground.views.controls.alt_keys import alt_key, with_alt_keys


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["Save", "Discard", "Cancel"], ["&Save", "&Discard", "&Cancel"]),
        (["Save as…", "Overwrite", "Reload", "Cancel"], ["&Save as…", "&Overwrite", "&Reload", "&Cancel"]),
        (["Discard", "Don't"], ["&Discard", "D&on't"]),
        (["Recover", "Recover", "Later"], ["&Recover", "Recover", "&Later"]),
        (["&Yes", "You"], ["&Yes", "Y&ou"]),
        (["&No", "&No way"], ["&No", "No way"]),
        (["A", "A b"], ["&A", "A &b"]),
        (["…", "+"], ["…", "+"]),
    ],
)
def test_each_button_has_a_letter_of_its_own(texts, found):
    assert with_alt_keys(texts) == found
    keys = [key for key in map(alt_key, found) if key]
    assert len(keys) == len(set(keys))
