"""BatchNormalization and LayerNormalization: values with their mean taken off, divided by their deviation."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from specc import ops
from specc.layers.axes import Axes, find_axes, known_sizes
from specc.layers.base import CalledLayer, require_float
from specc.layers.parameters import ONES, ZEROS, ConstraintField, InitializerField, RegularizerField
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, show
from specc.weights import Initializer, Weight

Epsilon = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
LIMITS = ("rmax", "rmin", "dmax")


class _Normalization(CalledLayer):
    """A scale gamma and an offset beta, and what they have in common everywhere."""

    epsilon: Epsilon = 0.001
    """Added to the variance, so that nothing is divided by zero."""
    center: bool = True
    """Whether beta is added."""
    scale: bool = True
    """Whether the result is multiplied by gamma."""
    beta_initializer: InitializerField = ZEROS
    """How beta starts."""
    gamma_initializer: InitializerField = ONES
    """How gamma starts."""
    beta_regularizer: RegularizerField = None
    """Penalty on beta in training."""
    gamma_regularizer: RegularizerField = None
    """Penalty on gamma in training."""
    beta_constraint: ConstraintField = None
    """What beta is projected on after each training step."""
    gamma_constraint: ConstraintField = None
    """What gamma is projected on after each training step."""

    def declare(self, site: Site, shape: tuple[int, ...]) -> tuple[Weight | None, Weight | None]:
        """gamma and beta, as far as the layer has them."""
        gamma = beta = None
        if self.scale:
            gamma = site.weight(
                "gamma", shape, self.gamma_initializer, "axis", self.gamma_regularizer, self.gamma_constraint
            )
        if self.center:
            beta = site.weight(
                "beta", shape, self.beta_initializer, "axis", self.beta_regularizer, self.beta_constraint
            )
        return gamma, beta


class BatchNormalization(_Normalization):
    """Normalizes each feature with the mean and variance that training kept of it.

    gamma * (x - moving_mean) / sqrt(moving_variance + epsilon) + beta; keeps the shape and the mask. Training itself
    uses the mean and variance of each batch.

    Weights: gamma, beta, moving_mean and moving_variance, (size,) of the axis. For several axes (tf.keras) they
    have the rank of the input, with 1 where no axis is.
    """

    defaults_by_dialect: ClassVar[dict[str, str]] = {
        "epsilon": "batch_norm_epsilon",
        "momentum": "batch_norm_momentum",
    }

    axis: Axes = -1
    """The axis that has statistics of its own for each entry, usually the features; the batch counts as 0."""
    momentum: float = 0.99
    """How much of the moving statistics stays at each step of training."""
    moving_mean_initializer: InitializerField = ZEROS
    """How the moving mean starts."""
    moving_variance_initializer: InitializerField = ONES
    """How the moving variance starts."""
    renorm: bool = False
    """Batch renormalization in training (Ioffe 2017); inference has three more weights, and is the same."""
    renorm_clipping: dict[str, float] | None = None
    """Limits of that correction: `rmax`, `rmin` and `dmax`."""
    renorm_momentum: float = 0.99
    """As `momentum`, for the statistics that the correction uses."""
    synchronized: bool = False
    """Whether replicas share statistics in training."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        axes = tuple(sorted(find_axes(site, self.axis, x.value)))
        if len(axes) > 1 and not site.dialect.batch_norm_takes_axes:
            site.fail(
                "V206",
                f"{site.title} takes one axis in {site.dialect.name}, `axis` lists {len(axes)}",
                field="axis",
                hint="tf.keras takes several: set `dialect` at the top of the spec",
            )
        if set(self.renorm_clipping or ()) - set(LIMITS):
            message = f"`renorm_clipping` holds {', '.join(LIMITS)}, found {', '.join(self.renorm_clipping or ())}"
            site.fail("V206", message, field="renorm_clipping")
        self._check_mask(site, x)
        sizes = known_sizes(site, axes, x.value)
        by_axis = dict(zip(axes, sizes, strict=True))
        shape = sizes if len(axes) == 1 else tuple(by_axis.get(axis, 1) for axis in range(x.value.rank))
        gamma, beta = self.declare(site, shape)
        mean = self._statistic(site, "moving_mean", shape, self.moving_mean_initializer)
        variance = self._statistic(site, "moving_variance", shape, self.moving_variance_initializer)
        if self.renorm:
            # Keras starts the deviations at the root of what the variance starts at; for ones that is the same.
            self._statistic(site, "moving_stddev", shape, self.moving_variance_initializer)
            self._statistic(site, "renorm_mean", shape, self.moving_mean_initializer)
            self._statistic(site, "renorm_stddev", shape, self.moving_variance_initializer)
        spread: Literal["variance", "deviation"] = (
            "deviation" if site.dialect.batch_norm_keeps_deviation else "variance"
        )
        is_fused = 4 <= x.value.rank <= site.dialect.batch_norm_fuses_up_to and axes in ((1,), (x.value.rank - 1,))
        op = ops.BatchNorm(
            x.value,
            axes,
            gamma,
            beta,
            mean,
            variance,
            self.epsilon,
            self.momentum,
            spread,
            self._degrees(site, is_fused),
            frozen=not site.trainable and site.dialect.batch_norm_freezes,
            keeps=site.trainable,
            renorms=self.renorm,
            mask=None if is_fused or site.dialect.batch_norm_counts_masked else x.mask,
        )
        return (Tensor(site.emit_one(op), x.mask),)

    def _degrees(self, site: Site, is_fused: bool) -> tuple[float, ...]:
        """What the moving variance is corrected by, as the variance of a sample; some Kerases do so twice."""
        own = (1.0 + self.epsilon,) if site.dialect.batch_norm_sample_variance else ()
        return (1.0, *own) if is_fused else own

    def _statistic(self, site: Site, name: str, shape: tuple[int, ...], initializer: Initializer) -> Weight:
        return site.weight(name, shape, initializer, "axis", trainable=False)

    @staticmethod
    def _check_mask(site: Site, x: Tensor) -> None:
        if x.mask is None or not site.dialect.batch_norm_wants_mask_of_all_steps or x.mask.rank == x.value.rank - 1:
            return
        site.fail(
            "G312",
            f"{site.title} wants a mask with one dimension less than its input {show(x.shape)}, gets "
            f"{show(x.mask.shape)}{site.source_of()}",
            hint=f"{site.dialect.name} refuses this model; keras2 and tf.keras hand the mask on",
            related=site.places(),
        )


class LayerNormalization(_Normalization):
    """Normalizes the features of each step with their own mean and variance.

    gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance along the axis; keeps the shape and
    the mask. Weights: gamma and beta, the sizes along the axes.
    """

    instead: ClassVar[str | None] = "set `dialect: tf.keras` at the top of the spec"

    axis: Axes = -1
    """The axis, or axes, to normalize along, usually the features; the batch counts as 0."""
    rms_scaling: bool = False
    """Divide by the deviation without subtracting the mean, and add no beta; deprecated in Keras 3."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        axes = find_axes(site, self.axis, x.value)
        listed = [self.axis] if isinstance(self.axis, int) else self.axis
        if site.dialect.layer_norm_sorts_axes:  # as they are written, negative ones first
            axes = tuple(axis for _, axis in sorted(zip(listed, axes, strict=True)))
        gamma, beta = self.declare(site, known_sizes(site, axes, x.value))
        op = ops.LayerNorm(x.value, tuple(sorted(axes)), gamma, beta, self.epsilon, not self.rms_scaling)
        return (Tensor(site.emit_one(op), x.mask),)

    def declare(self, site: Site, shape: tuple[int, ...]) -> tuple[Weight | None, Weight | None]:
        if not self.rms_scaling:
            return super().declare(site, shape)
        gamma = site.weight(
            "gamma", shape, self.gamma_initializer, "axis", self.gamma_regularizer, self.gamma_constraint
        )
        return gamma, None
