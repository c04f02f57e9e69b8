"""GRUCell: one step of GRU, alone or inside RNN."""

from specc.layers.gru import GruArguments
from specc.layers.lone_cell import LoneCell


class GRUCell(GruArguments, LoneCell):
    """x: (batch, features) -> (batch, units), and the new state."""
