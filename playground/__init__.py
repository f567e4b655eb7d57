"""Neural Playground: assemble, train and look into small neural networks.

Owns the version and the public names, which are loaded when they are first used, so that importing the package costs
next to nothing; must not know what they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.anatomy.asking import inside as inside
    from playground.anatomy.checking import Check as Check
    from playground.anatomy.inference import Inference as Inference
    from playground.anatomy.inference import inference as inference
    from playground.anatomy.step import InsideStep as InsideStep
    from playground.data.generated import GeneratedData as GeneratedData
    from playground.data.own_points import OwnPoints as OwnPoints
    from playground.data.own_points import PointsData as PointsData
    from playground.data.recipes.table import DATASETS as DATASETS
    from playground.data.sampling import Dataset as Dataset
    from playground.data.source import Data as Data
    from playground.data.source import Imperfections as Imperfections
    from playground.diagnosis.asking import findings as findings
    from playground.diagnosis.check_up.checking import check_up as check_up
    from playground.diagnosis.cures.verifying import verify as verify
    from playground.diagnosis.signals.finding import Finding as Finding
    from playground.edits.changes import apply_settings as apply_settings
    from playground.edits.changes import with_changes as with_changes
    from playground.edits.on_dataset import on_dataset as on_dataset
    from playground.edits.on_dataset import on_points as on_points
    from playground.errors import EngineUnavailable as EngineUnavailable
    from playground.errors import FileRefused as FileRefused
    from playground.errors import InvalidExperiment as InvalidExperiment
    from playground.errors import PlaygroundError as PlaygroundError
    from playground.errors import PointsRefused as PointsRefused
    from playground.errors import Problem as Problem
    from playground.errors import WrongUse as WrongUse
    from playground.exchange.files import load as load
    from playground.exchange.files import save as save
    from playground.experiment.dataset import make_dataset as make_dataset
    from playground.experiment.experiment import Experiment as Experiment
    from playground.experiment.experiment import from_json as from_json
    from playground.experiment.experiment import to_json as to_json
    from playground.experiment.layers import AveragePool2d as AveragePool2d
    from playground.experiment.layers import BatchNorm as BatchNorm
    from playground.experiment.layers import Conv2d as Conv2d
    from playground.experiment.layers import Dense as Dense
    from playground.experiment.layers import Dropout as Dropout
    from playground.experiment.layers import Flatten as Flatten
    from playground.experiment.layers import GaussianNoise as GaussianNoise
    from playground.experiment.layers import LayerNorm as LayerNorm
    from playground.experiment.layers import MaxPool2d as MaxPool2d
    from playground.experiment.layers import Residual as Residual
    from playground.experiment.layers import Scaling as Scaling
    from playground.experiment.network import Network as Network
    from playground.experiment.optimizers import AdaGrad as AdaGrad
    from playground.experiment.optimizers import Adam as Adam
    from playground.experiment.optimizers import AdamW as AdamW
    from playground.experiment.optimizers import Lion as Lion
    from playground.experiment.optimizers import Nadam as Nadam
    from playground.experiment.optimizers import RmsProp as RmsProp
    from playground.experiment.optimizers import Sgd as Sgd
    from playground.experiment.schedules import ConstantSchedule as ConstantSchedule
    from playground.experiment.schedules import CosineSchedule as CosineSchedule
    from playground.experiment.schedules import EarlyStopping as EarlyStopping
    from playground.experiment.schedules import ExponentialSchedule as ExponentialSchedule
    from playground.experiment.schedules import OneCycleSchedule as OneCycleSchedule
    from playground.experiment.schedules import PlateauSchedule as PlateauSchedule
    from playground.experiment.schedules import StepSchedule as StepSchedule
    from playground.experiment.schedules import Stop as Stop
    from playground.experiment.schedules import WarmUpSchedule as WarmUpSchedule
    from playground.experiment.training import Training as Training
    from playground.mathematics.content.sheet import FormulaSheet as FormulaSheet
    from playground.mathematics.content.sheet import formulas as formulas
    from playground.population.folds import CrossValidation as CrossValidation
    from playground.population.folds import cross_validate as cross_validate
    from playground.population.member import Member as Member
    from playground.population.raced import RaceResult as RaceResult
    from playground.population.raced import race as race
    from playground.population.training import train_population as train_population
    from playground.run.checkpoint import Checkpoint as Checkpoint
    from playground.run.checkpoint import Log as Log
    from playground.run.curvature import Sharpness as Sharpness
    from playground.run.replaying import replay as replay
    from playground.run.session import Session as Session
    from playground.run.snapshot import Demand as Demand
    from playground.run.snapshot import Divergence as Divergence
    from playground.run.snapshot import Metrics as Metrics
    from playground.run.snapshot import Snapshot as Snapshot
    from playground.run.stopping import Stopped as Stopped
    from playground.tables.making import read_table as read_table
    from playground.worked.program.writing import step_as_program as step_as_program
    from playground.worked.sheet import step_as_sheet as step_as_sheet

__version__ = "0.7.0"

_NAMES = {
    "playground.data.recipes.table": "DATASETS",
    "playground.data.generated": "GeneratedData",
    "playground.data.own_points": "OwnPoints PointsData",
    "playground.data.sampling": "Dataset",
    "playground.data.source": "Data Imperfections",
    "playground.diagnosis.asking": "findings",
    "playground.diagnosis.check_up.checking": "check_up",
    "playground.diagnosis.cures.verifying": "verify",
    "playground.diagnosis.signals.finding": "Finding",
    "playground.edits.changes": "apply_settings with_changes",
    "playground.edits.on_dataset": "on_dataset on_points",
    "playground.errors": (
        "EngineUnavailable FileRefused InvalidExperiment PlaygroundError PointsRefused Problem WrongUse"
    ),
    "playground.exchange.files": "load save",
    "playground.experiment.dataset": "make_dataset",
    "playground.experiment.experiment": "Experiment from_json to_json",
    "playground.experiment.layers": (
        "AveragePool2d BatchNorm Conv2d Dense Dropout Flatten GaussianNoise LayerNorm MaxPool2d Residual Scaling"
    ),
    "playground.experiment.network": "Network",
    "playground.experiment.optimizers": "AdaGrad Adam AdamW Lion Nadam RmsProp Sgd",
    "playground.experiment.schedules": (
        "ConstantSchedule CosineSchedule EarlyStopping ExponentialSchedule "
        "OneCycleSchedule PlateauSchedule StepSchedule Stop WarmUpSchedule"
    ),
    "playground.experiment.training": "Training",
    "playground.anatomy.asking": "inside",
    "playground.anatomy.checking": "Check",
    "playground.anatomy.inference": "Inference inference",
    "playground.anatomy.step": "InsideStep",
    "playground.mathematics.content.sheet": "FormulaSheet formulas",
    "playground.population.folds": "CrossValidation cross_validate",
    "playground.population.member": "Member",
    "playground.population.raced": "RaceResult race",
    "playground.population.training": "train_population",
    "playground.run.checkpoint": "Checkpoint Log",
    "playground.run.curvature": "Sharpness",
    "playground.run.replaying": "replay",
    "playground.run.session": "Session",
    "playground.run.snapshot": "Demand Divergence Metrics Snapshot",
    "playground.run.stopping": "Stopped",
    "playground.tables.making": "read_table",
    "playground.worked.program.writing": "step_as_program",
    "playground.worked.sheet": "step_as_sheet",
}
"""What each module gives to the outside."""
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = ["__version__", *_HOMES]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'playground' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
