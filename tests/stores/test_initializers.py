"""The documented distributions, measured; and values that depend on seed and name alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from specc.diagnostics import SpecError
from specc.layers.parameters import INITIALIZERS
from specc.stores import bind, check_initializers
from specc.stores.arrays import Array
from specc.stores.initializers import draw
from specc.stores.laws import FACTS
from specc.weights import Initializer, Weight

DIALECTS = list(FACTS)
MODERN = ["keras2", "tf.keras", "keras3"]


def weight(kind: str, *shape: int, name: str = "dense/kernel", forget: bool = False, **arguments: Any) -> Weight:
    law = Initializer(kind, arguments, block_of_ones=(1, 4) if forget else None)
    return Weight(name, shape, law, name.partition("/")[0], ("layers", 0, "units"))


def sample(kind: str, *shape: int, dialect: str = "keras2", seed: int = 7, gates: int = 1, **arguments: Any) -> Array:
    return draw(weight(kind, *shape, **arguments), seed=seed, dialect=dialect, gates=gates)


def is_uniform(values: Array, low: float, high: float) -> bool:
    """Within the limits, and with the quantiles of a uniform law."""
    assert low <= values.min()
    assert values.max() <= high
    quantiles = np.quantile(values, [0.01, 0.25, 0.5, 0.75, 0.99])
    wanted = low + (high - low) * np.array([0.01, 0.25, 0.5, 0.75, 0.99])
    return np.allclose(quantiles, wanted, atol=0.01 * (high - low))


def is_normal(values: Array, mean: float, deviation: float) -> bool:
    quantiles = np.quantile((values - mean) / deviation, [0.0228, 0.1587, 0.5, 0.8413, 0.9772])
    return np.allclose(quantiles, [-2, -1, 0, 1, 2], atol=0.05)


def is_truncated(values: Array, mean: float, deviation: float) -> bool:
    """No value beyond two deviations of the parent; the quartiles of the truncated law lie at +-0.6393."""
    parent = (values - mean) / deviation
    assert np.abs(parent).max() <= 2 + 1e-5
    assert np.abs(parent).max() > 1.95
    return np.allclose(np.quantile(parent, [0.25, 0.5, 0.75]), [-0.6393, 0, 0.6393], atol=0.02)


def test_constants() -> None:
    assert_array_equal(sample("zeros", 3, 4), np.zeros((3, 4)))
    assert_array_equal(sample("ones", 3), np.ones(3))
    assert_array_equal(sample("constant", 2, 2, value=-1.5), np.full((2, 2), -1.5))
    assert_array_equal(sample("constant", 2), [0, 0])


def test_plain_random_laws() -> None:
    assert is_uniform(sample("random_uniform", 200, 200), -0.05, 0.05)
    assert is_uniform(sample("random_uniform", 200, 200, minval=1, maxval=3), 1, 3)
    assert is_normal(sample("random_normal", 200, 200), 0, 0.05)
    assert is_normal(sample("random_normal", 200, 200, mean=2.0, stddev=0.5), 2, 0.5)
    cut = sample("truncated_normal", 200, 200, mean=1.0, stddev=0.5)
    assert is_truncated(cut, 1, 0.5)
    assert_allclose(cut.std(), 0.5 * 0.8796, rtol=0.02)  # the variance is not corrected


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("kind", "variance"),
    [
        ("glorot_uniform", 2 / (300 + 100)),
        ("he_uniform", 2 / 300),
        ("lecun_uniform", 1 / 300),
    ],
)
def test_scaled_uniforms(kind: str, variance: float, dialect: str) -> None:
    limit = math.sqrt(3 * variance)
    assert is_uniform(sample(kind, 300, 100, dialect=dialect), -limit, limit)


@pytest.mark.parametrize(
    ("kind", "variance"),
    [("glorot_normal", 2 / (300 + 100)), ("he_normal", 2 / 300), ("lecun_normal", 1 / 300)],
)
def test_scaled_normals_are_truncated_and_keep_their_variance(kind: str, variance: float) -> None:
    deviation = math.sqrt(variance)
    for dialect in MODERN:
        values = sample(kind, 300, 100, dialect=dialect)
        assert is_truncated(values, 0, deviation / 0.87962566103423978)
        assert_allclose(values.std(), deviation, rtol=0.02)
    assert is_normal(sample(kind, 300, 100, dialect="keras1"), 0, deviation)


@pytest.mark.parametrize(("mode", "n"), [("fan_in", 300), ("fan_out", 100), ("fan_avg", 200)])
def test_variance_scaling(mode: str, n: float) -> None:
    deviation = math.sqrt(3 / n)
    uniform = sample("variance_scaling", 300, 100, scale=3.0, mode=mode, distribution="uniform")
    assert is_uniform(uniform, -deviation * math.sqrt(3), deviation * math.sqrt(3))
    for distribution in ("normal", "truncated_normal"):
        values = sample("variance_scaling", 300, 100, scale=3.0, mode=mode, distribution=distribution)
        assert is_truncated(values, 0, deviation / 0.87962566103423978)
    plain = sample("variance_scaling", 300, 100, scale=3.0, mode=mode, distribution="untruncated_normal")
    assert is_normal(plain, 0, deviation)


def test_fan_out_counts_all_gates_but_in_keras_1() -> None:
    fused = math.sqrt(6 / (64 + 4 * 128))
    assert is_uniform(sample("glorot_uniform", 64, 512, gates=4), -fused, fused)
    alone = math.sqrt(6 / (64 + 128))
    assert is_uniform(sample("glorot_uniform", 64, 512, gates=4, dialect="keras1"), -alone, alone)


def test_fans_of_convolutions_and_vectors() -> None:
    limit = math.sqrt(6 / (5 * 64 + 5 * 32))
    assert is_uniform(sample("glorot_uniform", 5, 64, 32), -limit, limit)
    length, root = math.sqrt(3 / 10_000), math.sqrt(3 / 100)
    assert is_uniform(sample("glorot_uniform", 10_000, dialect="keras3"), -length, length)
    assert is_uniform(sample("glorot_uniform", 10_000, dialect="keras2"), -root, root)


@pytest.mark.parametrize("shape", [(40, 40), (200, 30), (30, 200), (30, 61), (1, 8), (8, 1), (3, 4, 20), (1, 1)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    matrix = sample("orthogonal", *shape, gain=2.0).reshape(-1, shape[-1]).astype(float)
    rows, columns = matrix.shape
    product = matrix @ matrix.T if rows < columns else matrix.T @ matrix
    assert_allclose(product, 4 * np.eye(min(rows, columns)), atol=1e-5)


def test_orthogonal_is_uniform_over_rotations() -> None:
    """Entries of uniform orthonormal columns have mean 0 and variance 1 / rows, signs included."""
    for shape in ((8, 8), (32, 8), (8, 32)):
        drawn = [sample("orthogonal", *shape, name=f"d{i}/kernel") for i in range(400)]
        corner = np.array([matrix[0, 0] for matrix in drawn])
        assert abs(corner.mean()) < 0.06
        assert_allclose(corner.var(), 1 / max(shape), rtol=0.3)
        assert_allclose(np.mean(np.square(drawn)), 1 / max(shape), rtol=1e-4)


def test_orthogonal_of_keras_1_is_drawn_gate_by_gate_with_gain_1_1() -> None:
    matrix = sample("orthogonal", 16, 64, gates=4, dialect="keras1").astype(float)
    for block in np.split(matrix, 4, axis=1):
        assert_allclose(block @ block.T, 1.21 * np.eye(16), atol=1e-5)


def test_identity_in_each_dialect() -> None:
    eye = np.eye(3)
    for dialect in DIALECTS:
        assert_array_equal(sample("identity", 3, 3, gain=2.0, dialect=dialect), 2 * eye)
    assert_array_equal(sample("identity", 3, 12), np.concatenate([eye] * 4, axis=1))
    assert_array_equal(sample("identity", 6, 3), np.concatenate([eye] * 2))
    for dialect in ("tf.keras", "keras3"):
        assert_array_equal(sample("identity", 3, 12, dialect=dialect), np.eye(3, 12))
    assert_array_equal(sample("identity", 3, 12, gates=4, dialect="keras1"), np.concatenate([eye] * 4, axis=1))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_unit_forget_bias_overwrites_the_forget_block_only(dialect: str) -> None:
    bias = draw(weight("constant", 12, name="lstm/bias", forget=True, value=0.5), seed=1, dialect=dialect)
    assert_array_equal(bias, [0.5] * 3 + [1] * 3 + [0.5] * 6)
    bias = draw(weight("random_normal", 12, name="lstm/bias", forget=True), seed=1, dialect=dialect)
    assert len(set(bias.tolist())) == 10


@pytest.mark.parametrize("kind", list(INITIALIZERS))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_law_gives_contiguous_float32_and_the_same_twice(kind: str, dialect: str) -> None:
    first, second = (sample(kind, 6, 6, dialect=dialect) for _ in range(2))
    assert first.dtype == np.float32
    assert first.flags.c_contiguous
    assert_array_equal(first, second)


def test_the_seed_of_an_initializer_wins_over_the_spec_s() -> None:
    own = [draw(weight("he_normal", 4, 4, seed=5), seed=seed, dialect="keras2") for seed in (1, 2)]
    assert_array_equal(own[0], own[1])
    assert not np.array_equal(own[0], sample("he_normal", 4, 4, seed=5))
    assert not np.array_equal(sample("he_normal", 4, 4, seed=1), sample("he_normal", 4, 4, seed=2))


def test_adding_a_layer_changes_no_other_layer() -> None:
    first = [weight("glorot_uniform", 4, 4, name="a/kernel"), weight("orthogonal", 4, 4, name="b/kernel")]
    more = [first[0], weight("glorot_uniform", 4, 4, name="new/kernel"), first[1]]
    before = bind(first, store=None, seed=3, dialect="keras2")
    after = bind(more, store=None, seed=3, dialect="keras2")
    for name, array in before.items():
        assert_array_equal(array, after[name])
    assert not np.array_equal(after["a/kernel"], after["new/kernel"])


def test_values_are_pinned() -> None:
    """The same spec gives the same values: a change here is a change for every user."""
    pinned = [[0.92800975, -0.6134063, -0.99113506], [0.56186724, -0.00870121, -0.6054839]]
    assert_allclose(sample("glorot_uniform", 2, 3, seed=0), pinned, rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "shape", "dialect", "message"),
    [
        ("orthogonal", (8,), "keras3", "`orthogonal` wants two dimensions or more, `lstm/bias` is (8,)"),
        ("identity", (8,), "keras2", "`identity` wants a matrix, `lstm/bias` is (8,)"),
        (
            "identity",
            (2, 3),
            "keras1",
            "`identity` wants a square matrix in this dialect, `lstm/bias` is (2, 3)",
        ),
        (
            "identity",
            (2, 3),
            "keras2",
            "`identity` wants a matrix whose long side is a multiple of the short one in this dialect, "
            "`lstm/bias` is (2, 3)",
        ),
    ],
)
def test_laws_that_do_not_fit(kind: str, shape: tuple[int, ...], dialect: str, message: str) -> None:
    misfit = weight(kind, *shape, name="lstm/bias")
    (found,) = check_initializers([misfit], dialect=dialect)
    assert (found.code, found.message) == ("W411", message)
    assert found.path == ("layers", 0, "bias_initializer")
    with pytest.raises(SpecError) as error:
        bind([misfit], store=None, seed=0, dialect=dialect)
    assert error.value.diagnostics == (found,)


def test_arguments_beyond_float32() -> None:
    for value in (1e300, math.inf, math.nan):
        (found,) = check_initializers([weight("constant", 2, value=value)], dialect="keras2")
        assert found.code == "W411"
        assert "expected a number within 1e37" in found.message
    assert check_initializers([weight("he_normal", 2, 2, seed=10**60)], dialect="keras2") == []


def test_misfits_of_a_gate_are_told_so() -> None:
    shapes = {"kernel": (3, 8), "recurrent_kernel": (2, 8)}
    weights = [weight("identity", *shape, name=f"lstm/{name}") for name, shape in shapes.items()]
    (found,) = check_initializers(weights, dialect="keras1")
    assert found.path == ("layers", 0, "kernel_initializer")
    assert found.message.endswith("`lstm/kernel` is (3, 2) for each gate")
