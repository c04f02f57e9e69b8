"""LSTMCell: one step of LSTM, alone or inside RNN."""

from specc.layers.lone_cell import LoneCell
from specc.layers.lstm import LstmArguments


class LSTMCell(LstmArguments, LoneCell):
    """x: (batch, features) -> (batch, units), and the new states h and c."""
