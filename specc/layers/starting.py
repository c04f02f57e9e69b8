"""What a recurrent layer starts from: masks and states, explicit ones, carried ones, and the dialect's choice."""

from collections.abc import Sequence
from typing import NamedTuple

from specc import ops
from specc.layers.site import Arguments, Site
from specc.layers.stages import MaskedOutput
from specc.tensors import Shape, Tensor, Value, show


class Start(NamedTuple):
    """initial: the states before the first step, empty for zeros. carried: those that the call brings along.

    mask: the one that the layer looks at. passed_on: the one that its outputs have.
    """

    mask: Value | None
    passed_on: Value | None
    initial: tuple[Value, ...]
    carried: tuple[Value, ...]


def begin(
    site: Site,
    arguments: Arguments,
    names: Sequence[str],
    shapes: Sequence[Shape],
    stateful: bool,
    prefers_recorded: bool,
) -> Start:
    """Sort out the mask and the states of a layer.

    prefers_recorded: whether it goes on from its recorded state, unless that is zero, where one is given too.
    """
    given = arguments.initial_state
    if given is not None:
        _check_states(site, given, names, shapes)
    initial = tuple(t.value for t in given or ())
    carried: tuple[Value, ...] = ()
    if stateful:
        carried = tuple(site.state_before(name, shape) for name, shape in zip(names, shapes, strict=True))
        if not initial:
            initial = carried
        elif prefers_recorded:
            recorded = site.emit_one(ops.AnyNonZero(carried))
            pairs = zip(carried, initial, strict=True)
            initial = tuple(site.emit_one(ops.Where(recorded, old, new)) for old, new in pairs)
    passed_on = arguments.mask if arguments.mask is not None else arguments.x.mask
    return Start(_choose_mask(site, arguments), passed_on, initial, carried)


def _choose_mask(site: Site, arguments: Arguments) -> Value | None:
    mask = arguments.mask if arguments.mask is not None else arguments.x.mask
    hidden = arguments.initial_state is not None and site.dialect.initial_state_hides_mask
    if arguments.mask is None and mask is not None and hidden:
        site.warn(
            "G313",
            f"{site.title} has an `initial_state`, so that {site.dialect.name} does not show it the mask of its input",
            hint="name the mask with `mask:` where it should count",
        )
        return None
    if mask is not None and mask.rank != 2:
        field = None if arguments.mask is None else "mask"
        site.fail("G312", f"{site.title} wants a mask (batch, time), gets {show(mask.shape)}", field=field)
    if mask is not None:
        _check_steps(site, mask, arguments.x.value)
    return mask


def _check_steps(site: Site, mask: Value, x: Value) -> None:
    """A mask says of each step of the input whether it counts."""
    steps, length = (site.dimensions.settle(value.shape[1]) for value in (mask, x))
    if isinstance(steps, int) and isinstance(length, int) and steps != length:
        site.fail("G312", f"{site.title} has {length} steps, and a mask of {steps}", field="mask")
    site.dimensions.unify(length, steps)


def _check_states(site: Site, states: tuple[Tensor, ...], names: Sequence[str], shapes: Sequence[Shape]) -> None:
    if len(states) != len(shapes):
        count = f"{len(shapes)} state{'s' * (len(shapes) > 1)}"
        site.fail(
            "G330",
            f"{site.title} has {count}, `initial_state` lists {len(states) or 'none'}",
            field="initial_state",
            hint=f"it wants {', '.join(names)}{', in this order' * (len(names) > 1)}",
        )
    for name, tensor, shape in zip(names, states, shapes, strict=True):
        if tensor.value.dtype != "float32":
            message = f"{site.title} wants a {name} of float32, gets {tensor.value.dtype}"
            site.fail("G303", message, field="initial_state", hint="give the Input `dtype: float32`")
        fits = len(tensor.shape) == len(shape) and all(
            a == b or not (isinstance(a, int) and isinstance(b, int)) for a, b in zip(tensor.shape, shape, strict=True)
        )
        if not fits:
            site.fail(
                "G331",
                f"{site.title} wants a {name} {show(shape)}, gets {show(tensor.shape)}",
                field="initial_state",
                hint=f"the layer that makes the state must have the same {_sizes_of(shape)}",
            )


def _sizes_of(state: Shape) -> str:
    return "`units`" if len(state) == 2 else "`filters` and image sizes"


def masked_output(site: Site, unroll: bool, zero: bool) -> MaskedOutput:
    """What masked steps put out. Written out step by step, even old Keras repeated the previous output."""
    if zero:
        return "zero"
    return "previous" if unroll or site.dialect.leading_masked_output == "zero" else "state"
