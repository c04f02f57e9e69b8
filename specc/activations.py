"""Activations by name: which Keras has them, and their parameters.

Formulas (v is the input):

- linear: v; tanh; sigmoid: 1/(1+e^-v); relu: max(v,0); softplus: ln(1+e^v); softsign: v/(1+|v|)
- hard_sigmoid: clip(alpha*v + beta, 0, 1), alpha 0.2 in Keras 1, 2 and tf.keras, 1/6 in Keras 3; beta 0.5
- elu: v where v > 0, else alpha*(e^v - 1); celu: max(v,0) + min(e^v - 1, 0); exponential: e^v
- selu: beta*(v where v > 0, else alpha*(e^v - 1))
- softmax, log_softmax: over the last axis
- silu (swish): v*sigmoid(v); gelu: v/2*(1 + erf(v/sqrt 2)); mish: v*tanh(softplus v)
- leaky_relu: v where v > 0, else alpha*v; relu6: min(max(v,0),6)
- hard_silu (hard_swish): v*relu6(v+3)/6; hard_tanh: clip(v,-1,1); tanh_shrink: v - tanh v
- soft_shrink: sign(v)*max(|v|-0.5,0); hard_shrink: v where |v| > 0.5, else 0
- log_sigmoid: -softplus(-v); sparse_sigmoid: clip(v/2+0.5,0,1)
- squareplus: (v + sqrt(v^2+4))/2; sparse_plus: 0 | (v+1)^2/4 | v with bounds -1 and 1
- glu: first half of the last axis times the sigmoid of the second half
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from specc.dialects import Dialect

ActivationName = Literal[
    "linear", "tanh", "sigmoid", "relu", "hard_sigmoid", "elu", "selu", "softplus", "softsign", "softmax",
    "exponential", "swish", "silu", "gelu", "leaky_relu", "relu6", "mish", "log_softmax", "celu", "hard_silu",
    "hard_swish", "hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink", "log_sigmoid", "sparse_sigmoid",
    "squareplus", "sparse_plus", "glu",
]  # fmt: skip

_ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}


class Activation(NamedTuple):
    """A function by its canonical name, with the parameters that its formula names alpha and beta."""

    name: str
    alpha: float | None = None
    beta: float | None = None

    @property
    def is_linear(self) -> bool:
        return self.name == "linear"

    @property
    def is_over_last_axis(self) -> bool:
        """Whether it is no function of one number."""
        return self.name in ("softmax", "log_softmax", "glu")


LINEAR = Activation("linear")


def resolve(name: str | None, dialect: Dialect) -> Activation:
    """The function that a dialect means by a name; None is linear."""
    canonical = _ALIASES.get(name, name) if name is not None else "linear"
    parameters = {
        "hard_sigmoid": (dialect.hard_sigmoid_slope, 0.5),
        "sparse_sigmoid": (0.5, 0.5),
        "elu": (1.0, None),
        "celu": (1.0, None),
        "leaky_relu": (0.2, None),
        "selu": (1.6732632423543772, 1.0507009873554805),
    }
    if canonical == "sparse_sigmoid":
        canonical = "hard_sigmoid"
        return Activation(canonical, *parameters["sparse_sigmoid"])
    return Activation(canonical, *parameters.get(canonical, (None, None)))
