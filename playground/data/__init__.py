"""The data of an experiment: what it is asked for (`source`), how points are made, and the split data set."""

from playground.data.datasets import DATASETS, DatasetKind, dataset_named
from playground.data.sampling import Dataset, make_dataset
from playground.data.source import Data, GeneratedData, Imperfections

__all__ = [
    "DATASETS",
    "Data",
    "Dataset",
    "DatasetKind",
    "GeneratedData",
    "Imperfections",
    "dataset_named",
    "make_dataset",
]
