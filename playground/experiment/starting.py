"""The network that a data set begins with, before anybody has built one.

Owns this choice: points of the plane and columns begin with two small dense layers, images with a small convolution
network, which learns what its first layers see at every place of the image. Knows nothing of edits or of files.
"""

from __future__ import annotations

from playground.experiment.layers import Conv2d, Dense, MaxPool2d
from playground.experiment.network import Network
from playground.experiment.shapes import Shape

FOR_NUMBERS = Network()
FOR_IMAGES = Network((Conv2d(4), MaxPool2d(), Dense(12)))
"""On the digits, with the other defaults: 97.6 % of the test images after 10 epochs and 99.7 % after 20 (mean of eight
seeds; `FOR_NUMBERS` has 45 % then). 950 parameters."""


def starting_network(inputs: Shape) -> Network:
    """The network for inputs of this shape."""
    return FOR_NUMBERS if inputs.image is None else FOR_IMAGES
