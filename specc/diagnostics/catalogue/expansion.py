"""V240 to V255: vars, blocks, fragments, defaults and expectations."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

_LSTM = "  - {type: LSTM, units: 32, input_shape: [10, 64]}\n"

RULES: tuple[Rule, ...] = (
    Rule(
        "V240",
        "var with a name or a value that no var may have",
        "A var has a name of letters, digits and underscores, and is a number, a text, true, false or a list of"
        " these; in a list, null is an unknown size. Layers to be used again stand in a fragment, see `include`.",
        bad="specc: 1\nvars: {lstm: {units: 32}}\nlayers:\n" + _LSTM,
        good='specc: 1\nvars: {units: 32}\nlayers:\n  - {type: LSTM, units: "${units}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V241",
        "no such var",
        "`${…}` takes the names under `vars`, those that an `include` sets and, inside a `repeat` block, `index` and"
        " the name after `as`. A text that should hold `${` itself writes `$${`.",
        bad='specc: 1\nvars: {units: 32}\nlayers:\n  - {type: LSTM, units: "${unit}", input_shape: [10, 64]}\n',
        good='specc: 1\nvars: {units: 32}\nlayers:\n  - {type: LSTM, units: "${units}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V242",
        "expression that cannot be read",
        "Between `${` and `}` stand names, whole numbers, + - * / // %, a minus before a value, and parentheses."
        " There is nothing else: no calls, no parts of a value, no texts.",
        bad="specc: 1\nvars: {units: 32}\nlayers:\n"
        '  - {type: LSTM, units: "${max(units, 8)}", input_shape: [10, 64]}\n',
        good="specc: 1\nvars: {units: 32}\nlayers:\n"
        '  - {type: LSTM, units: "${2 * (units + 8)}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V243",
        "expression without a value",
        "Arithmetic takes whole numbers and gives whole numbers of 64 bits. `/` divides without a rest, `//` rounds"
        " down and `%` is its rest. A list cannot stand inside a longer text.",
        bad='specc: 1\nvars: {units: 33}\nlayers:\n  - {type: LSTM, units: "${units / 2}", input_shape: [10, 64]}\n',
        good='specc: 1\nvars: {units: 33}\nlayers:\n  - {type: LSTM, units: "${units // 2}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V244",
        "vars in a circle",
        "A var may refer to other vars, in any order, but not by way of others to itself.",
        bad='specc: 1\nvars: {units: "${width}", width: "${units}"}\nlayers:\n'
        '  - {type: LSTM, units: "${units}", input_shape: [10, 64]}\n',
        good='specc: 1\nvars: {units: "${width}", width: 32}\nlayers:\n'
        '  - {type: LSTM, units: "${units}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V245",
        "unused var",
        "A warning: nothing refers to the var, so that changing it changes nothing. Perhaps a value was written out"
        " where the var was meant.",
        bad="specc: 1\nvars: {units: 32}\nlayers:\n" + _LSTM,
        good='specc: 1\nvars: {units: 32}\nlayers:\n  - {type: LSTM, units: "${units}", input_shape: [10, 64]}\n',
    ),
    Rule(
        "V246",
        "block that cannot be repeated",
        "A block in the list of layers has `repeat`, a whole number from 0 on or a list of values, and `layers`."
        " `as` names the value of each round, which is its number where `repeat` is a number; a list needs it.",
        bad="specc: 1\nlayers:\n  - {type: Input, shape: [10, 64]}\n"
        "  - repeat: twice\n    layers: [{type: LSTM, units: 32, return_sequences: true}]\n",
        good="specc: 1\nlayers:\n  - {type: Input, shape: [10, 64]}\n"
        "  - repeat: 2\n    layers: [{type: LSTM, units: 32, return_sequences: true}]\n",
    ),
    Rule(
        "V247",
        "fragment outside the spec's folder",
        "A spec may come from a stranger, so the files that it includes lie in its own folder or below, links"
        " followed. Their names start at that folder, in fragments too. A spec from stdin has no folder, unless"
        " `--stdin-filename` gives it one.",
        bad="specc: 1\nlayers:\n  - include: ../encoder.yaml\n",
        good="specc: 1\nlayers:\n  - include: encoder.yaml\n",
    ),
    Rule(
        "V248",
        "fragment that cannot be taken",
        "A fragment is a file in YAML or JSON that holds a list of layers, or a mapping with such a list under"
        " `layers`. A whole spec is none.",
        bad="specc: 1\nlayers:\n  - include: encodre.yaml\n",
        good="specc: 1\nlayers:\n  - include: encoder.yaml\n",
    ),
    Rule(
        "V249",
        "fragments in a circle",
        "A fragment may include others, but not by way of others itself.",
        bad="specc: 1\nlayers:\n  - include: circle.yaml\n",
        good="specc: 1\nlayers:\n  - include: encoder.yaml\n",
    ),
    Rule(
        "V250",
        "spec that expands to too much",
        "Blocks and fragments make at most 10,000 layers, and what vars, blocks and fragments add to a spec is"
        " bounded in all: a small text from a stranger must not fill the memory.",
        bad="specc: 1\nlayers:\n  - {type: Input, shape: [10, 64]}\n"
        "  - {repeat: 20000, layers: [{type: Dropout, rate: 0.1}]}\n",
        good="specc: 1\nlayers:\n  - {type: Input, shape: [10, 64]}\n"
        "  - {repeat: 20, layers: [{type: Dropout, rate: 0.1}]}\n",
    ),
    Rule(
        "V251",
        "argument that can have no default",
        "`defaults` holds arguments for every layer of a class, wherever it stands. Each layer says itself what it is"
        " called, what it is called on, and which layers it holds.",
        bad="specc: 1\ndefaults: {LSTM: {name: lstm}}\nlayers:\n" + _LSTM,
        good="specc: 1\ndefaults: {LSTM: {dropout: 0.2}}\nlayers:\n" + _LSTM,
    ),
    Rule(
        "V252",
        "unused defaults",
        "A warning: the spec has no layer of this class, so that its defaults change nothing.",
        bad="specc: 1\ndefaults: {GRU: {dropout: 0.2}}\nlayers:\n" + _LSTM,
        good="specc: 1\ndefaults: {LSTM: {dropout: 0.2}}\nlayers:\n" + _LSTM,
    ),
    Rule(
        "V253",
        "output of another shape than expected",
        "`expect` says what the model must be, so that a change which was not meant shows up at once. Shapes leave"
        " the batch out; null is an unknown dimension, and matches nothing else.",
        bad="specc: 1\nexpect: {outputs: {lstm: [64]}}\nlayers:\n" + _LSTM,
        good="specc: 1\nexpect: {outputs: {lstm: [32]}}\nlayers:\n" + _LSTM,
    ),
    Rule(
        "V254",
        "other number of parameters than expected",
        "`expect: {parameters: …}` counts the numbers in all weights, trainable or not, as `specc summary` does.",
        bad="specc: 1\nexpect: {parameters: 12000}\nlayers:\n" + _LSTM,
        good="specc: 1\nexpect: {parameters: 12416}\nlayers:\n" + _LSTM,
    ),
    Rule(
        "V255",
        "expected output that the model lacks",
        "`expect: {outputs: …}` speaks of the model's outputs by their names, such as `dense` or `encoder.state_h`:"
        " those under `outputs`, else those of the last layer.",
        bad="specc: 1\nexpect: {outputs: {dense: [32]}}\nlayers:\n" + _LSTM,
        good="specc: 1\nexpect: {outputs: {lstm: [32]}}\nlayers:\n" + _LSTM,
    ),
)
