"""A module of PyTorch in the making: what its templates ask for beside what all targets share.

The class that is written holds its weights as a person would write them: ``nn.Linear``, ``nn.LSTM``, ``nn.Conv1d``,
or a parameter in Keras's layout where PyTorch has no such module. Each weight of the spec is a list of *views* of
these parameters, which stand side by side on its last axis: reading joins them, and writing into them sets the
parameters. Everything about a weight (saving, loading, starting, penalties, constraints) goes through its views.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from specc import ops
from specc.targets.python import Outline
from specc.targets.python.literals import literal
from specc.targets.python.names import Names
from specc.targets.torch import starting
from specc.targets.torch.attributes import NN_MODULE, OWN
from specc.targets.torch.expressions import Expressions
from specc.targets.torch.recurrent import (
    After,
    Form,
    Steps,
    Way,
    after_of,
    find_forms,
    is_active,
    native_states,
    steps_of,
    ways_of,
)
from specc.targets.torch.views import Views
from specc.targets.torch.windows import StatePadding, state_padding
from specc.tensors import Value
from specc.weights import Weight

Macro = Callable[..., Markup]


class TorchModule(Expressions):
    """Modules and parameters are attributes; each has the name of the layer that it belongs to."""

    target = "torch"
    passes_on = ()
    reserved = (
        *(
            "annotations",
            "os",
            "Any",
            "math",
            "Mapping",
            "Path",
            "torch",
            "load_file",
            "save_file",
            "Tensor",
            "nn",
            "F",
        ),
        *("pack_padded_sequence", "pad_packed_sequence", "Model", "load", "SHAPES", "side_by_side"),
    )

    def __init__(self, outline: Outline) -> None:
        super().__init__(outline)
        self.attributes = Names((*NN_MODULE, *OWN))
        self.built: list[Markup] = []
        """The statements of the constructor."""
        self.forms = find_forms(outline.program)
        self.training = Markup("self.training")
        self._views: dict[int, Views] = {}
        self._holders: dict[int, Markup] = {}
        self._constructed: set[Markup] = set()
        self._generators: dict[int, Markup] = {}

    def print_step(self, step: ops.Step) -> Markup:
        """Without the blank lines that macros leave behind."""
        lines = super().print_step(step).splitlines()
        return Markup("\n").join(line for line in lines if line.strip())

    # Weights

    def read_weight(self, weight: Weight) -> Markup:
        """The parameter that holds a weight in Keras's layout."""
        if id(weight) not in self._views:
            name = self.attribute(weight.name)
            self.built.append(Markup(f"{name} = nn.Parameter({starting.empty(weight.shape)})"))
            self._views[id(weight)] = Views(weight, (name,), Markup(f"side_by_side({name})"))
        return self._views[id(weight)].parameters[0]

    def attribute(self, wanted: str) -> Markup:
        """A new attribute of the class."""
        return Markup(f"self.{self.attributes.unique(wanted)}")

    def hold(self, weight: Weight, scope: str = "") -> Markup:
        """The attribute for the module that holds a weight, called like its layer, or as the scope says."""
        if id(weight) not in self._holders:
            self._holders[id(weight)] = self.attribute(scope or weight.name.rpartition("/")[0])
        return self._holders[id(weight)]

    def construct(self, holder: Markup, caller: Macro) -> Markup:
        """Make the module of a holder, unless it is there already."""
        if holder not in self._constructed:
            self._constructed.add(holder)
            self.built.append(Markup(f"{holder} = {caller().strip()}"))
        return Markup()

    def keep(self, weight: Weight | None, holder: Markup, *names: str, caller: Macro, buffer: bool = False) -> Markup:
        """Say which views of a holder's parameters a weight is. caller: prints them, given the parameters."""
        if weight is not None and id(weight) not in self._views:
            parameters = tuple(Markup(f"{holder}.{name}") for name in names)
            self._views[id(weight)] = Views(weight, parameters, caller(*parameters).strip(), buffer)
        return Markup()

    def fix(self, freeze: Markup, holder: Markup, name: str) -> Markup:
        """A bias of a native module that Keras has not: zero, and left alone by training."""
        line = Markup(f"{freeze}({holder}.{name}).zero_()")
        if line not in self.built:
            self.built += [Markup("# Keras has one bias."), line]
        return Markup()

    def views(self) -> list[Views]:
        """All weights of the program, in their order. Those that no op reads wait in buffers."""
        for weight in self.outline.program.weights:
            if id(weight) not in self._views:
                name = self.attribute(weight.name)
                bare = literal(str(name).removeprefix("self."))
                self.built.append(Markup(f"self.register_buffer({bare}, {starting.empty(weight.shape)})"))
                self._views[id(weight)] = Views(weight, (name,), Markup(f"side_by_side({name})"), is_buffer=True)
        return [self._views[id(weight)] for weight in self.outline.program.weights]

    def frozen(self) -> list[Markup]:
        """The parameters that training leaves alone."""
        kept = (views for views in self.views() if not views.weight.trainable and not views.is_buffer)
        return list(dict.fromkeys(parameter for views in kept for parameter in views.parameters))

    def starts(self) -> list[tuple[str, Markup]]:
        """How each weight starts, by name."""
        return [(w.name, starting.start(w, self.outline.starts[w.name])) for w in self.outline.program.weights]

    def draws_freely(self, starts: Sequence[tuple[str, Markup]]) -> bool:
        """Whether a weight starts from random numbers whose seed the user of the module chooses."""
        return any("generator=generator" in call for _, call in starts)

    # Inputs and outputs

    def parameters(self) -> Markup:
        """The inputs, then the states, which may be left out."""
        program = self.outline.program
        inputs = [f"{self.read(value)}: Tensor" for value in program.inputs]
        states = [f"{self.read(state.before)}: Tensor | None = None" for state in program.states]
        return Markup(", ".join([*inputs, *states]))

    def results(self) -> tuple[Markup, ...]:
        """The outputs, then the states."""
        program = self.outline.program
        values = (*(value for _, value in program.outputs), *(state.after for state in program.states))
        return tuple(self.read(value) for value in values)

    def result_type(self) -> Markup:
        count = len(self.results())
        return Markup("Tensor") if count == 1 else Markup(f"tuple[{', '.join(['Tensor'] * count)}]")

    def state_key(self, state: ops.CarriedState) -> str:
        return f"{state.layer}.{state.state}"

    def state_shape(self, state: ops.CarriedState) -> tuple[Markup | int, ...]:
        return self.sizes(self.outline.program.inputs[0], state.before.shape)

    def first_input(self) -> Markup:
        return self.read(self.outline.program.inputs[0])

    # Training

    def activity_penalties(self) -> list[Markup]:
        """What activity regularizers add, for each output that they look at; the macro has two forms of each."""
        made = {id(v) for v in self.outline.program.inputs}
        made |= {id(v) for step in self.outline.program.steps for v in step.outputs}
        calls = []
        for penalty in self.outline.program.activity_penalties:
            for value in (v for v in penalty.values if id(v) in made):
                x = self.read(value)
                calls.append(self.macros["penalty"](self, penalty.regularizer, x, penalty.per_example).strip())
        return calls

    def weight_penalties(self) -> list[Markup]:
        """What regularizers of weights add."""
        return [
            self.macros["penalty"](self, w.regularizer, _stored(w)).strip()
            for w in self.outline.program.weights
            if w.regularizer is not None
        ]

    def projections(self) -> list[tuple[str, Markup]]:
        """What constraints make of weights, by name."""
        return [
            (w.name, self.macros["constrained"](self, w.constraint, _stored(w)).strip())
            for w in self.outline.program.weights
            if w.constraint is not None and w.trainable
        ]

    # Recurrent layers

    def form(self, op: ops.Recurrent) -> Form:
        return self.forms[id(op)]

    def is_active(self, rate: float) -> bool:
        return is_active(rate)

    def rate(self, rate: float) -> float | None:
        """A dropout rate of a cell, None where nothing is dropped."""
        return rate if is_active(rate) else None

    def native_name(self, op: ops.Recurrent) -> Markup:
        """The class of torch.nn for a cell."""
        names: dict[type[ops.Cell], str] = {ops.Lstm: "LSTM", ops.Gru: "GRU", ops.SimpleRnn: "RNN"}
        return Markup(names[type(op.cell)])

    def native_weights(self, end: str) -> tuple[str, ...]:
        """Its weights and biases, for the input and for the state."""
        return tuple(f"{name}_l0{end}" for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))

    def features(self, op: ops.Recurrent) -> int:
        return op.passes[0].kernel.shape[0]

    def outer_scope(self, op: ops.Recurrent) -> str:
        """The layer around the passes: ``bidirectional`` of ``bidirectional/forward``."""
        return op.passes[0].kernel.name.split("/")[0]

    def cell_sizes(self, op: ops.Recurrent, way: Way) -> tuple[object, ...]:
        """What a class of steps is made for."""
        if isinstance(op.cell, ops.ConvLstm):
            return (op.cell.kernel_size, way.kernel.shape[-2], op.cell.units)
        return (way.kernel.shape[0], op.cell.units)

    def ways(self, op: ops.Recurrent, y: Markup, finals: Sequence[Markup]) -> list[Way]:
        return ways_of(self, op, y, finals)

    def after(self, op: ops.Recurrent, base: Markup, finals: Sequence[Markup], needed: bool) -> After:
        return after_of(self, op, base, finals, needed)

    def both_states(self, op: ops.Recurrent) -> Markup | None:
        """The states before both passes, for a module that runs both."""
        initial = [[self.read(value) for value in way.initial] for way in op.passes]
        return native_states(initial) if initial[0] else None

    def steps(self, op: ops.Recurrent) -> Steps:
        return steps_of(op)

    def conv_lstm_pads(self, op: ops.Recurrent) -> StatePadding:
        return state_padding(op)

    def generator(self, op: ops.Dropout | ops.Noise | ops.Attend) -> Markup | None:
        """The attribute with the random numbers of an op that has a seed."""
        if op.seed is None:
            return None
        if id(op) not in self._generators:
            name = self.attribute("random")
            self.built.append(Markup(f"{name} = torch.Generator().manual_seed({int(op.seed)})"))
            self._generators[id(op)] = name
        return self._generators[id(op)]

    def _handed_on(self, op: ops.Op) -> Value | None:
        if isinstance(op, ops.Dropout) and not op.rate:
            return op.x
        if isinstance(op, ops.Noise) and not (is_active(op.amount) or (op.kind == "add" and op.amount)):
            return op.x
        return super()._handed_on(op)


def _stored(weight: Weight) -> Markup:
    """A weight as methods of the class have it."""
    return Markup(f"weights[{literal(weight.name)}]")
