"""Activation: a function by its name."""

from typing import ClassVar

from specc import activations, ops
from specc.activations import ActivationName
from specc.availability import missing_activation
from specc.layers.base import CalledLayer, require_float
from specc.layers.parameters import RegularizerField
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, Value


def find_activation(site: Site, name: str | None, field: str = "activation") -> activations.Activation:
    """The function that a field of a layer names; refuses what the dialect lacks."""
    lacking = missing_activation(site.dialect, name)
    if lacking is not None:
        message, hint = lacking
        site.fail("V210", message, field=field, hint=hint)
    return activations.resolve(name, site.dialect)


def find_step_activation(site: Site, name: str | None, field: str = "activation") -> activations.Activation:
    """The same for one step of a recurrent cell, whose state keeps its width."""
    activation = find_activation(site, name, field)
    if activation.name == "glu":
        message = f"glu halves the last dimension, and a state of {site.title} must keep it"
        site.fail("G306", message, field=field, hint="choose another activation, or put glu in an Activation after it")
    return activation


def activate(site: Site, x: Value, name: str | None) -> Value:
    """The value with an activation applied; itself where that is linear."""
    activation = find_activation(site, name)
    if activation.is_linear:
        return x
    if activation.name == "glu" and not (isinstance(x.shape[-1], int) and x.shape[-1] % 2 == 0):
        site.fail("G306", f"glu halves the last dimension, and {x.shape[-1]} has no half", field="activation")
    return site.emit_one(ops.Activate(x, activation))


class Activation(CalledLayer):
    """Applies an activation; keeps the shape and the mask."""

    along_last_axis: ClassVar[bool] = True

    activation: ActivationName
    """Name of the activation."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        y = activate(site, x.value, self.activation)
        site.penalize(self.activity_regularizer, (y,))
        return (Tensor(y, x.mask),)
