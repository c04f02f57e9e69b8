"""Shared: a layer that stands further up in the spec, called once more."""

from specc.layers.base import CalledLayer, Name, Reference


class Shared(CalledLayer):
    """Calls an earlier layer again, on another input, with the same weights. In Keras: ``encoder(other)``.

    Shapes, outputs and states are those that the layer has on this input; its weights are the first call's, so
    the input must be as wide as the first. Layers that are ``stateful`` can be called only once.
    """

    layer: Name
    """The name of the earlier layer."""
    initial_state: Reference | list[Reference] | None = None
    """The outputs that the states of a recurrent layer start from, in the documented order; default: zeros."""
    mask: Reference | None = None
    """An output (batch, time) of type bool or int to use as the mask instead of the input's own."""
