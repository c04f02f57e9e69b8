"""Attention and AdditiveAttention: each step of one sequence looks at all steps of another (Luong, Bahdanau)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from specc import ops
from specc.layers.base import CalledLayer, Rate, Reference, require_float, require_known
from specc.layers.parameters import GLOROT_UNIFORM, ONES
from specc.layers.site import Arguments, Site
from specc.tensors import Dim, Tensor, Value, show
from specc.weights import Weight

ROLES = ("query", "value", "key")
Score = tuple[Literal["dot", "concat", "additive"], Weight | None, Weight | None]
"""How a query and a key are compared, and the weights for it: a scale, and one for "concat"."""


class _Attention(CalledLayer):
    """What the kinds of attention share: all but the score of a query and a key."""

    takes_many: ClassVar[bool] = True
    instead: ClassVar[str | None] = "set `dialect: tf.keras` at the top of the spec"
    otherwise: ClassVar[dict[str, str]] = {"causal": "here it is called `use_causal_mask`"}

    dropout: Rate = 0.0
    """Share of the weights to drop in training, in [0, 1]."""
    causal: bool = False
    """As `use_causal_mask`, in older tf.keras."""
    use_causal_mask: bool = False
    """Whether a query looks at no step later than its own."""
    return_attention_scores: bool = False
    """Return the weights (batch, queries, steps) after the output, as `attention_scores`."""
    mask: Annotated[list[Reference | None], Field(min_length=2, max_length=3)] | None = None
    """Masks (batch, steps) of query and value (and key, which has no effect), instead of the inputs' own."""

    def extra_outputs(self) -> tuple[tuple[str, ...], ...]:
        return (("attention_scores",),) if self.return_attention_scores else ()

    @property
    def drawn_from(self) -> int | None:
        """The seed of the dropout."""
        return None

    def score(self, site: Site, width: Dim) -> Score:
        """How a query and a key are compared; declares the weights."""
        raise NotImplementedError

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        query, value, key = _check_inputs(site, arguments.inputs)
        masks = arguments.masks or tuple(tensor.mask for tensor in arguments.inputs)
        for mask, tensor in zip(masks[:2], (query, value), strict=True):
            _check_mask(site, mask, tensor, None if arguments.masks is None else "mask")
        kind, scale, weight = self.score(site, query.shape[2])
        causal = self.causal or self.use_causal_mask
        op = ops.Attend(
            query, value, key, kind, scale, weight, masks[0], masks[1], causal, self.dropout, self.drawn_from
        )
        y, scores = site.emit(op)
        output = Tensor(y, masks[0])
        return (output, Tensor(scores)) if self.return_attention_scores else (output,)


class Attention(_Attention):
    """For each step of a query a mean of the values, weighted by how well their keys match it, by products.

    Inputs: query (batch, queries, width), value (batch, steps, any), and perhaps key (batch, steps, width), else the
    value is the key too. Returns (batch, queries, any). The weights of a mean are the softmax of scores q . k; with
    score_mode "concat" the scores are concat_score_weight * sum(tanh(q + k)).

    Steps that the mask of the value leaves out have no weight. Where the mask of the query is false the result is
    zero; it has that mask too.
    Weights: scale () with use_scale, concat_score_weight () with score_mode "concat".
    """

    use_scale: bool = False
    """Whether a weight scales the scores (in "concat", what goes into tanh)."""
    score_mode: Literal["dot", "concat"] = "dot"
    """How a query and a key are compared."""
    seed: int | None = None
    """Seed of the dropout."""

    @property
    def drawn_from(self) -> int | None:
        return self.seed

    def score(self, site: Site, width: Dim) -> Score:
        scale = site.weight("scale", (), ONES, "use_scale") if self.use_scale else None
        weight = site.weight("concat_score_weight", (), ONES, "score_mode") if self.score_mode == "concat" else None
        return self.score_mode, scale, weight


class AdditiveAttention(_Attention):
    """As Attention, by sums: the score of a query and a key is sum(scale * tanh(q + k)). Weights: scale (width,)."""

    use_scale: bool = True
    """Whether a weight scales what is summed up."""

    def score(self, site: Site, width: Dim) -> Score:
        if not self.use_scale:
            return "additive", None, None
        size = require_known(site, width, "width of the query", "give it in the Input's `shape`")
        return "additive", site.weight("scale", (size,), GLOROT_UNIFORM, "use_scale"), None


def _check_inputs(site: Site, inputs: tuple[Tensor, ...]) -> tuple[Value, Value, Value]:
    """Query, value and key, which fit together."""
    if len(inputs) not in (2, 3):
        site.fail(
            "G307",
            f"{site.title} takes a query, a value and perhaps a key, gets {len(inputs)} input{'s'[: len(inputs) != 1]}",
            field="type" if len(inputs) == 1 else "inputs",
            hint="list them under `inputs`: [query, value]; a sequence that looks at itself stands twice",
        )
    for index, tensor in enumerate(inputs):
        require_float(site, tensor.value, index)
        if tensor.value.rank != 3:
            site.fail(
                "G301",
                f"{site.title} wants a {ROLES[index]} (batch, time, features), gets {show(tensor.shape)}"
                f"{site.source_of(index)}",
                related=site.places(index),
            )
    query, value = inputs[0].value, inputs[1].value
    key = inputs[-1].value if len(inputs) == 3 else value
    _unify(site, query, key, 2, len(inputs) - 1)
    if key is not value:
        _unify(site, value, key, 1, 2)
    return query, value, key


def _unify(site: Site, left: Value, right: Value, axis: int, index: int) -> None:
    """Note that two inputs have one size along an axis; refuse two sizes. index: which input ``right`` is."""
    a, b = site.dimensions.settle(left.shape[axis]), site.dimensions.settle(right.shape[axis])
    if isinstance(a, int) and isinstance(b, int) and a != b:
        what = "features" if axis == 2 else "steps"
        names = ("query", ROLES[index]) if axis == 2 else ("value", "key")
        site.fail(
            "G304",
            f"{site.title} compares a {names[0]} {show(left.shape)} with a {names[1]} {show(right.shape)}: {a} {what} "
            f"are not {b}",
            related=site.places(index),
        )
    site.dimensions.unify(a, b)


def _check_mask(site: Site, mask: Value | None, x: Value, field: str | None) -> None:
    """A mask says of each step whether it counts."""
    if mask is None:
        return
    settle = site.dimensions.settle
    a, b = settle(mask.shape[-1]), settle(x.shape[1])
    if mask.rank != 2 or (isinstance(a, int) and isinstance(b, int) and a != b):
        site.fail("G312", f"{site.title} wants a mask (batch, {x.shape[1]}), gets {show(mask.shape)}", field=field)
    site.dimensions.unify(a, b)
