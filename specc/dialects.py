"""What changed between Keras 1, 2, tf.keras and 3, as named facts. No other module compares versions.

A layer asks for a fact by name. Where a spec names no ``keras_version``, the defaults are those of the
dialect's documented signatures and the finer points are those of its last release.
"""

import re
from typing import Literal, NamedTuple, get_args

DialectName = Literal["keras1", "keras2", "tf.keras", "keras3"]
NAMES: tuple[DialectName, ...] = get_args(DialectName)

Version = tuple[int, ...]
_VERSION = r"(\d{1,3})(\.\d{1,3}){0,3}(-tf|[.-]?(a|b|rc|dev)\d*)?"
_MAJOR: dict[str, tuple[int, ...]] = {"keras1": (0, 1), "keras2": (2,), "tf.keras": (1, 2), "keras3": (3,)}


class Dialect(NamedTuple):
    """The facts of one dialect.

    hard_sigmoid_slope: a in clip(a*v + 0.5, 0, 1).
    recurrent_activation: the default of LSTM and GRU; conv_recurrent_activation: of ConvLSTM.
    reset_after: the default of GRU.
    implementation: the default of LSTM and GRU; it changes no result in inference.
    recurrent_dropout_splits_gates: with recurrent dropout LSTM and GRU draw a mask for each gate, whatever their
        `implementation`.
    fast_form_shares_mask: a layer with cuDNN's equations drops its inputs by one mask for all gates, likewise.
    gru_mixes_dropped_state: with `implementation: 2` the state that GRU mixes into the new one is the dropped one.
    activity_penalty_per_example: an activity regularizer's penalty is divided by the batch size.
    penalizes_frozen_weights: regularizers count for weights that training leaves alone.
    full_rate_drops: Dropout at a rate of 1 leaves nothing (else it does nothing).
    leading_masked_output: what a layer with an initial state puts out before the first unmasked step.
        "state" is the TensorFlow loop of Keras 2.0.0-2.2.4 (and Keras 1), "zero" every other Keras.
    zero_masked_in_bidirectional: Bidirectional puts out zeros at masked steps (else the previous output).
    conv_lstm_zero_masked_in_bidirectional: so it does around ConvLSTM, to which tf.keras does not pass that on.
    merge_mask: how merge layers join masks ("drop": not at all); merge_needs_every_mask: one missing mask drops
        the result's. merge_skips_masked: Multiply, Maximum and Minimum leave out what is masked.
    time_distributed_passes_mask: TimeDistributed hands its input's mask on as it is, whatever the layer inside makes.
    rejects_masks: layers without mask support raise when one arrives (else they drop it in silence).
    dense_rejects_masks: so does Dense.
    initial_state_hides_mask: a layer called with initial_state does not see the implicit mask.
    recorded_state_wins: a stateful layer ignores its initial_state once any recorded element is non-zero.
    unroll_wants_two_steps: a layer with `unroll` refuses a single step.
    conv_lstm_rejects_masks: ConvLSTM2D cannot be built with a mask.
    last_cell_first: stacked cells list their states from the last cell to the first.
    masks_stacks_wrongly: the masked outputs of stacked cells are the first cell's state, a bug of 2.2.3 and 2.2.4.
    backward_layer_always_reversed: the copy that Bidirectional makes always goes backwards (else: the other way).
    batch_norm_epsilon, batch_norm_momentum: the defaults of BatchNormalization.
    batch_norm_keeps_deviation: its second statistic is a deviation, to which epsilon is added, not a variance.
    batch_norm_takes_axes: it takes several axes at once.
    batch_norm_counts_masked: in training, masked steps count in the statistics of the batch.
    batch_norm_freezes: training runs a layer with `trainable: false` on the moving statistics, as inference does (else
        on those of the batch, which it does not keep).
    batch_norm_sample_variance: the moving variance is kept of the batch's variance as a sample, n / (n - 1 - epsilon)
        of it.
    batch_norm_fuses_up_to: the largest rank at which, from 4 on, a fused kernel trains the layer (0: none does). It
        keeps n / (n - 1) of the variance, and counts masked steps.
    batch_norm_wants_mask_of_all_steps: it raises when a mask has not one dimension less than the input.
    layer_norm_sorts_axes: LayerNormalization puts its axes in order before it shapes its weights.
    softmax_mask: what the Softmax layer does with what a mask leaves out: nothing ("ignore"), lower it by a billion
        ("lower"), or put out zeros there ("zero").
    smallest_squared_length: of a vector that Dot scales to length one; shorter ones count as this long.
    average_pooling_uses_mask: GlobalAveragePooling1D leaves masked steps out (else it takes no mask).
    bilinear_from_centers: bilinear UpSampling2D counts from the centers of pixels (else from their corners).
    """

    name: DialectName
    version: Version | None
    hard_sigmoid_slope: float = 0.2
    recurrent_activation: str = "hard_sigmoid"
    conv_recurrent_activation: str = "hard_sigmoid"
    reset_after: bool = False
    implementation: int = 1
    recurrent_dropout_splits_gates: bool = False
    fast_form_shares_mask: bool = False
    gru_mixes_dropped_state: bool = False
    activity_penalty_per_example: bool = False
    penalizes_frozen_weights: bool = True
    full_rate_drops: bool = False
    leading_masked_output: Literal["zero", "state"] = "zero"
    zero_masked_in_bidirectional: bool = False
    conv_lstm_zero_masked_in_bidirectional: bool = False
    merge_mask: Literal["and", "or", "drop"] = "and"
    merge_needs_every_mask: bool = False
    merge_skips_masked: bool = False
    time_distributed_passes_mask: bool = False
    rejects_masks: bool = True
    dense_rejects_masks: bool = False
    initial_state_hides_mask: bool = False
    recorded_state_wins: bool = False
    unroll_wants_two_steps: bool = False
    conv_lstm_rejects_masks: bool = False
    last_cell_first: bool = False
    masks_stacks_wrongly: bool = False
    backward_layer_always_reversed: bool = False
    batch_norm_epsilon: float = 1e-3
    batch_norm_momentum: float = 0.99
    batch_norm_keeps_deviation: bool = False
    batch_norm_takes_axes: bool = False
    batch_norm_counts_masked: bool = True
    batch_norm_freezes: bool = False
    batch_norm_sample_variance: bool = False
    batch_norm_fuses_up_to: int = 0
    batch_norm_wants_mask_of_all_steps: bool = False
    layer_norm_sorts_axes: bool = False
    softmax_mask: Literal["ignore", "lower", "zero"] = "ignore"
    smallest_squared_length: float = 1e-12
    average_pooling_uses_mask: bool = True
    bilinear_from_centers: bool = False

    @property
    def title(self) -> str:
        """The dialect for messages, with the version where one is given: ``keras2 2.0.8``."""
        return " ".join((self.name, *([".".join(map(str, self.version))] if self.version else [])))


def parse_version(text: str) -> Version | None:
    """The numbers of a version such as "2.2.4" or "2.2.4-tf"; None where it is none."""
    if not re.fullmatch(_VERSION, text):
        return None
    return tuple(int(part) for part in re.findall(r"\d+", text.split("-")[0])[:3])


def fits(name: DialectName, version: Version) -> bool:
    """Whether a dialect has this version."""
    if name == "keras2" and version[:2] > (2, 3):
        return False
    return version[0] in _MAJOR[name]


def find(name: DialectName, version: Version | None = None) -> Dialect:
    """The facts of a dialect, settled by a version where one is given."""
    if name == "keras1":
        return _keras_1(version)
    if name == "keras2":
        return _keras_2(version)
    if name == "tf.keras":
        return Dialect(
            name,
            version,
            recurrent_activation="sigmoid",
            reset_after=True,
            implementation=2,
            recurrent_dropout_splits_gates=True,
            fast_form_shares_mask=True,
            activity_penalty_per_example=True,
            zero_masked_in_bidirectional=True,
            rejects_masks=False,
            recorded_state_wins=True,
            batch_norm_counts_masked=version is not None and version < (2, 13),
            batch_norm_freezes=True,
            batch_norm_fuses_up_to=5,
            bilinear_from_centers=True,
            batch_norm_takes_axes=True,
            softmax_mask="ignore" if version is not None and version < (2, 4) else "lower",
        )
    merges_masks = version is None or version >= (3, 4)
    return Dialect(
        name,
        version,
        hard_sigmoid_slope=1 / 6,
        recurrent_activation="sigmoid",
        conv_recurrent_activation="sigmoid",
        reset_after=True,
        implementation=2,
        recurrent_dropout_splits_gates=version is None or version >= (3, 8),
        activity_penalty_per_example=True,
        penalizes_frozen_weights=False,
        full_rate_drops=True,
        batch_norm_counts_masked=False,
        batch_norm_freezes=True,
        zero_masked_in_bidirectional=True,
        conv_lstm_zero_masked_in_bidirectional=True,
        # Up to 3.3 merge layers looked at no mask; 3.4 joins them, and leaves masked steps out.
        merge_mask="or" if merges_masks else "drop",
        merge_needs_every_mask=True,
        merge_skips_masked=merges_masks,
        time_distributed_passes_mask=True,
        rejects_masks=False,
        initial_state_hides_mask=True,
        backward_layer_always_reversed=True,
        bilinear_from_centers=True,
        batch_norm_wants_mask_of_all_steps=True,
        layer_norm_sorts_axes=True,
        softmax_mask="zero",
        smallest_squared_length=1e-14,
    )


def _keras_1(version: Version | None) -> Dialect:
    epsilon = 1e-3
    if version is not None and version < (1, 2):
        epsilon = 1e-6 if version < (1, 0, 8) else 1e-5
    return Dialect(
        "keras1",
        version,
        implementation=0,
        leading_masked_output="state",
        dense_rejects_masks=True,
        conv_lstm_rejects_masks=True,
        average_pooling_uses_mask=False,
        batch_norm_epsilon=epsilon,
        batch_norm_momentum=0.9 if version is not None and version < (1, 0, 7) else 0.99,
        batch_norm_keeps_deviation=version is not None and version < (1, 0, 6),
    )


def _keras_2(version: Version | None) -> Dialect:
    late = version is not None and version >= (2, 2, 5)
    return Dialect(
        "keras2",
        version,
        recurrent_activation="sigmoid" if late else "hard_sigmoid",
        implementation=2 if late else 1,
        gru_mixes_dropped_state=version is None or version >= (2, 0, 9),
        batch_norm_sample_variance=version is None or version >= (2, 1),
        batch_norm_fuses_up_to=4 if version is None or version >= (2, 1, 3) else 0,
        leading_masked_output="state" if version is not None and version < (2, 2, 5) else "zero",
        unroll_wants_two_steps=version is not None and (2, 0, 9) <= version < (2, 2, 5),
        conv_lstm_rejects_masks=version is not None and version < (2, 2, 5),
        last_cell_first=version is not None and version < (2, 2, 3),
        masks_stacks_wrongly=version is not None and (2, 2, 3) <= version < (2, 2, 5),
        average_pooling_uses_mask=version is None or version >= (2, 2, 3),
    )
