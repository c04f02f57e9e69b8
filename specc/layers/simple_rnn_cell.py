"""SimpleRNNCell: one step of SimpleRNN, alone or inside RNN."""

from specc.layers.lone_cell import LoneCell
from specc.layers.simple_rnn import SimpleRnnArguments


class SimpleRNNCell(SimpleRnnArguments, LoneCell):
    """x: (batch, features) -> (batch, units), and the new state."""
