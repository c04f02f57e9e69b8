"""The module: ``build``, ``load`` and the names of the weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from specc.diagnostics import Findings
from specc.dialects import Dialect
from specc.graph import Graph
from specc.layers.base import CalledLayer, Layer
from specc.layers.bidirectional import Bidirectional
from specc.layers.lone_cell import LoneCell
from specc.layers.recurrent import Recurrent
from specc.layers.rnn import RNN, StackedRNNCells
from specc.layers.time_distributed import TimeDistributed
from specc.stores.arrays import Array
from specc.targets.keras.building import Builder, Printed, input_code
from specc.targets.keras.calls import Setting, cells_of, show
from specc.targets.keras.constructors import code
from specc.targets.keras.forms import Plain, TwoWays, as_called
from specc.targets.python import Outline, PythonFiles, environment, introduction, lay_out, plain_arrays
from specc.targets.python.names import Names, identifier, state_name
from specc.tensors import Value

SUFFIX = ".safetensors"
RESERVED = (
    *("annotations", "os", "Mapping", "Path", "Any", "keras", "np", "load_file", "save_file"),
    *("load", "build", "save_weights", "named_weights", "Network", "hard_sigmoid"),
    *("model", "weights", "file", "name", "named", "inputs", "outputs", "training"),
    *("variable", "state", "states", "size", "given", "zeros", "started"),
)
"""The names that the templates use."""

_SIGNS = {" + ": "add", " * ": "multiply", " - ": "subtract", " / ": "true_divide", " > ": "greater", "[:": "get_item"}
"""Operators, and what Keras calls their functions."""


@dataclass(frozen=True)
class Part:
    """Where the weights of one part of the model are found. scope: the beginning of their names.

    weights: pairs of the end of a name and the attribute that holds the variable.
    """

    scope: str
    code: Markup
    variable: Markup
    weights: tuple[tuple[str, Markup], ...]


class KerasModule:
    """What the templates print."""

    def __init__(self, outline: Outline, graph: Graph, dialect: Dialect) -> None:
        self.outline = outline
        self.builder = _build(graph, dialect)
        program = graph.program
        self.name = outline.name
        self.chain = _chain(self.builder)
        self.statements = self.builder.scribe.statements
        self.cells = [before for before, _ in self.builder.cell_states]
        self.after = [after for _, after in self.builder.cell_states]
        self.widths = tuple(state.before.shape[1] for state in program.states) if self.cells else ()
        self.variables = _states(self.builder)
        self.states = [self[state.before] for state in program.states]
        self.own_inputs = [self[value] for value in program.inputs]
        self.inputs = [*self.own_inputs, *self.cells]
        self.outputs = [*(self.builder.codes[reference] for reference, _ in program.outputs), *self.after]
        self.parts = _parts(self.builder)
        is_old = self.builder.construct.owns_hard_sigmoid and any(_has_hard_sigmoid(n.layer) for n in graph.nodes)
        self.slope = dialect.hard_sigmoid_slope if is_old else None

    def __getitem__(self, value: Value) -> Markup:
        """The name of an input or of a carried state."""
        if value.name not in self.builder.codes:
            layer, state, _ = value.name.split(".")
            self.builder.codes[value.name] = self.builder.scribe.fresh(state_name(layer, state))
        return self.builder.codes[value.name]

    @property
    def is_network(self) -> bool:
        """Whether a call takes or returns more than Keras's own does."""
        return len(self.inputs) > 1 or bool(self.states)

    @property
    def result(self) -> Markup:
        """The type of what ``load`` returns."""
        return Markup("Network" if self.is_network else "keras.Model")

    @property
    def model(self) -> tuple[Markup, Markup]:
        """Inputs and outputs of the Keras model."""
        inputs = self.inputs[0] if len(self.inputs) == 1 else show(self.inputs)
        return inputs, self.outputs[0] if len(self.outputs) == 1 else show(self.outputs, "()")

    @property
    def parameters(self) -> list[Markup]:
        """The parameters of a call."""
        given = [Markup("{}: Any").format(name) for name in self.own_inputs]
        return given + [Markup("{}: Any = None").format(name) for name in self.states]

    @property
    def fed(self) -> Markup:
        """What the Keras model is called on."""
        return self.own_inputs[0] if len(self.own_inputs) == 1 else show(self.own_inputs)


def write_module(
    outline: Outline, graph: Graph, dialect: Dialect, arrays: Mapping[str, Array], findings: Findings
) -> PythonFiles:
    """The module and its weights. arrays: by weight name, in Keras's layout.

    findings: where warnings go about layers that Keras 3 trains otherwise.
    Raises SpecError where Keras 3 does not compute the same.
    """
    m = KerasModule(outline, graph, dialect)
    for finding in m.builder.findings:
        findings.add(finding)
    template = environment().get_template("keras/module.py.jinja")
    text = template.render(m=m, introduction=introduction(m, "Keras 3"))
    return PythonFiles(lay_out(text).encode("ascii"), plain_arrays(graph.program, arrays), SUFFIX)


def _build(graph: Graph, dialect: Dialect) -> Builder:
    """The statements; once more with other names for layers, where Keras may name one of its functions alike."""
    builder = Builder(graph, dialect, Names(RESERVED))
    builder.build()
    text = "\n".join(builder.scribe.statements)
    taken = frozenset(re.findall(r"keras\.ops\.(\w+)", text)) | {n for sign, n in _SIGNS.items() if sign in text}
    if taken:
        builder = Builder(graph, dialect, Names(RESERVED), taken)
        builder.build()
    return builder


def _has_hard_sigmoid(layer: Layer) -> bool:
    held = [entry for key in layer.nested_layers for entry in _held(getattr(layer, key))]
    own = {getattr(layer, key, None) for key in ("activation", "recurrent_activation")}
    return "hard_sigmoid" in own or any(map(_has_hard_sigmoid, held))


def _held(value: Layer | list[Layer] | None) -> list[Layer]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _chain(builder: Builder) -> list[Markup] | None:
    """The layers of a Sequential; None where the model is no plain chain."""
    first, *rest = builder.printed
    outputs = builder.graph.program.outputs
    if first.call is not None or builder.cell_states or [reference for reference, _ in outputs] != [_last(builder)]:
        return None
    chain = [input_code(builder.found[first.node.name].value)]
    before = first.node.name
    for printed in rest:
        if not _is_link(printed, before):
            return None
        assert printed.call is not None
        chain.append(builder.construct(as_called(printed.call, printed.setting), printed.node.name))
        before = printed.node.name
    return chain


def _last(builder: Builder) -> str:
    return builder.printed[-1].node.name


def _is_link(printed: Printed, before: str) -> bool:
    """Whether a layer can stand in a Sequential after another."""
    call = printed.call
    return (
        call is not None
        and isinstance(printed.form, Plain)
        and printed.setting == Setting()
        and printed.node.inputs == (before,)
        and not call.again
        and not call.layer.takes_many
        and len(printed.node.outputs) == 1
    )


def _states(builder: Builder) -> list[Markup]:
    """The variables that stateful layers keep their states in."""
    found: list[Markup] = []
    for printed in builder.printed:
        call = printed.call
        if call is None or call.before or not printed.node.states:
            continue
        layer, codes = call.layer, _layer(builder, printed.node.name)
        if not isinstance(layer, Bidirectional):
            found += _state_codes(layer, codes)
            continue
        for way, inner in (("forward", layer.layer), ("backward", layer.backward_layer or layer.layer)):
            is_apart = isinstance(printed.form, TwoWays)
            place = _layer(builder, f"{printed.node.name}_{way}") if is_apart else codes + Markup(f".{way}_layer")
            found += _state_codes(inner, place)
    return found


def _state_codes(layer: CalledLayer, place: Markup) -> list[Markup]:
    """The variables of the states of a layer that stands at a place."""
    assert isinstance(layer, Recurrent)
    groups = cells_of(layer)
    if isinstance(layer, RNN) and layer.stacked:
        return [place + Markup(f".states[{i}][{k}]") for i, group in enumerate(groups) for k in range(len(group))]
    return [place + Markup(f".states[{k}]") for k in range(len(groups[0]))]


def _layer(builder: Builder, name: str) -> Markup:
    return Markup("model.get_layer({})").format(code(builder.construct.name(name)))


def _parts(builder: Builder) -> list[Part]:
    """The weights, part by part."""
    groups: dict[str, tuple[Printed, list[tuple[str, Markup]]]] = {}
    for printed in builder.printed:
        for weight in printed.node.weights:
            scope, _, name = weight.name.rpartition("/")
            groups.setdefault(scope, (printed, []))[1].append((name, _attribute(printed, name)))
    names = Names(RESERVED)
    return [
        Part(
            scope,
            _locate(builder, printed, scope),
            Markup(names.unique(identifier(scope.rpartition("/")[2]))),
            tuple(weights),
        )
        for scope, (printed, weights) in groups.items()
    ]


def _variable(names: Names, scope: str) -> Markup:
    return Markup(names.unique(identifier(scope.rpartition("/")[2])))


def _attribute(printed: Printed, weight: str) -> Markup:
    """The attribute of Keras's layer that holds a weight."""
    is_depthwise = printed.node.layer.type.startswith("Depthwise") and weight == "depthwise_kernel"
    return Markup("kernel" if is_depthwise else weight)


def _locate(builder: Builder, printed: Printed, scope: str) -> Markup:
    """The object of Keras that holds the weights of a scope."""
    call = printed.call
    assert call is not None
    name, *steps = scope.split("/")
    layer: Layer = call.layer
    if isinstance(printed.form, TwoWays):
        assert isinstance(layer, Bidirectional)
        way = steps.pop(0)
        layer = (layer.backward_layer or layer.layer) if way == "backward" else layer.layer
        return _walk(layer, steps, _layer(builder, f"{name}_{way}"))
    return _walk(layer, steps, _layer(builder, name))


def _walk(layer: Layer, steps: Sequence[str], found: Markup) -> Markup:
    if not steps:
        return found + Markup(".cell" if isinstance(layer, Recurrent) else "")
    step, *rest = steps
    if isinstance(layer, Bidirectional):
        inner = (layer.backward_layer or layer.layer) if step == "backward" else layer.layer
        return _walk(inner, rest, found + Markup(f".{step}_layer"))
    if isinstance(layer, TimeDistributed):
        return _walk(layer.layer, rest, found + Markup(".layer"))
    if isinstance(layer, LoneCell):
        return found
    if step == "cell" or (isinstance(layer, RNN) and not layer.stacked):
        return found + Markup(".cell")
    assert isinstance(layer, RNN | StackedRNNCells)
    cells = Markup(".cell.cells" if isinstance(layer, RNN) else ".cells")
    return found + cells + Markup(f"[{step.removeprefix('cell_')}]")
