"""W4xx: binding arrays to the weights of a model."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "W401",
        "not a weights file",
        "A store is an .npz, a .safetensors or a Keras .h5 file. Which one it is, its first bytes say; "
        "the name does not matter. Pickles, and so PyTorch checkpoints, are never read: they could run "
        "any code.",
        "specc compile model.yaml -o model.onnx --weights checkpoint.pt",
        "specc compile model.yaml -o model.onnx --weights checkpoint.safetensors",
    ),
    Rule(
        "W402",
        "the weights file is damaged",
        "The file breaks the rules of its own format: it is cut short, its header and its size "
        "disagree, or an array that it names is not in it. Most often a download or a copy was "
        "interrupted.",
        "specc compile model.yaml -o model.onnx --weights half-downloaded.h5",
        "specc compile model.yaml -o model.onnx --weights downloaded-again.h5",
    ),
    Rule(
        "W403",
        "the weights file is refused",
        "The file asks for something that plain weights never need and that is not safe with files of "
        "strangers: a link or a dataset that reads another file, a filter that loads code, an encrypted "
        "member, or room far beyond its own size. specc reads none of it.",
        'file["lstm"] = h5py.ExternalLink("/etc/passwd", "/")',
        'file["lstm/kernel"] = kernel',
    ),
    Rule(
        "W404",
        "an array is missing",
        "A store holds every weight of the model; specc does not fill gaps with random numbers. In .npz "
        "and .safetensors files the names are <layer>/<weight>.",
        'numpy.savez("w.npz", **{"lstm/kernel": kernel})',
        'numpy.savez("w.npz", **{"lstm/kernel": kernel, "lstm/recurrent_kernel": recurrent})',
    ),
    Rule(
        "W405",
        "no layer takes an array",
        "The store holds an array, or a whole layer, whose name the model does not declare. A name that "
        "is nearly right is reported once, here, and not as a missing array too.",
        'numpy.savez("w.npz", **{"dense/kernle": kernel, "dense/bias": bias})',
        'numpy.savez("w.npz", **{"dense/kernel": kernel, "dense/bias": bias})',
    ),
    Rule(
        "W406",
        "an array has another shape",
        "The array in the file does not have the shape that the layer declares: the file belongs to a "
        "layer of another width, another input or another kind. Shapes are compared before anything is "
        "read. A wrong width is reported once, at the field that decides it, and not again for each "
        "array that follows from it.",
        "- {type: LSTM, units: 32}  # the file holds 24 units",
        "- {type: LSTM, units: 24}",
    ),
    Rule(
        "W407",
        "an array is not of floats",
        "Weights are float32; float16, bfloat16 and float64 are converted. Whole numbers, complex "
        "numbers, text and Python objects are not weights, and quantized ones cannot be told apart from "
        "mistakes.",
        'numpy.savez("w.npz", **{"dense/kernel": numpy.ones((4, 2), "int64"), "dense/bias": bias})',
        'numpy.savez("w.npz", **{"dense/kernel": numpy.ones((4, 2), "float32"), "dense/bias": bias})',
    ),
    Rule(
        "W408",
        "the file has another number of layers",
        "A Keras file is bound as Keras binds it: layers without weights are dropped on both sides, and "
        "the rest must agree in number and order. Names do not count.",
        "layers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}  # the file holds an LSTM and a Dense",
        "layers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n  - {type: Dense, units: 1}",
    ),
    Rule(
        "W409",
        "a layer has another number of arrays",
        "A layer in the Keras file holds more or fewer arrays than the layer of the model that stands "
        "in its place. Most often one has a bias and the other has none, or the order of the layers "
        "differs.",
        "- {type: LSTM, units: 32, use_bias: false}  # the file holds kernel, recurrent_kernel and bias",
        "- {type: LSTM, units: 32}",
    ),
    Rule(
        "W410",
        "the biases of a GRU contradict reset_after",
        "A GRU with reset_after: true has two rows of biases, (2, 3 * units), one with false has (3 * "
        "units,). The two compute different things, so the file decides: Keras before 2.1.5 knew false "
        "alone, tf.keras defaults to true, CuDNNGRU is always true.",
        "- {type: GRU, units: 16, reset_after: false}  # the file holds a bias (2, 48)",
        "- {type: GRU, units: 16, reset_after: true}",
    ),
    Rule(
        "W411",
        "an initializer does not fit its weight",
        "Some initializers need a shape: orthogonal a matrix, identity a matrix too, and a square one "
        "in keras1 (one that squares fill, in keras2). Arguments must be numbers that float32 can hold.",
        "- {type: Dense, units: 4, bias_initializer: identity}",
        "- {type: Dense, units: 4, bias_initializer: zeros}",
    ),
    Rule(
        "W412",
        "weights are not finite",
        "A warning: the file holds nan or infinite values, as training that diverged leaves them, or "
        "float64 values beyond 3.4e38, which become infinite. The model is compiled as it is.",
        "specc compile model.yaml -o model.onnx --weights epoch-40-diverged.h5",
        "specc compile model.yaml -o model.onnx --weights epoch-12.h5",
    ),
    Rule(
        "W413",
        "the weights are a cuDNN layer's",
        "A warning: the file holds a CuDNNLSTM or CuDNNGRU, known by the size of its bias. Its arrays "
        "are put in the order of the plain layer. Such a layer always computed with sigmoid gates and "
        "tanh, while LSTM and GRU default to hard_sigmoid in keras1 and keras2.",
        "- {type: LSTM, units: 32}",
        "- {type: LSTM, units: 32, recurrent_activation: sigmoid}",
    ),
    Rule(
        "W414",
        "the file lists the same layers in another order",
        "A warning: the Keras file has layers of the same names as the model, in another order. They "
        "are bound by order, as Keras does it, so a layer takes the arrays of another.",
        "layers: [{type: Dense, name: b, units: 4}, {type: Dense, name: a, units: 4}]  # the file: a, b",
        "layers: [{type: Dense, name: a, units: 4}, {type: Dense, name: b, units: 4}]",
    ),
)
