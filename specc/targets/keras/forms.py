"""The ways to print a layer, from the plain call to code that does by hand what Keras 3 does otherwise.

Each way says what Keras 3 would compute for it, so that the first one that computes what the model means is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeVar

from markupsafe import Markup

from specc import ops
from specc.dialects import Dialect
from specc.layers.attention import AdditiveAttention, Attention
from specc.layers.base import CalledLayer
from specc.layers.bidirectional import Bidirectional
from specc.layers.convolution import ConvolvingLayer
from specc.layers.dot import Dot
from specc.layers.global_pooling import GlobalAveragePooling1D
from specc.layers.lone_cell import LoneCell
from specc.layers.recurrent import Recurrent
from specc.layers.rnn import RNN, StackedRNNCells
from specc.layers.softmax import Softmax
from specc.layers.time_distributed import TimeDistributed
from specc.targets.keras.calls import Call, Setting, cells_of, nest, show
from specc.targets.keras.constructors import CALL_SWITCHES, Constructors
from specc.targets.keras.rehearsal import Rehearsal
from specc.targets.keras.scribe import Scribe
from specc.tensors import Tensor, Value

Results = tuple[Tensor, ...]
States = tuple[tuple[Tensor, Markup], ...]
L = TypeVar("L", bound=CalledLayer)
UNREAD = Markup("_")


@dataclass(frozen=True)
class Page:
    """Where a form writes. results: what each output is called, ``_`` where nobody reads it."""

    scribe: Scribe
    construct: Constructors
    results: Sequence[Markup]


class Form(Protocol):
    """A way to print a layer."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        """What Keras 3 would return; None where the form does not suit the layer, or Keras refuses it."""

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        """Write the statements."""


class Plain:
    """The layer of Keras 3, called."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        layer = call.layer
        if isinstance(layer, TimeDistributed) and _breaks(layer, call.mask(setting)):
            return None
        if isinstance(layer, Bidirectional) and (_is_uneven(layer) or _loses_states(call, setting)):
            return None
        if isinstance(layer, Recurrent | LoneCell):
            own = layer.cell_states if isinstance(layer, LoneCell) else layer.state_names
            for name, state in zip(own, call.node.states, strict=False):
                stage.alias(f"{call.node.name}.{name}.in", state.before.name)
        results = stage.build(stage.site(call.node.name, call.owner, call.weights), layer, call.arguments(setting))
        return None if results is None or _adds_bias_astray(layer, results[0]) else results

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        targets = _targets(call.layer, page.results)
        constructor = page.construct(as_called(call, setting), call.owner)
        arguments = _arguments(call, setting, page.scribe)
        page.scribe.call(targets, constructor, call.owner, arguments, again=call.again)


class ChannelsLast:
    """A convolution on moved channels: with channels first and as many filters as the last size, Keras 3 adds the bias
    along that size on TensorFlow."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        if not isinstance(call.layer, ConvolvingLayer):
            return None
        return stage.build(stage.site(call.node.name, call.owner, call.weights), call.layer, call.arguments(setting))

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        layer = call.layer.model_copy(update={"data_format": None})
        x = Markup("keras.ops.moveaxis({}, 1, -1)").format(call.codes[0])
        y = page.scribe.fresh(f"{call.node.name}_channels_last")
        page.scribe.call(y, page.construct(layer, call.owner), call.owner, x, again=call.again)
        page.scribe.statements.append(Markup("{} = keras.ops.moveaxis({}, -1, 1)").format(page.results[0], y))


class TwoWays:
    """Bidirectional as its two layers: where masked steps repeat the output before them, as in Keras 2, where the
    layer inside goes backwards itself, or where the two differ in size.

    by_state: masked steps before the first that counts put out the state. zero: masked steps put out zeros.
    """

    def __init__(self, by_state: bool = False, zero: bool = False) -> None:
        self.by_state = by_state
        self.zero = zero

    def _ways(self, layer: Bidirectional) -> tuple[Recurrent, Recurrent]:
        ways = _ways(layer)
        if not self.zero:
            return ways
        forward, backward = (way.model_copy(update={"zero_output_for_mask": True}) for way in ways)
        return forward, backward

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        layer = call.layer
        if not isinstance(layer, Bidirectional) or (self.by_state and not call.states):
            return None
        if self.by_state and layer.layer.stateful:
            return None
        if self.zero and not hasattr(layer.layer, "zero_output_for_mask"):
            return None
        ways, states = self._ways(layer), _halves(layer, call.states)
        dialect = _with_states(stage) if self.by_state else None
        site = stage.site(call.node.name, call.owner, call.weights, dialect)
        results = []
        before = [state.before.name for state in call.node.states]
        for way, place, start in zip(ways, ("forward", "backward"), states, strict=True):
            arguments = replace(call, states=start).arguments(setting)
            name = f"{site.layer}_{place}"
            for state in way.state_names if way.stateful else ():
                stage.alias(f"{name}.{state}.in", before.pop(0))
            result = stage.build(site._replace(layer=name, scope=f"{site.scope}/{place}"), way, arguments)
            if result is None:
                return None
            results.append(result)
        (y, *finals), (z, *others) = results
        if layer.layer.return_sequences:
            z = Tensor(stage.emit(site, ops.Flip(z.value, 1)))
        merged = self._merge(layer, stage, call, y.value, z.value)
        return None if merged is None else (*map(Tensor, merged), *finals, *others)

    @staticmethod
    def _merge(layer: Bidirectional, stage: Rehearsal, call: Call, y: Value, z: Value) -> tuple[Value, ...] | None:
        site = stage.site(call.node.name, call.owner, call.weights)
        width = (y.shape[-1], z.shape[-1])
        if layer.merge_mode is None:
            return y, z
        if layer.merge_mode == "concat":
            assert isinstance(width[0], int)
            assert isinstance(width[1], int)
            return (stage.emit(site, ops.Concat((y, z), y.rank - 1, width[0] + width[1])),)
        if width[0] != width[1]:
            return None
        return (stage.emit(site, ops.Combine(_MERGES[layer.merge_mode][0], (y, z), y.shape)),)

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        layer = call.layer
        assert isinstance(layer, Bidirectional)
        ways, states = self._ways(layer), _halves(layer, call.states)
        count = 2 if layer.merge_mode is None else 1
        finals = page.results[count:]
        half = sum(map(len, cells_of(ways[0])))
        outputs = []
        for way, place, start, returned in zip(
            ways, ("forward", "backward"), states, (finals[:half], finals[half:]), strict=True
        ):
            name = f"{call.owner}_{place}"
            y = page.scribe.fresh(f"{call.node.name}_{place}")
            run = _Run(way, name, replace(call, states=start), setting, self.by_state)
            outputs.append(run.write(page, y, returned))
        if layer.layer.return_sequences:
            outputs[1] = Markup("keras.ops.flip({}, axis=1)").format(outputs[1])
        if layer.merge_mode is None:
            for target, output in zip(page.results[:2], outputs, strict=True):
                if target != UNREAD:
                    page.scribe.statements.append(Markup("{} = {}").format(target, output))
            return
        pattern = Markup("keras.ops.concatenate([{}, {}], axis=-1)")
        if layer.merge_mode != "concat":
            pattern = Markup(_MERGES[layer.merge_mode][1])
        page.scribe.statements.append(Markup("{} = {}").format(page.results[0], pattern.format(*outputs)))


class ByState:
    """A recurrent layer whose masked steps put out its initial state before the first step that counts: what the loop
    of TensorFlow did up to Keras 2.2.4."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        if not isinstance(call.layer, Recurrent) or not call.states or call.layer.stateful:
            return None
        site = stage.site(call.node.name, call.owner, call.weights, _with_states(stage))
        return stage.build(site, call.layer, call.arguments(setting))

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        assert isinstance(call.layer, Recurrent)
        run = _Run(call.layer, call.owner, call, setting, by_state=True)
        y = page.scribe.fresh(f"{call.node.name}_output")
        output = run.write(page, y, page.results[1:])
        page.scribe.statements.append(Markup("{} = {}").format(page.results[0], output))


class LoweredSoftmax:
    """Softmax that lowers masked logits by a billion and leaves it there, as tf.keras does."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        if not isinstance(call.layer, Softmax):
            return None
        site = stage.site(call.node.name, call.owner, call.weights, stage.dialect._replace(softmax_mask="lower"))
        return stage.build(site, call.layer, call.arguments(setting))

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        mask = call.mask(setting)
        assert mask is not None
        x = call.codes[0]
        lowered = Markup("keras.ops.where({}, {}, {} - 1e9)").format(page.scribe[mask], x, x)
        logits = page.scribe.assign(f"{call.node.name}_logits", lowered)
        constructor = page.construct(call.layer, call.owner)
        page.scribe.call(page.results[0], constructor, call.owner, logits, again=call.again)


class ScaledDot:
    """Dot of vectors of length one, where another length than Keras 3's counts as the smallest."""

    def rehearse(self, call: Call, setting: Setting, stage: Rehearsal) -> Results | None:
        if not isinstance(call.layer, Dot) or not call.layer.normalize:
            return None
        dialect = stage.dialect._replace(smallest_squared_length=1e-12)
        return stage.build(
            stage.site(call.node.name, call.owner, call.weights, dialect), call.layer, call.arguments(setting)
        )

    def write(self, call: Call, setting: Setting, page: Page) -> None:
        layer = call.layer
        assert isinstance(layer, Dot)
        axes = layer.axes if isinstance(layer.axes, list) else [layer.axes] * 2
        scaled = [
            Markup("keras.ops.normalize({}, axis={}, epsilon=1e-6)").format(x, axis)
            for x, axis in zip(call.codes, axes, strict=True)
        ]
        vectors = [
            page.scribe.assign(f"{call.node.name}_{side}", x) for side, x in zip(("left", "right"), scaled, strict=True)
        ]
        constructor = page.construct(layer.model_copy(update={"normalize": False}), call.owner)
        page.scribe.call(page.results[0], constructor, call.owner, show(vectors), again=call.again)


FORMS: tuple[Form, ...] = (
    Plain(),
    ChannelsLast(),
    TwoWays(),
    TwoWays(zero=True),
    ByState(),
    TwoWays(by_state=True),
    LoweredSoftmax(),
    ScaledDot(),
)
"""All forms, in the order in which they are tried."""
_MERGES: dict[str, tuple[Literal["add", "average", "multiply"], str]] = {
    "sum": ("add", "{} + {}"),
    "ave": ("average", "({} + {}) / 2"),
    "mul": ("multiply", "{} * {}"),
}


@dataclass(frozen=True)
class _Run:
    """One recurrent layer of Keras, called on the input of ``call``."""

    layer: Recurrent
    name: str
    call: Call
    setting: Setting
    by_state: bool

    def write(self, page: Page, y: Markup, finals: Sequence[Markup]) -> Markup:
        """Write the call under a name; returns the code of the output."""
        scribe = page.scribe
        targets = _targets(self.layer, (y, *finals))
        arguments = _arguments(replace(self.call, layer=self.layer), self.setting, scribe)
        mask = self.call.mask(self.setting)
        layer = self.layer if mask is None else _rolled(self.layer)
        scribe.call(targets, page.construct(layer, self.name), self.name, arguments, again=self.call.again)
        if not self.by_state or mask is None:
            return y
        assert self.call.states is not None
        groups = cells_of(self.layer)
        _, start = self.call.states[sum(map(len, groups[:-1]))]
        if not self.layer.return_sequences:
            return Markup("keras.ops.where(keras.ops.any({}, axis=1, keepdims=True), {}, {})").format(
                scribe[mask], y, start
            )
        steps = Markup("keras.ops.flip({}, axis=1)").format(scribe[mask]) if self.layer.go_backwards else scribe[mask]
        count = Markup('keras.ops.cumsum(keras.ops.cast({}, "int32"), axis=1)').format(steps)
        counted = scribe.assign(f"{y}_count", count)
        return Markup("keras.ops.where({}[:, :, None] > 0, {}, {}[:, None])").format(counted, y, start)


def as_called(call: Call, setting: Setting) -> CalledLayer:
    """The layer as it is constructed for a call: under a mask without unroll, which changes no result.

    There Keras 3 zeroes the unrolled way back of Bidirectional at mirrored steps, and its torch backend cannot turn an
    unrolled mask round.
    """
    return call.layer if call.mask(setting) is None else _rolled(call.layer)


def _rolled(layer: L) -> L:
    if isinstance(layer, Bidirectional):
        held = {key: getattr(layer, key) for key in layer.nested_layers}
        return layer.model_copy(update={key: _rolled(way) for key, way in held.items() if way is not None})
    return layer.model_copy(update={"unroll": False}) if getattr(layer, "unroll", False) else layer


def _with_states(stage: Rehearsal) -> Dialect:
    return stage.dialect._replace(leading_masked_output="state")


def _ways(layer: Bidirectional) -> tuple[Recurrent, Recurrent]:
    """The layers forwards and backwards, as layers of their own; Keras 2 turns a layer that goes backwards round."""
    backward = layer.backward_layer
    if backward is None:
        backward = layer.layer.model_copy(update={"go_backwards": not layer.layer.go_backwards})
    return layer.layer, backward


def _halves(layer: Bidirectional, states: States | None) -> tuple[States | None, States | None]:
    if states is None:
        return None, None
    count = sum(map(len, cells_of(layer.layer)))
    return tuple(states[:count]), tuple(states[count:])


def _loses_states(call: Call, setting: Setting) -> bool:
    """Whether Keras 3 stumbles over the masks of the states: in a stateful Bidirectional that returns them."""
    layer = call.layer
    assert isinstance(layer, Bidirectional)
    masked = call.mask(setting) is not None or (not setting.bare and call.inputs[0].mask is not None)
    return masked and layer.layer.stateful and layer.layer.return_state


def _adds_bias_astray(layer: CalledLayer, y: Tensor) -> bool:
    """Whether Keras 3 may take the last size for the channels as it adds a bias."""
    if getattr(layer, "data_format", None) != "channels_first" or not getattr(layer, "use_bias", False):
        return False
    sizes = len(y.shape) - 2 - (isinstance(layer, Recurrent) and layer.return_sequences)
    return not isinstance(y.shape[-1], int) or y.shape[-1] == y.shape[-1 - sizes]


def _is_uneven(layer: Bidirectional) -> bool:
    """Whether the ways differ in their sizes, which Keras 3 takes from the way forwards alone."""
    forward, backward = _ways(layer)
    return _sizes(forward) != _sizes(backward)


def _sizes(layer: Recurrent) -> list[tuple[int, int]]:
    cells = layer.cells if isinstance(layer, RNN) else [layer]
    return [
        (getattr(cell, "units", 0) or getattr(cell, "filters", 0), len(names))
        for cell, names in zip(cells, cells_of(layer), strict=True)
    ]


def _breaks(layer: TimeDistributed, mask: Value | None) -> bool:
    """Whether Keras 3 hands a part of this mask to the layer inside, which then finds no steps in it."""
    inner = layer.layer
    takes = hasattr(inner, "mask") or isinstance(inner, GlobalAveragePooling1D | TimeDistributed)
    return takes and mask is not None and mask.rank == 2


def _targets(layer: CalledLayer, results: Sequence[Markup]) -> Markup:
    """What a call is assigned to; states in a stack are nested."""
    if isinstance(layer, LoneCell | StackedRNNCells):
        y, *states = results
        return y + Markup(", ") + show(nest(layer, states), "()")
    if len(results) == 1:
        return results[0]
    if isinstance(layer, Attention | AdditiveAttention):
        return Markup(", ").join(results)
    count = 2 if isinstance(layer, Bidirectional) and layer.merge_mode is None else 1
    nested = [*results[:count], *nest(layer, results[count:])] if len(results) > count else list(results)
    return show(nested, "()")[1:-1]


def _arguments(call: Call, setting: Setting, scribe: Scribe) -> Markup:
    """What stands between the brackets of a call."""
    inputs = list(call.codes)
    if setting.bare:
        inputs = [
            Markup("keras.ops.copy({})").format(x) if tensor.mask is not None else x
            for x, tensor in zip(inputs, call.inputs, strict=True)
        ]
    parts = [show(inputs) if call.layer.takes_many else inputs[0]]
    if isinstance(call.layer, LoneCell | StackedRNNCells):
        return Markup(", ").join((*parts, show(nest(call.layer, call.before))))
    if call.states is not None:
        states = show(nest(call.layer, [state for _, state in call.states]))
        parts.append(Markup("initial_state=") + states)
    if setting.masks is not None:
        masks = [Markup("None") if mask is None else scribe[mask] for mask in setting.masks]
        parts.append(Markup("mask=") + (show(masks) if call.layer.takes_many else masks[0]))
    parts += [Markup(f"{key}=True") for key in sorted(CALL_SWITCHES) if getattr(call.layer, key, False)]
    return Markup(", ").join(parts)
