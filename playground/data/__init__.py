"""Points and images, and what a network is shown of them.

Owns the data settings, the recipes, the features and the task; must not know networks or runs.
"""

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
