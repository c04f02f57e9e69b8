"""K7xx: architectures and models that Keras wrote."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule


def _sequential(*layers: str, top: str = "") -> str:
    """A small architecture: a Sequential of these layers. top: other keys at its top level."""
    listed = ",\n  ".join(layers)
    return f'{{"class_name": "Sequential", {top}"config": {{"name": "model", "layers": [\n  {listed}]}}}}\n'


def _layer(class_name: str, arguments: str) -> str:
    return f'{{"class_name": "{class_name}", "config": {{{arguments}}}}}'


def _network(*layers: str) -> str:
    """A functional architecture from the input `x` to the output `y`."""
    listed = ",\n  ".join((_INPUT, *layers))
    ends = '"input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]'
    return f'{{"class_name": "Model", "config": {{"name": "model", "layers": [\n  {listed}], {ends}}}}}\n'


def _called(class_name: str, arguments: str, nodes: str) -> str:
    config = f'"config": {{{arguments}}}'
    return f'{{"class_name": "{class_name}", "name": "y", {config}, "inbound_nodes": {nodes}}}'


_INPUT = (
    '{"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, 5, 3]}, '
    '"inbound_nodes": []}'
)
_SHAPE = '"batch_input_shape": [null, 5, 3]'
_LSTM = _layer("LSTM", f'"name": "lstm", "units": 2, {_SHAPE}')

RULES: tuple[Rule, ...] = (
    Rule(
        "K700",
        "not written as Keras writes it",
        "The file looks like an architecture of Keras, and then something is not where every Keras puts it: a layer"
        " without a class, a model without layers, a call that is no call.",
        bad='{"class_name": "Sequential", "config": {"name": "model"}}\n',
        good=_sequential(_LSTM),
    ),
    Rule(
        "K701",
        "weights without an architecture",
        "The file holds arrays alone: model.save_weights wrote it. What to compute with them stands in the"
        " architecture, which model.to_json writes, or in a spec.",
        bad="specc compile weights.h5 -o model.onnx",
        good="specc compile model.json --weights weights.h5 -o model.onnx",
    ),
    Rule(
        "K710",
        "layer that specc lacks",
        "The model has a layer, or is a model, of a class that specc does not know: one of the author's own, whose"
        " code is not in the file, or one of Keras beyond what specc compiles. Its config alone does not say what it"
        " computes.",
        bad=_sequential(_LSTM, _layer("Custom>MyAttention", '"name": "a"')),
        good=_sequential(_LSTM),
    ),
    Rule(
        "K711",
        "code in the model",
        "A Lambda layer holds Python code, and an operation on tensors is a function by its name. specc runs no code"
        " from a file, and compiles layers only. The masks that Keras 3 writes out as operations are understood.",
        bad=_sequential(_LSTM, _layer("Lambda", '"name": "twice", "function": "4wEAAAA="')),
        good=_sequential(_LSTM, _layer("Activation", '"name": "squash", "activation": "tanh"')),
    ),
    Rule(
        "K712",
        "argument that no layer of this class has",
        "The config of a layer holds a key that specc does not know, so nobody can say whether it changes what the"
        " layer computes. Keys that change no result (types, seeds, shapes, names) are left out by name.",
        bad=_sequential(_layer("LSTM", f'"name": "lstm", "units": 2, "peephole": true, {_SHAPE}')),
        good=_sequential(_LSTM),
    ),
    Rule(
        "K713",
        "something that specc cannot do",
        "The layer is known, and asks for something that specc does not compute: time on the first axis, a merge by"
        " a function, an activation of the author's own, a whole model inside a wrapper.",
        bad=_sequential(_layer("LSTM", f'"name": "lstm", "units": 2, "time_major": true, {_SHAPE}')),
        good=_sequential(_LSTM),
    ),
    Rule(
        "K714",
        "call that a spec cannot say",
        "A layer is called with an argument that a spec cannot name. Recurrent layers take `initial_state` and a"
        " `mask` that is an input, or ids that are not 0; masks of Embedding and Masking are handed on without being"
        " named.",
        bad=_network(_called("Dense", '"name": "y", "units": 2', '[[["x", 0, 0, {"scale": 2}]]]')),
        good=_network(_called("Dense", '"name": "y", "units": 2', '[[["x", 0, 0, {}]]]')),
    ),
    Rule(
        "K716",
        "call that leads nowhere",
        "The config refers to a call, a layer or an output that it does not hold, or layers take what is made of their"
        " own outputs.",
        bad=_network(_called("Dense", '"name": "y", "units": 2', '[[["z", 0, 0, {}]]]')),
        good=_network(_called("Dense", '"name": "y", "units": 2', '[[["x", 0, 0, {}]]]')),
    ),
    Rule(
        "K717",
        "calls without bounds",
        "Models that call models again and again make more layers than any machine can hold, out of a small file.",
        bad="specc validate forty-models-that-call-each-other-twice.json",
        good="specc validate one-model-that-calls-its-encoder-twice.json",
    ),
    Rule(
        "K718",
        "model without an input shape",
        "The model was saved before it was built, so the file does not say how wide its input is.",
        bad=_sequential(_layer("LSTM", '"name": "lstm", "units": 2')),
        good=_sequential(_LSTM),
    ),
    Rule(
        "K720",
        "architecture without weights",
        "A warning: the file holds the architecture alone, so the weights are drawn from the seeded initializers, as"
        " for a spec that names no weights.",
        bad="specc compile model.json -o model.onnx",
        good="specc compile model.json --weights weights.h5 -o model.onnx",
    ),
    Rule(
        "K721",
        "other precision than float32",
        "A warning: Keras computes this model in another precision, such as mixed_float16. specc computes in float32,"
        " which differs in the last digits.",
        bad=_sequential(_layer("LSTM", f'"name": "lstm", "units": 2, "dtype": "mixed_float16", {_SHAPE}')),
        good=_sequential(_LSTM),
    ),
    Rule(
        "K722",
        "initializer, regularizer or constraint left out",
        "A warning: the layer starts or keeps its weights by something that specc does not know. With stored weights"
        " that changes no output, so the model is compiled without it.",
        bad=_sequential(_layer("LSTM", f'"name": "lstm", "units": 2, "kernel_initializer": "my_law", {_SHAPE}')),
        good=_sequential(_LSTM),
    ),
)
