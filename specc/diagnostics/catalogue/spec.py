"""V200 to V222: what a spec says in its keys and values."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "V200",
        "not a specc spec",
        "A spec is a mapping with the top-level key `specc`, which says the version of the spec language, and"
        " `layers`. A list, a bare text, a Keras architecture or any other YAML and JSON is something else.",
        bad="layers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V201",
        "unknown layer type",
        "`type` is the documented class name of a layer, in its own spelling: LSTM, not lstm. specc compiles"
        " recurrent models; layers far from those, such as RandomFlip, and layers of your own are not in it.",
        bad="specc: 1\nlayers:\n  - {type: LTSM, units: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V202",
        "unknown key",
        "Every key is a documented argument of the layer, or a documented key of the top level. Others are"
        " refused rather than ignored: `droput: 0.5` would build a model without dropout. Arguments of Keras 1"
        " are written by their Keras 2 names. A key that is missing because it is misspelt is reported once.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, unit: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V203",
        "missing key",
        "A key that has no default is not there: `type` of a layer, `units` of a recurrent layer or a Dense,"
        " `shape` of an Input, `layers` of the spec.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V204",
        "value of the wrong type",
        'Types are strict, because a guess would hide mistakes: `"32"` is text and not 32, 32.0 is no whole'
        " number, 1 is not true. YAML 1.2 has two truth values, true and false; `yes`, `no`, `on` and `off`"
        " are texts. An unknown dimension is null; `None` is a text too.",
        bad='specc: 1\nlayers:\n  - {type: LSTM, units: "32", input_shape: [10, 64]}\n',
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V205",
        "value out of bounds",
        "The type is right, the number or the length is not: sizes are at least 1, rates of dropout lie from"
        " 0 to 1, lists of layers and of outputs hold something.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, dropout: 1.5, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, dropout: 0.5, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V206",
        "not one of the choices",
        "The argument takes one of a few words or numbers: an activation, a merge mode, a dialect. Also the"
        " lists that follow a pattern: `dims` of Permute holds each axis once, `target_shape` of Reshape at"
        " most one -1, a size of ConvLSTM one number or one for each axis.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, activation: tahn, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, activation: tanh, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V207",
        "not a valid name",
        "Names become names in the compiled files and in generated code, so they are letters, digits and"
        " underscores, at most 64 of them, and start with no digit. A reference is such a name, or one with"
        " an output behind a dot: `encoder.state_h`. An invalid name is reported where a layer is given it,"
        " and not again where others refer to it.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, name: lstm-1, units: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, name: lstm_1, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V208",
        "two layers of one name",
        "References, weights and the outputs of the compiled file go by the names of layers, so each has its"
        " own. Layers without a name get one that is free: lstm, then lstm_1.",
        bad="specc: 1\nlayers:\n"
        "  - {type: LSTM, name: hidden, units: 32, input_shape: [10, 64]}\n"
        "  - {type: Dense, name: hidden, units: 1}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, name: hidden, units: 32, input_shape: [10, 64]}\n"
        "  - {type: Dense, name: score, units: 1}\n",
    ),
    Rule(
        "V209",
        "initializer, regularizer or constraint",
        "These are a name, a mapping with `type` and the documented arguments, or the form that Keras writes,"
        " `class_name` and `config`. Names may be written as every Keras writes them: he_normal, HeNormal.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Dense, units: 4, kernel_initializer: {type: RandomNormal, sigma: 0.02}, input_shape: [8]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Dense, units: 4, kernel_initializer: {type: RandomNormal, stddev: 0.02}, input_shape: [8]}\n",
    ),
    Rule(
        "V210",
        "activation that the dialect lacks",
        "Each Keras has its own list of activations: selu came in 2.0.6, exponential in 2.2.3, gelu and silu"
        " with tf.keras, glu with Keras 3. `dialect` and `keras_version` at the top of the spec say which"
        " Keras is meant.",
        bad="specc: 1\nlayers:\n  - {type: Dense, units: 8, activation: gelu, input_shape: [64]}\n",
        good="specc: 1\ndialect: tf.keras\nlayers:\n  - {type: Dense, units: 8, activation: gelu, input_shape: [64]}\n",
    ),
    Rule(
        "V211",
        "argument or layer that the dialect lacks",
        "`zero_output_for_mask` and `backward_layer` came with tf.keras, `input_length` of Embedding went with"
        " Keras 3, as did the CuDNN layers; `reverse_state_order` was there in between. Another `dialect` at"
        " the top of the spec has them.",
        bad="specc: 1\ndialect: keras3\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, input_length: 80}\n",
        good="specc: 1\ndialect: keras3\nlayers:\n"
        "  - {type: Input, shape: [80], dtype: int32}\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16}\n",
    ),
    Rule(
        "V212",
        "implementation 2 of SimpleRNN",
        "`implementation: 2` joins the products of all gates into one. It is for LSTM and GRU only: SimpleRNN"
        " has no gates. It changes no result in either.",
        bad="specc: 1\nlayers:\n  - {type: SimpleRNN, units: 32, implementation: 2, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: SimpleRNN, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V213",
        "layers of Bidirectional that do not match",
        "The two ways of a Bidirectional go in opposite directions and agree in `return_sequences`,"
        " `return_state` and `stateful`. Without `backward_layer` the way back is a copy of `layer`, turned"
        " round; in Keras 3 it always goes backwards, so `layer` must not.",
        bad="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - type: Bidirectional\n"
        "    layer: {type: LSTM, units: 32}\n"
        "    backward_layer: {type: LSTM, units: 32}\n"
        "    input_shape: [10, 64]\n",
        good="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - type: Bidirectional\n"
        "    layer: {type: LSTM, units: 32}\n"
        "    backward_layer: {type: LSTM, units: 32, go_backwards: true}\n"
        "    input_shape: [10, 64]\n",
    ),
    Rule(
        "V214",
        "input shape: none, two, or in the wrong place",
        "The first layer is an Input, or it says itself what it takes: `input_shape`, `batch_input_shape`, or"
        " `input_dim` with `input_length` — one of them. All other layers have their shape from the layers"
        " that they are called on.",
        bad="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, return_sequences: true, input_shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32, input_shape: [10, 32]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, return_sequences: true, input_shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32}\n",
    ),
    Rule(
        "V215",
        "argument of the wrapper on the layer inside",
        "What a layer is called on stands on the outermost layer: a Bidirectional takes `input_shape`,"
        " `inputs` and `initial_state`, the LSTM inside it does not.",
        bad="specc: 1\nlayers:\n  - {type: Bidirectional, layer: {type: LSTM, units: 32, input_shape: [10, 64]}}\n",
        good="specc: 1\nlayers:\n  - {type: Bidirectional, layer: {type: LSTM, units: 32}, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V216",
        "layer that a wrapper cannot hold",
        "Bidirectional holds a recurrent layer, TimeDistributed a layer that is called on one input and keeps"
        " no state, RNN cells.",
        bad="specc: 1\nlayers:\n  - {type: RNN, cell: {type: LSTM, units: 32}, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: RNN, cell: {type: LSTMCell, units: 32}, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V217",
        "version that the dialect does not have",
        "`keras_version` settles the finer points inside a dialect: keras1 has 0.x and 1.x, keras2 2.0 to 2.3,"
        " tf.keras 1.x and 2.x, keras3 3.x. It is a text: write it in quotes.",
        bad='specc: 1\ndialect: keras3\nkeras_version: "2.2.4"\nlayers:\n'
        "  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
        good='specc: 1\ndialect: keras2\nkeras_version: "2.2.4"\nlayers:\n'
        "  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V218",
        "another version of the spec language",
        "The number after `specc` is the version of the language that the spec is written in. This specc reads"
        " version 1.",
        bad="specc: 2\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V219",
        "weights outside the spec's folder",
        "A spec may come from a stranger, so the file that it names under `weights` lies in its own folder or"
        " below, links followed. On the command line, --weights takes any file.",
        bad="specc: 1\nweights: ../model.h5\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
        good="specc: 1\nweights: model.h5\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V220",
        "unit_forget_bias beside a bias_initializer",
        "A warning: the documentation says that `unit_forget_bias: true` also forces the other biases to"
        " zeros. No Keras does so: it sets the forget gate's block to ones and leaves the rest to"
        " `bias_initializer`. specc does as Keras does.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, bias_initializer: ones, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, units: 32, bias_initializer: ones, unit_forget_bias: false, input_shape: [10, 64]}\n",
    ),
    Rule(
        "V222",
        "strides and dilation at once",
        "A convolution takes strides above 1 or a dilation above 1, not both: Keras refuses it too.",
        bad="specc: 1\nlayers:\n"
        "  - type: ConvLSTM2D\n"
        "    filters: 8\n"
        "    kernel_size: 3\n"
        "    strides: 2\n"
        "    dilation_rate: 2\n"
        "    input_shape: [null, 16, 16, 3]\n",
        good="specc: 1\nlayers:\n"
        "  - type: ConvLSTM2D\n"
        "    filters: 8\n"
        "    kernel_size: 3\n"
        "    strides: 2\n"
        "    input_shape: [null, 16, 16, 3]\n",
    ),
    Rule(
        "V223",
        "output_padding that does not fit the strides",
        "A transposed convolution undoes a convolution with the same arguments: `output_padding` says which of the"
        " lengths that the convolution maps to one, and there are as many of them as `strides` is large.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Conv2DTranspose, filters: 8, kernel_size: 3, strides: 2, output_padding: 2,"
        " input_shape: [8, 8, 3]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Conv2DTranspose, filters: 8, kernel_size: 3, strides: 2, output_padding: 1,"
        " input_shape: [8, 8, 3]}\n",
    ),
)
