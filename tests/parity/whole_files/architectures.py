"""Models as people build them, picked by hand: each function takes a Keras and returns a model of it.

What stands here is what files differ by: names, nesting, shared layers, frozen layers, states, masks, dtypes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Build = Callable[[Any], Any]
WIDTH, WORDS = 3, 11


def _is_keras_3(keras: Any) -> bool:
    return bool(keras.__version__.startswith("3."))


def _name(keras: Any, of_keras_3: str, of_tf_keras: str) -> str:
    """Keras 3 takes every character but a slash, TensorFlow's scopes take few others."""
    return of_keras_3 if _is_keras_3(keras) else of_tf_keras


def _sequence(keras: Any, **arguments: Any) -> Any:
    return keras.Input((None, WIDTH), **arguments)


def stacked_lstms(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((None, WIDTH)),
            k.LSTM(4, return_sequences=True, dropout=0.2),
            k.Dropout(0.5),
            k.LSTM(5, activation="relu", recurrent_activation="hard_sigmoid", return_sequences=True),
            k.LSTM(3, use_bias=False),
            k.Dense(2, activation="softmax"),
        ],
        name="stacked",
    )


def char_rnn(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((None,), batch_size=2, dtype="int32"),
            k.Embedding(WORDS, 4),
            k.LSTM(5, return_sequences=True, stateful=True),
            k.GRU(4, return_sequences=True, stateful=True),
            k.TimeDistributed(k.Dense(WORDS, activation="softmax")),
        ]
    )


def masked_classifier(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            k.Embedding(WORDS, 4, mask_zero=True),
            k.SpatialDropout1D(0.3),
            k.Bidirectional(k.GRU(3, return_sequences=True)),
            k.BatchNormalization(),
            k.LSTM(4),
            k.Dense(1, activation="sigmoid"),
        ]
    )


def masking_then_rnn(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((5, WIDTH)),
            k.Masking(0.0),
            k.SimpleRNN(4, return_sequences=True, go_backwards=True),
            k.LayerNormalization(),
            k.GRU(3, reset_after=False, return_sequences=True),
            k.TimeDistributed(k.Dense(2)),
        ]
    )


def seq2seq(keras: Any) -> Any:
    k = keras.layers
    source, target = _sequence(keras, name="source"), _sequence(keras, name="target")
    _, h, c = k.LSTM(4, return_state=True, name="encoder")(source)
    decoded, _, _ = k.LSTM(4, return_sequences=True, return_state=True, name="decoder")(target, initial_state=[h, c])
    return keras.Model([source, target], k.Dense(WIDTH, activation="softmax")(decoded))


def seq2seq_of_ids(keras: Any) -> Any:
    k = keras.layers
    source, target = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    table = k.Embedding(WORDS, 4, mask_zero=True, name=_name(keras, "shared table", "shared/table"))
    _, forward, backward = k.Bidirectional(k.GRU(3, return_state=True), name=_name(keras, "the encoder", "enc/oder"))(
        table(source)
    )
    state = k.Concatenate()([forward, backward])
    decoded = k.GRU(6, return_sequences=True)(table(target), initial_state=state)
    return keras.Model([source, target], k.Dense(WORDS)(decoded))


def bidirectional_states(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    outputs = k.Bidirectional(k.LSTM(3, return_sequences=True, return_state=True), name="first")(x)
    y = k.Bidirectional(k.LSTM(3, return_sequences=True))(outputs[0], initial_state=outputs[1:])
    return keras.Model(x, [y, outputs[2], outputs[3]])


def explicit_backward_layer(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    both = k.Bidirectional(
        k.LSTM(3, return_sequences=True),
        backward_layer=k.GRU(3, return_sequences=True, go_backwards=True, activation="relu"),
        merge_mode="ave",
    )
    return keras.Model(x, both(x))


def merge_modes(keras: Any) -> Any:
    k = keras.layers
    x, plain = _sequence(keras, name="x"), _sequence(keras, name="plain")
    masked = k.Masking()(x)
    outputs = [
        k.Bidirectional(k.SimpleRNN(3, return_sequences=sequences), merge_mode=mode)(masked)
        for mode in ("sum", "mul", "ave", "concat")
        for sequences in (True, False)
    ]
    split = k.Bidirectional(k.GRU(2), merge_mode=None, name="split")(plain)
    return keras.Model([x, plain], [*outputs, *split])


def stack_of_cells(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    stack = k.RNN([k.LSTMCell(4), k.GRUCell(3), k.SimpleRNNCell(2)], return_sequences=True, name="stack")
    y = k.RNN(k.LSTMCell(3, name=_name(keras, "my cell", "my/cell")), go_backwards=True)(stack(x))
    return keras.Model(x, y)


def stack_of_equal_cells(keras: Any) -> Any:
    k = keras.layers
    cells = k.StackedRNNCells([k.LSTMCell(3), k.LSTMCell(4), k.LSTMCell(3)])
    return keras.Sequential([_sequence(keras), k.Bidirectional(k.RNN(cells, return_sequences=True)), k.GRU(2)])


def stack_states(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    outputs = k.RNN([k.LSTMCell(4), k.GRUCell(3)], return_state=True)(x)
    flat = [item for o in outputs for item in (o if isinstance(o, list | tuple) else [o])]
    return keras.Model(x, flat)


def siamese(keras: Any) -> Any:
    k = keras.layers
    left, right = _sequence(keras, name="left"), _sequence(keras, name="right")
    encoder = k.Bidirectional(k.LSTM(3), name="encoder")
    head = k.Dense(4, activation="tanh", name="head")
    a, b = head(encoder(left)), head(encoder(right))
    return keras.Model([left, right], [k.Subtract()([a, b]), k.Dot(1, normalize=True)([a, b])])


def siamese_of_models(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((None, WIDTH))
    inner = keras.Model(x, k.Dense(4, name="same")(k.GRU(5, name="rnn")(x)), name="tower")
    left, right = _sequence(keras), _sequence(keras)
    y = k.Concatenate(name="same")([inner(left), inner(right)])
    return keras.Model([left, right], k.Dense(2, name="rnn")(y))


def models_two_levels_deep(keras: Any) -> Any:
    k = keras.layers
    deepest = keras.Sequential([keras.Input((4,)), k.Dense(5, name="dense"), k.BatchNormalization()], name="deepest")
    x = keras.Input((None, WIDTH))
    y = k.LSTM(4, name="lstm")(x)
    middle = keras.Model(x, [deepest(y), y], name="middle")
    outer = _sequence(keras)
    a, b = middle(k.Dense(WIDTH, name="dense")(outer))
    return keras.Model(outer, k.Dense(2, name="lstm")(k.Concatenate()([a, b])))


def sequential_of_sequentials(keras: Any) -> Any:
    k = keras.layers
    first = keras.Sequential([keras.Input((None, WIDTH)), k.Conv1D(4, 2, padding="same"), k.BatchNormalization()])
    second = keras.Sequential([keras.Input((None, 4)), k.GRU(3, return_sequences=True), k.LSTM(2)], name="second")
    return keras.Sequential([keras.Input((None, WIDTH)), first, second, k.Dense(2)])


def frozen_layers(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((None, WIDTH))
    y = k.BatchNormalization(name="norm")(k.Dense(4, name="a", trainable=False)(x))
    y = k.Dense(4, name="b")(k.LSTM(4, name="c", trainable=False, return_sequences=True)(y))
    inner = keras.Model(x, k.LayerNormalization(name="d")(y), name="inner")
    inner.get_layer("norm").trainable = False
    outer = _sequence(keras)
    return keras.Model(outer, k.GRU(3, trainable=False)(inner(outer)))


def frozen_model(keras: Any) -> Any:
    k = keras.layers
    frozen = keras.Sequential(
        [keras.Input((None, WIDTH)), k.Dense(4), k.BatchNormalization(), k.GRU(4, return_sequences=True)], name="base"
    )
    frozen.trainable = False
    half = keras.Sequential([keras.Input((None, 4)), k.BatchNormalization(trainable=False), k.Dense(3)], name="half")
    return keras.Sequential([keras.Input((None, WIDTH)), frozen, half, k.LSTM(2)])


def frozen_inside_wrappers(keras: Any) -> Any:
    """Flags that Keras 3 and tf.keras weigh differently, in a model inside, where they decide the order of arrays."""
    k = keras.layers
    x = keras.Input((None, WIDTH))
    y = k.Bidirectional(k.GRU(3, return_sequences=True), trainable=False)(x)
    y = k.RNN([k.LSTMCell(3, trainable=False), k.GRUCell(3)], return_sequences=True)(y)
    y = k.RNN(k.LSTMCell(3), return_sequences=True, trainable=False)(y)
    y = k.TimeDistributed(k.Dense(3, trainable=False))(y)
    y = k.TimeDistributed(k.BatchNormalization())(y)
    y = k.TimeDistributed(k.Dense(3), trainable=False)(y)
    chain = keras.Sequential([keras.Input((3,)), k.Dense(3, trainable=False), k.BatchNormalization(), k.Dense(3)])
    y = k.TimeDistributed(chain)(y)
    inner = keras.Model(x, k.Bidirectional(k.LSTM(3, trainable=False))(y), name="inner")
    outer = _sequence(keras)
    cells = [k.GRUCell(3), k.GRUCell(3, trainable=False), k.GRUCell(3)]
    return keras.Model(outer, k.Add()([k.Dense(6)(k.RNN(cells)(outer)), inner(outer)]))


def frozen_afterwards(keras: Any) -> Any:
    """Frozen when they were built, as people do to train the rest on."""
    k = keras.layers
    x = keras.Input((None, WIDTH))
    layers = [
        k.Bidirectional(k.GRU(3, return_sequences=True)),
        k.RNN([k.LSTMCell(3), k.GRUCell(3)], return_sequences=True),
        k.TimeDistributed(k.BatchNormalization()),
        k.BatchNormalization(),
        k.Dense(3),
    ]
    y = x
    for layer in layers:
        y = layer(y)
    inner = keras.Model(x, k.LSTM(3)(y), name="inner")
    for layer in (layers[0], layers[1].cell.cells[0], layers[2], layers[3]):
        layer.trainable = False
    outer = _sequence(keras)
    return keras.Model(outer, inner(outer))


def odd_names(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras, name=_name(keras, "the input", "the.input"))
    y = k.Dense(3, name=_name(keras, "dense 1", "dense.1"))(x)
    z = k.Dense(3, name="dense_1")(y)
    y = k.Dense(3, name="dense-1")(k.Add(name=_name(keras, "été", "0"))([y, z]))
    y = k.LSTM(3, name=_name(keras, "a:b", "a/b"), return_sequences=True)(y)
    y = k.GRU(2, name="1.0", return_sequences=True)(y)
    y = k.SimpleRNN(2, name=_name(keras, "循环层", "a/b/c"))(y)
    return keras.Model(x, k.Dense(1, name="x" * 80)(y), name=_name(keras, "my model", "my.model"))


def names_that_look_like_states(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras, name="lstm")
    y, h, c = k.LSTM(3, return_state=True, name="lstm.state_h")(x)
    return keras.Model(x, [k.Dense(2, name="lstm_state_h")(y), k.Add(name="0")([h, c])])


def names_of_nested_models_that_collide(keras: Any) -> Any:
    k = keras.layers
    inner = keras.Sequential([keras.Input((4,)), k.Dense(4, name="b_c")], name="a")
    other = keras.Sequential([keras.Input((4,)), k.Dense(4, name="c")], name="a_b")
    x = keras.Input((None, WIDTH))
    y = k.Dense(4, name="a_b_c")(k.LSTM(4)(x))
    return keras.Model(x, k.Dense(1)(other(inner(y))))


def many_of_a_kind(keras: Any) -> Any:
    """More than ten layers of a class: their numbers do not sort as text."""
    k = keras.layers
    x = _sequence(keras)
    y = x
    for width in (4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3):
        y = k.Dense(width, activation="tanh")(y)
    return keras.Model(x, k.GRU(2)(y))


def several_outputs(keras: Any) -> Any:
    k = keras.layers
    x, extra = _sequence(keras, name="main"), keras.Input((2,), name="extra")
    y, state = k.GRU(4, return_sequences=True, return_state=True)(x)
    joined = k.Concatenate()([state, extra])
    return keras.Model([extra, x], [k.Dense(1, name="second")(joined), y, k.Dense(2, name="first")(joined), state])


def outputs_twice_and_inputs(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    y = k.LSTM(3)(x)
    z = k.Dense(2)(y)
    return keras.Model(x, [z, y])


def time_distributed_model(keras: Any) -> Any:
    k = keras.layers
    inner = keras.Sequential(
        [
            keras.Input((6, 5, 1)),
            k.Conv2D(2, 3, activation="relu", padding="same"),
            k.MaxPooling2D(2),
            k.BatchNormalization(),
            k.Flatten(),
            k.Dense(4),
        ],
        name="frames",
    )
    return keras.Sequential([keras.Input((None, 6, 5, 1)), k.TimeDistributed(inner), k.LSTM(3)])


def time_distributed_functional(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((7, WIDTH))
    inner = keras.Model(x, k.Dense(2)(k.Flatten()(k.Conv1D(2, 3)(x))))
    video = keras.Input((None, 7, WIDTH))
    return keras.Model(video, k.Bidirectional(k.GRU(2, return_sequences=True))(k.TimeDistributed(inner)(video)))


def time_distributed_recurrent(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((4, 5, WIDTH)),
            k.TimeDistributed(k.Bidirectional(k.LSTM(2))),
            k.TimeDistributed(k.BatchNormalization()),
            k.GRU(3),
        ]
    )


def convlstm_video(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((None, 5, 6, 2)),
            k.ConvLSTM2D(3, (3, 2), padding="same", return_sequences=True, recurrent_activation="hard_sigmoid"),
            k.BatchNormalization(),
            k.ConvLSTM2D(2, 3, strides=2, padding="valid"),
            k.Flatten(),
            k.Dense(2),
        ]
    )


def convlstm_states(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((4, 5, 6, 2))
    y = k.Bidirectional(k.ConvLSTM2D(2, 3, padding="same", return_sequences=True))(x)
    y = k.ConvLSTM2D(2, 2, padding="same", return_sequences=True, return_state=True)(y)
    return keras.Model(x, y)


def cnn_lstm(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((12, WIDTH))
    y = k.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    y = k.MaxPooling1D(2, padding="same")(k.BatchNormalization()(y))
    y = k.SeparableConv1D(5, 3, depth_multiplier=2)(k.ZeroPadding1D((1, 2))(y))
    y = k.AveragePooling1D(2)(k.UpSampling1D(2)(k.Cropping1D((0, 1))(y)))
    y = k.Conv1DTranspose(3, 3, strides=2)(y)
    y = k.DepthwiseConv1D(3)(y) if hasattr(k, "DepthwiseConv1D") else y
    y = k.LSTM(4, return_sequences=True)(k.LeakyReLU(0.2)(y))
    outputs = [k.GlobalMaxPooling1D()(y), k.GlobalAveragePooling1D()(k.PReLU(shared_axes=[1])(y))]
    return keras.Model(x, k.Concatenate()([*outputs, k.Flatten()(k.ELU(0.5)(y))]))


def speech(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((16, 8, 1))
    y = k.Conv2D(4, (3, 5), strides=(2, 1), padding="same")(x)
    y = k.ReLU(max_value=6.0)(k.BatchNormalization()(y))
    y = k.DepthwiseConv2D(3, padding="same")(y)
    y = k.AveragePooling2D((1, 2))(k.Conv2DTranspose(2, 3, strides=1)(y))
    y = k.TimeDistributed(k.Flatten())(y)
    y = k.Bidirectional(k.GRU(4, return_sequences=True), merge_mode="sum")(y)
    return keras.Model(x, k.Softmax()(k.Dense(7)(y)))


def speech_reshaped(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((10, 6, 1))
    y = k.MaxPooling2D((2, 1))(k.Conv2D(3, 3, padding="same", activation="relu")(x))
    y = k.Reshape((5, -1))(k.Permute((1, 3, 2))(y))
    return keras.Model(x, k.Dense(5, activation="softmax")(k.LSTM(4, return_sequences=True)(y)))


def autoencoder(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [
            keras.Input((6, WIDTH)),
            k.LSTM(5, activation="relu", return_sequences=True),
            k.LSTM(2, activation="relu"),
            k.RepeatVector(6),
            k.LSTM(2, activation="relu", return_sequences=True),
            k.LSTM(5, activation="relu", return_sequences=True),
            k.TimeDistributed(k.Dense(WIDTH)),
        ]
    )


def attention(keras: Any) -> Any:
    k = keras.layers
    source, target = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    table = k.Embedding(WORDS, 4, mask_zero=True)
    encoded = k.LSTM(4, return_sequences=True)(table(source))
    decoded = k.LSTM(4, return_sequences=True)(table(target))
    context = k.Attention(use_scale=True)([decoded, encoded])
    other = k.AdditiveAttention()([decoded, encoded])
    return keras.Model([source, target], k.Dense(3)(k.Concatenate()([decoded, context, other])))


def attention_by_hand(keras: Any) -> Any:
    """The pattern of many repositories: scores, softmax over time, weighted sum."""
    k = keras.layers
    x = keras.Input((5, WIDTH))
    y = k.LSTM(4, return_sequences=True)(x)
    scores = k.Activation("softmax")(k.Flatten()(k.Dense(1, activation="tanh")(y)))
    weights = k.Permute((2, 1))(k.RepeatVector(4)(scores))
    context = k.GlobalAveragePooling1D()(k.Multiply()([y, weights]))
    return keras.Model(x, k.Dense(2)(context))


def captioning(keras: Any) -> Any:
    k = keras.layers
    image, text = keras.Input((8,), name="image"), keras.Input((6,), name="text", dtype="int32")
    features = k.Dense(4, activation="relu")(k.Dropout(0.5)(image))
    words = k.LSTM(4)(k.Dropout(0.5)(k.Embedding(WORDS, 4, mask_zero=True)(text)))
    joined = k.Add()([features, words])
    return keras.Model([image, text], k.Dense(WORDS, activation="softmax")(k.Dense(4, activation="relu")(joined)))


def masked_merges(keras: Any) -> Any:
    k = keras.layers
    a, b = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    x, y = k.Embedding(WORDS, 3, mask_zero=True)(a), k.Embedding(WORDS, 3, mask_zero=True)(b)
    joined = k.Concatenate()([x, y])
    added = k.Average()([k.Maximum()([x, y]), k.Minimum()([x, y])])
    return keras.Model([a, b], [k.LSTM(3)(joined), k.GRU(2, return_sequences=True)(added)])


def noise_and_regularizers(keras: Any) -> Any:
    k, r, c = keras.layers, keras.regularizers, keras.constraints
    return keras.Sequential(
        [
            keras.Input((None, WIDTH)),
            k.GaussianNoise(0.1),
            k.LSTM(
                4,
                return_sequences=True,
                kernel_regularizer=r.L1L2(0.1, 0.2),
                recurrent_regularizer=r.L2(0.1),
                kernel_constraint=c.MaxNorm(2.0, axis=1),
                bias_initializer=keras.initializers.RandomUniform(-1, 1, seed=3),
                activity_regularizer="l2",
                recurrent_dropout=0.3,
            ),
            k.GaussianDropout(0.2),
            k.AlphaDropout(0.1),
            k.ActivityRegularization(l1=0.1),
            k.GRU(3, kernel_initializer=keras.initializers.VarianceScaling(2.0, "fan_out")),
        ]
    )


def activations(keras: Any) -> Any:
    k = keras.layers
    x = _sequence(keras)
    names = ["relu", "elu", "selu", "softplus", "softsign", "exponential", "gelu", "swish", "linear", "hard_sigmoid"]
    outputs = [k.Activation(name, name=f"act_{name}")(k.Dense(2)(x)) for name in names]
    outputs += [k.SimpleRNN(2, activation=name)(x) for name in ("relu", "sigmoid", "softsign")]
    return keras.Model(x, outputs)


def an_activation_as_a_layer(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential([keras.Input((None, WIDTH)), k.GRU(3, return_sequences=True), k.Activation("softmax")])


def channels_first(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((2, 5, WIDTH))
    y = k.Flatten(data_format="channels_first")(k.ZeroPadding2D(1)(x))
    return keras.Model(x, k.Dense(3)(y))


def unrolled(keras: Any) -> Any:
    k = keras.layers
    return keras.Sequential(
        [keras.Input((4, WIDTH)), k.Masking(), k.GRU(3, unroll=True, return_sequences=True), k.LSTM(3, unroll=True)]
    )


def shared_recurrent_layer_in_a_stack(keras: Any) -> Any:
    """One layer called on its own output: weights are kept once."""
    k = keras.layers
    x = _sequence(keras)
    layer = k.LSTM(WIDTH, return_sequences=True, name="again")
    return keras.Model(x, k.GRU(2)(layer(layer(layer(x)))))


def nested_model_called_with_states(keras: Any) -> Any:
    k = keras.layers
    x, h = keras.Input((None, WIDTH)), keras.Input((4,))
    inner = keras.Model([x, h], k.GRU(4, return_sequences=True, return_state=True)(x, initial_state=h), name="step")
    outer, start = _sequence(keras), keras.Input((2,))
    y, state = inner([outer, k.Dense(4)(start)])
    return keras.Model([outer, start], [y, k.Dense(2)(state)])


def layers_built_and_not_used(keras: Any) -> Any:
    """A model cut out of a larger one keeps what its outputs need alone."""
    k = keras.layers
    x = _sequence(keras)
    y = k.LSTM(4, return_sequences=True)(x)
    whole = keras.Model(x, k.Dense(3)(k.GRU(2)(y)))
    return keras.Model(whole.input, whole.layers[1].output)


def one_step(keras: Any) -> Any:
    k = keras.layers
    x, h, c = keras.Input((1, WIDTH)), keras.Input((4,), name="h"), keras.Input((4,), name="c")
    y, new_h, new_c = k.LSTM(4, return_state=True)(x, initial_state=[h, c])
    return keras.Model([x, h, c], [k.Dense(WIDTH)(y), new_h, new_c])


def embedding_of_matrices(keras: Any) -> Any:
    k = keras.layers
    ids = keras.Input((4, 5), dtype="int32")
    y = k.TimeDistributed(k.Bidirectional(k.LSTM(2)))(k.Embedding(WORDS, 3)(ids))
    return keras.Model(ids, k.GRU(3)(y))


def document_classifier(keras: Any) -> Any:
    """Hierarchical: sentences of words by a model inside TimeDistributed."""
    k = keras.layers
    words = keras.Input((5,), dtype="int32")
    y = k.Dense(3, activation="tanh")(k.GRU(4)(k.Embedding(WORDS, 4)(words)))
    sentence = keras.Model(words, y)
    text = keras.Input((4, 5), dtype="int32")
    return keras.Model(text, k.Dense(2)(k.Bidirectional(k.GRU(3))(k.TimeDistributed(sentence)(text))))


def deep_emotions(keras: Any) -> Any:
    """Skip connections around two recurrent layers, as DeepMoji has them."""
    k = keras.layers
    ids = keras.Input((7,), dtype="int32")
    x = k.Activation("tanh")(k.Embedding(WORDS, 4, mask_zero=True)(ids))
    one = k.Bidirectional(k.LSTM(3, return_sequences=True), name="bi_lstm_0")(x)
    two = k.Bidirectional(k.LSTM(3, return_sequences=True), name="bi_lstm_1")(one)
    y = k.Concatenate()([two, one, x])
    return keras.Model(ids, k.Dense(3, activation="softmax")(k.LSTM(4)(y)))


def a_single_layer(keras: Any) -> Any:
    return keras.Sequential([keras.Input((None, WIDTH)), keras.layers.LSTM(4, return_sequences=True)])


def without_input_layer(keras: Any) -> Any:
    model = keras.Sequential([keras.layers.GRU(3, return_sequences=True), keras.layers.Dense(2)], name="late")
    model.build((None, 5, WIDTH))
    return model


def bidirectional_stateful(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((4, WIDTH), batch_size=2)
    y = k.Bidirectional(k.LSTM(3, stateful=True, return_sequences=True))(x)
    return keras.Model(x, k.GRU(2, stateful=True)(y))


def normalization_of_all_kinds(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((5, 4))
    y = k.BatchNormalization(scale=False)(k.BatchNormalization(center=False, axis=1)(x))
    y = k.LayerNormalization(axis=[1, 2])(k.LayerNormalization(center=False, epsilon=0.1)(y))
    y = k.BatchNormalization(center=False, scale=False)(y)
    return keras.Model(x, k.LSTM(3)(y))


def plain_feed_forward(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((6,))
    y = k.Reshape((-1, 2))(k.Dense(6, activation="relu")(x))
    y = k.Concatenate(axis=1)([y, k.Multiply()([y, y])])
    return keras.Model(x, k.Dot(axes=(1, 1))([k.SimpleRNN(3, return_sequences=True)(y), y]))


def embedding_outside_a_model(keras: Any) -> Any:
    """A mask goes into a model inside, and out of it."""
    k = keras.layers
    x = keras.Input((None, 4))
    inner = keras.Model(x, k.Dense(4)(k.LSTM(4, return_sequences=True)(x)), name="inner")
    chain = keras.Sequential([keras.Input((None, 4)), k.GRU(3, return_sequences=True), k.Dropout(0.1)], name="chain")
    ids = keras.Input((None,), dtype="int32")
    y = k.Embedding(WORDS, 4, mask_zero=True)(ids)
    return keras.Model(ids, k.SimpleRNN(3)(chain(inner(inner(y)))))


def embedding_inside_a_model(keras: Any) -> Any:
    k = keras.layers
    ids = keras.Input((None,), dtype="int32")
    words = keras.Model(ids, k.Embedding(WORDS, 4, mask_zero=True)(ids), name="words")
    chain = keras.Sequential([keras.Input((None,), dtype="int32"), k.Embedding(WORDS, 3, mask_zero=True)])
    one, two = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    y = k.Concatenate()([k.LSTM(3)(words(one)), k.GRU(2)(words(two)), k.SimpleRNN(2)(chain(two))])
    return keras.Model([one, two], y)


def outputs_that_are_models(keras: Any) -> Any:
    """Calls of a model inside as outputs and as inputs of others: the Kerases count them differently."""
    k = keras.layers
    x = keras.Input((None, WIDTH))
    inner = keras.Model(x, [k.GRU(4)(x), k.Dense(WIDTH, activation="tanh")(x)], name="inner")
    chain = keras.Sequential([keras.Input((None, WIDTH)), k.LSTM(2)], name="chain")
    left, right = _sequence(keras), _sequence(keras)
    a, again = inner(left)
    b, last = inner(again)
    c, _ = inner(right)
    d, e = chain(last), chain(right)
    return keras.Model([left, right], [b, a, c, e, k.Add()([a, b]), d])


def bidirectional_of_everything(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((5, WIDTH))
    y = k.Bidirectional(k.SimpleRNN(3, return_sequences=True, activation="relu"), name="one")(x)
    y = k.TimeDistributed(k.Dense(4, activation="relu"), name="two")(y)
    y = k.Bidirectional(k.RNN(k.GRUCell(2), return_sequences=True), merge_mode="mul", name="three")(y)
    return keras.Model(x, k.Bidirectional(k.LSTM(2, use_bias=False), merge_mode="sum", name="four")(y))


def named_states(keras: Any) -> Any:
    """Keras numbers states; a layer has the name that a state would get."""
    k = keras.layers
    x = _sequence(keras)
    y, h, c = k.LSTM(3, return_state=True, return_sequences=True, name="lstm")(x)
    z = k.Bidirectional(k.GRU(2, return_state=True), name="lstm_state")(y)
    return keras.Model(x, [c, h, *z])


def dropout_everywhere(keras: Any) -> Any:
    k = keras.layers
    cell = k.LSTMCell(3, dropout=0.2, recurrent_dropout=0.3)
    return keras.Sequential(
        [
            keras.Input((5, 4)),
            k.Dropout(0.1, noise_shape=(None, 1, 4), seed=1),
            k.SpatialDropout1D(0.2),
            k.RNN([cell, k.GRUCell(2, dropout=0.1)], return_sequences=True),
            k.Bidirectional(k.LSTM(2, dropout=0.1, recurrent_dropout=0.1)),
            k.Dropout(0.3, seed=7),
            k.Dense(2),
        ]
    )


def convlstm_of_every_rank(keras: Any) -> Any:
    k = keras.layers
    x, z = keras.Input((3, 6, 2)), keras.Input((2, 3, 4, 3, 1))
    y = k.ConvLSTM1D(2, 3, padding="same", dilation_rate=2)(x)
    v = k.ConvLSTM3D(2, 2, strides=(1, 2, 1), padding="same", return_sequences=True)(z)
    return keras.Model([x, z], [y, v])


def conv_encoder_decoder(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((8, 8, 2))
    y = k.Conv2D(3, 3, strides=2, padding="same", activation="relu")(x)
    y = k.SpatialDropout2D(0.2)(k.BatchNormalization()(y))
    y = k.Conv2DTranspose(3, 3, strides=2, padding="same")(y)
    y = k.Concatenate()([y, k.UpSampling2D(2)(k.AveragePooling2D(2)(x))])
    y = k.ZeroPadding2D(((1, 0), (0, 1)))(k.PReLU(shared_axes=[1, 2])(y))
    return keras.Model(x, [k.GlobalMaxPooling2D()(y), k.GlobalAveragePooling2D()(y)])


def volumes(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((4, 6, 6, 1))
    y = k.MaxPooling3D((1, 2, 2))(k.Conv3D(2, 3, padding="same")(x))
    y = k.TimeDistributed(k.Flatten())(y)
    return keras.Model(x, k.GRU(3)(y))


def windows(keras: Any) -> Any:
    """Grouped and dilated convolutions around recurrent layers."""
    k = keras.layers
    x = keras.Input((None, 4))
    y = k.Conv1D(6, 3, padding="causal", groups=2)(x)
    y = k.Conv1D(4, 2, strides=2, padding="causal", use_bias=False, activation="relu")(y)
    return keras.Model(x, k.LSTM(2, return_sequences=True)(y))


def wavenet(keras: Any) -> Any:
    k = keras.layers
    x = keras.Input((None, 4))
    y, skips = x, []
    for rate in (1, 2, 4):
        tanh = k.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="tanh")(y)
        gate = k.Conv1D(4, 2, padding="causal", dilation_rate=rate, activation="sigmoid")(y)
        z = k.Conv1D(4, 1)(k.Multiply()([tanh, gate]))
        skips.append(z)
        y = k.Add()([y, z])
    return keras.Model(x, k.GRU(3)(k.Activation("relu")(k.Add()(skips))))


def tagger_without_crf(keras: Any) -> Any:
    """Characters and words, side by side, as taggers have them below a CRF."""
    k = keras.layers
    words, characters = keras.Input((4,), dtype="int32"), keras.Input((4, 6), dtype="int32")
    a = k.Embedding(WORDS, 4)(words)
    b = k.TimeDistributed(k.Embedding(WORDS, 3))(characters)
    b = k.TimeDistributed(k.Conv1D(3, 3, padding="same"))(b)
    b = k.TimeDistributed(k.GlobalMaxPooling1D())(b)
    y = k.SpatialDropout1D(0.3)(k.Concatenate()([a, b]))
    y = k.Bidirectional(k.LSTM(3, return_sequences=True, recurrent_dropout=0.6))(y)
    return keras.Model([words, characters], k.TimeDistributed(k.Dense(5, activation="softmax"))(y))


ARCHITECTURES: dict[str, Build] = {
    name: build
    for name, build in dict(globals()).items()
    if callable(build) and getattr(build, "__module__", "") == __name__ and not name.startswith("_")
}
