"""Points and images, and what a network is shown of them.

Owns the data settings, the sources and what is known of each, the features and the task; must not know networks or
runs.
"""

from playground.data.generated import GeneratedData
from playground.data.kinds import check_points, kind_of
from playground.data.own_points import OwnPoints, PointsData, points_given
from playground.data.recipes.recipe import DatasetKind
from playground.data.recipes.table import DATASETS, dataset_named
from playground.data.sampling import Dataset, make_dataset
from playground.data.source import Data, Imperfections, Source
from playground.data.source_kind import SourceKind

__all__ = [
    "DATASETS",
    "Data",
    "Dataset",
    "DatasetKind",
    "GeneratedData",
    "Imperfections",
    "OwnPoints",
    "PointsData",
    "Source",
    "SourceKind",
    "check_points",
    "dataset_named",
    "kind_of",
    "make_dataset",
    "points_given",
]
