"""First rows that hold names, and first rows that only look so."""

from __future__ import annotations

from playground.tables.headers import has_names
from playground.tables.reading import table_of
from tests.cases import cases

VALUES = ["5.1,3.5,1.4", "4.9,3.0,1.3", "4.7,3.2,1.6", "6.3,3.3,6.0", "5.8,2.7,5.1"]
KINDS = ["setosa", "setosa", "setosa", "other", "other"]
FLOWERS = [f"{row},{kind}" for row, kind in zip(VALUES * 2, KINDS * 2, strict=True)]
FRUIT = ["5,6,apple", "7,2,pear", "1,9,plum", "4,4,apple"]
NAMES: dict[str, tuple[str, list[str]]] = {
    "years and a word": ("2019,2020,art", FRUIT),
    "years apart": ("1990,1995,2010", VALUES),
    "years behind places": ("country,1960,1961", ["Chad,1.5,2.5", "Mali,3.5,2.25", "Peru,4,7"]),
    "counts from 0": ("0,1,2", VALUES),
    "counts from 1 behind an index": (",1,2,3", [f"{place},{row}" for place, row in enumerate(VALUES)]),
    "many counts over whole numbers": ("0,1,2,3,4,5", ["3,0,5,2,2,1", "0,2,1,0,4,8", "7,7,0,3,5,5"]),
    "wavelengths": ("900,902.5,905,907.5,910,y", ["0.1,0.2,0.3,0.2,0.1,1", "0.2,0.3,0.1,0.4,0.2,0"]),
    "how many, and the classes' names": ("150,4,setosa,other,third", ["5.1,3.5,1.4,0.2,0", "4.9,3.0,1.4,0.2,0"]),
    "a usual word over few words": ("5.1,3.5,1.4,species", FLOWERS),
    "years and a sum": ("2019,2020,total", ["5,6,11", "7,2,9", "1,9,10"]),
}  # fmt: skip
VALUES_ONLY: dict[str, tuple[str, list[str]]] = {
    "plain": ("5.1,3.5,1.4", VALUES),
    "with a class": ("5.1,3.5,1.4,setosa", FLOWERS),
    "with a class of its own": ("5.1,3.5,1.4,rosa", FLOWERS),
    "a slip among values": ("1,2,oops", ["1,2,3", "4,5,6", "0,3,7"]),
    "a slip beside one value": ("oops,1", ["1,2", "4,0", "0,3"]),
    "years of a time series": ("2019,2020", ["2018,2021", "2017,2011"]),
    "a row number and a year": ("1,2019", ["2,2020", "3,2021"]),
    "counts among counts": ("1,2,3", ["2,3,1", "3,1,2", "1,1,3"]),
    "multiples": ("1,2,3,4,5", ["2,4,6,8,10", "3,6,9,12,15"]),
    "one row below": ("1.5,2.5", ["3.5,4.5"]),
    "two are the same": ("2019,2019,art", FRUIT),
    "pixels": ("0,0,1,0,3", ["0,1,1,0,7", "1,0,1,1,8"]),
}


def rows(case: tuple[str, list[str]]) -> list[list[str]]:
    return [line.split(",") for line in (case[0], *case[1])]


@cases("case", NAMES)
def test_names_that_are_numbers_are_known(case: str) -> None:
    assert has_names(rows(NAMES[case]))


@cases("case", VALUES_ONLY)
def test_values_are_not_taken_for_names(case: str) -> None:
    assert not has_names(rows(VALUES_ONLY[case]))


def test_what_was_taken_for_names_is_told() -> None:
    text = "\n".join(("2019,2020,art", *FRUIT))
    table = table_of(text.encode(), "t.csv")
    assert [column.name for column in table.columns] == ["2019", "2020", "art"]
    assert (table.rows, [str(said) for said in table.remarks]) == (
        4, ["The first row was taken for names: 2019, 2020, art."],
    )  # fmt: skip
