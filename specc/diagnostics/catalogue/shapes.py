"""G301 to G314: shapes and masks that do not fit together."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "G301",
        "wrong number of dimensions",
        "A recurrent layer takes (batch, time, features). The usual cause is a recurrent layer before it that"
        " returns its last output only: set `return_sequences: true` there. Shapes in a spec leave the batch"
        " out, so the input of an LSTM is `[time, features]`.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n  - {type: LSTM, units: 32}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, return_sequences: true, input_shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32}\n",
    ),
    Rule(
        "G302",
        "unknown dimension that weights depend on",
        "Weights have a size, so the features that a layer takes must be known; time and batch may be null."
        " After Flatten the features are time * features, so that the length must be known too.",
        bad="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, return_sequences: true, input_dim: 64}\n"
        "  - {type: Flatten}\n"
        "  - {type: Dense, units: 1}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, return_sequences: true, input_dim: 64, input_length: 10}\n"
        "  - {type: Flatten}\n"
        "  - {type: Dense, units: 1}\n",
    ),
    Rule(
        "G303",
        "wrong element type",
        "Layers compute with float32. Whole numbers go through an Embedding, which turns each into a vector.",
        bad="specc: 1\nlayers:\n  - {type: Input, shape: [80, 1], dtype: int32}\n  - {type: LSTM, units: 32}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, shape: [80], dtype: int32}\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16}\n"
        "  - {type: LSTM, units: 32}\n",
    ),
    Rule(
        "G304",
        "shapes that do not fit each other",
        "Inputs that are joined have the same shape, but for the axis of a Concatenate; a length of 1 is"
        " stretched by Add and its kin. Dot and Attention sum products along axes of one length. The same goes for"
        " the two outputs of a Bidirectional whose `merge_mode` is not concat, for `noise_shape` and for"
        " `input_length`.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, name: a, units: 32, inputs: x}\n"
        "  - {type: LSTM, name: b, units: 16, inputs: x}\n"
        "  - {type: Add, inputs: [a, b]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, name: a, units: 32, inputs: x}\n"
        "  - {type: LSTM, name: b, units: 32, inputs: x}\n"
        "  - {type: Add, inputs: [a, b]}\n",
    ),
    Rule(
        "G305",
        "shape that cannot be made",
        "Reshape keeps the number of elements; -1 stands for what is left over. A convolution or a pool"
        " without padding needs an input at least as large as its window, and a Cropping has to leave something.",
        bad="specc: 1\nlayers:\n  - {type: Reshape, target_shape: [5, 100], input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: Reshape, target_shape: [5, 128], input_shape: [10, 64]}\n",
    ),
    Rule(
        "G306",
        "glu of an odd width, or inside a recurrent layer",
        "glu multiplies the first half of the last axis by the sigmoid of the second half. An odd width has no"
        " half, and the state of a recurrent layer must keep its width from step to step.",
        bad="specc: 1\ndialect: keras3\nlayers:\n  - {type: Dense, units: 7, activation: glu, input_shape: [64]}\n",
        good="specc: 1\ndialect: keras3\nlayers:\n  - {type: Dense, units: 8, activation: glu, input_shape: [64]}\n",
    ),
    Rule(
        "G307",
        "wrong number of inputs to join",
        "A merging layer takes at least two inputs, Subtract and Dot exactly two, Attention two or three: a"
        " query, a value and perhaps a key. Without `inputs` a layer takes only the one before it.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Add}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Add, inputs: [a, b]}\n",
    ),
    Rule(
        "G308",
        "no such axis",
        "`axis` counts the batch as 0, so that 1 is the first axis after it; negative numbers count from the"
        " end. Rows of a batch are independent: they cannot be joined, nor normalized by each other. A list of"
        " axes names each once.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Concatenate, axis: 2, inputs: [a, b]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Concatenate, axis: 1, inputs: [a, b]}\n",
    ),
    Rule(
        "G309",
        "two batch sizes",
        "All inputs of a model have the same batch. One that fixes its size fixes it for all.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10], batch_size: 4}\n"
        "  - {type: Input, name: b, shape: [10], batch_size: 8}\n"
        "  - {type: Add, inputs: [a, b]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10], batch_size: 4}\n"
        "  - {type: Input, name: b, shape: [10], batch_size: 4}\n"
        "  - {type: Add, inputs: [a, b]}\n",
    ),
    Rule(
        "G310",
        "mask into a layer that takes none",
        "Keras 1 and 2 raise an error when a mask from Embedding or Masking arrives at a layer that does not"
        " know what to do with it, such as Flatten; so does specc in those dialects. tf.keras and Keras 3 drop"
        " the mask there, which specc warns of (G311).",
        bad="specc: 1\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, mask_zero: true, input_length: 80}\n"
        "  - {type: Flatten}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, input_length: 80}\n"
        "  - {type: Flatten}\n",
    ),
    Rule(
        "G311",
        "mask that is dropped",
        "A warning: a mask arrives at a layer that does not use it, and tf.keras and Keras 3 go on without it."
        " Layers after it see every step, padding included.",
        bad="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, mask_zero: true, input_length: 80}\n"
        "  - {type: Flatten}\n",
        good="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, input_length: 80}\n"
        "  - {type: Flatten}\n",
    ),
    Rule(
        "G312",
        "mask of the wrong shape",
        "A mask says of each step of a sequence whether it counts: it is (batch, time), as long as the input."
        " Masks that are joined have the same number of dimensions. The Softmax layer wants one of the shape of its"
        " input, and BatchNormalization of Keras 3 one with a dimension less.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: present, shape: [12], dtype: bool}\n"
        "  - {type: LSTM, units: 32, inputs: x, mask: present}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: present, shape: [10], dtype: bool}\n"
        "  - {type: LSTM, units: 32, inputs: x, mask: present}\n",
    ),
    Rule(
        "G313",
        "mask that an initial state hides",
        "A warning: in Keras 3 a layer that is called with `initial_state` does not see the mask that comes"
        " with its input. A mask that is named under `mask` counts.",
        bad="specc: 1\ndialect: keras3\nlayers:\n"
        "  - {type: Input, name: h, shape: [32]}\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Masking}\n"
        "  - {type: GRU, units: 32, initial_state: h}\n",
        good="specc: 1\ndialect: keras3\nlayers:\n"
        "  - {type: Input, name: h, shape: [32]}\n"
        "  - {type: Input, name: present, shape: [10], dtype: bool}\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: GRU, units: 32, initial_state: h, mask: present}\n",
    ),
    Rule(
        "G314",
        "mask of the wrong type",
        "A mask is of type bool, or of whole numbers where 0 means that the step does not count.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: present, shape: [10]}\n"
        "  - {type: LSTM, units: 32, inputs: x, mask: present}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: present, shape: [10], dtype: bool}\n"
        "  - {type: LSTM, units: 32, inputs: x, mask: present}\n",
    ),
)
