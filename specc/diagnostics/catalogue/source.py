"""S1xx: a file that is no good text, YAML or JSON."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "S101",
        "not a text",
        "A spec is YAML or JSON text. The file holds bytes that no text has: it is an archive, an array, a"
        " model file or the like. specc tells files apart by what is in them; their names do not matter. A"
        " file of weights is given with --weights, next to the spec of its model.",
        bad="specc validate weights.h5",
        good="specc compile model.yaml --weights weights.h5 -o model.onnx",
    ),
    Rule(
        "S102",
        "not UTF-8",
        "Texts are read as UTF-8, with or without a byte order mark. Windows tools may write UTF-16, older"
        " editors Latin-1: save the file again as UTF-8.",
        bad="iconv -f utf-8 -t utf-16 model.yaml | specc validate -",
        good="specc validate model.yaml",
    ),
    Rule(
        "S103",
        "empty text",
        "The file holds nothing but, perhaps, comments.",
        bad="# a model\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
    ),
    Rule(
        "S104",
        "larger than any spec",
        "A text has at most 32 MiB, 1,000,000 values and 100 levels of lists and mappings; YAML aliases"
        " may add 100,000 values. The bounds are far above what a model needs: they keep a hostile file"
        " from filling the memory.",
        bad="a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
        "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
        "f: [*e, *e]\n",
        good="a: &a [0, 0, 0]\nb: [*a, *a]\n",
    ),
    Rule(
        "S105",
        "not YAML",
        "The text breaks the rules of YAML: a bracket or a quote that is never closed, indentation that"
        " fits nothing above it, a missing space after a colon, a text with `: ` in it that has no quotes."
        " Nothing after the place is read.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32}\n",
    ),
    Rule(
        "S106",
        "not JSON",
        "A text that starts with `{` is read as JSON, strictly: keys and strings in double quotes, no"
        " comments, no comma before a closing bracket. YAML specs start with a key, such as `specc: 1`.",
        bad='{"specc": 1, "layers": [],}\n',
        good='{"specc": 1, "layers": []}\n',
    ),
    Rule(
        "S107",
        "duplicate key",
        "A key stands twice in one mapping. Most readers keep one of the two values and say nothing, so"
        " the model would not be what one of the lines says.",
        bad="type: LSTM\nunits: 32\nunits: 64\n",
        good="type: LSTM\nunits: 64\n",
    ),
    Rule(
        "S108",
        "key is not a string",
        "Keys are words. YAML takes a bare number, `true` or `null` for a value of another type; quotes"
        " make it a string. A list, a mapping or an alias cannot be a key: `{{ name }}` from a template"
        " language is one mapping inside another.",
        bad="metadata:\n  2024: first year\n",
        good='metadata:\n  "2024": first year\n',
    ),
    Rule(
        "S109",
        "YAML tag",
        "Tags such as `!!python/object` ask a reader to build objects, which specc never does, and `!!str`"
        " says what quotes say better. Only in a Keras architecture, a text with `class_name`, are the two"
        " tags read that Keras's to_yaml() wrote: `!!python/tuple` and `!!python/unicode`.",
        bad="shape: !!python/tuple [10, 64]\n",
        good="shape: [10, 64]\n",
    ),
    Rule(
        "S110",
        "alias without an anchor",
        "`*name` repeats a value that stands before it as `&name`. Here nothing has that name, or the"
        " alias stands inside the value that it would repeat.",
        bad="first: &shared {units: 32}\nsecond: *share\n",
        good="first: &shared {units: 32}\nsecond: *shared\n",
    ),
    Rule(
        "S111",
        "merge key",
        "`<<` merged mappings in YAML 1.1; YAML 1.2 has no such key, and readers differ on what wins. Write"
        " the keys out; a value that several places share may be an alias. In quotes, `<<` is a key like"
        " others.",
        bad="base: &base {units: 32}\nlayer:\n  <<: *base\n  type: LSTM\n",
        good="first: {type: LSTM, units: &units 32}\nsecond: {type: LSTM, units: *units}\n",
    ),
    Rule(
        "S112",
        "number that specc cannot take",
        "Whole numbers fit 64 bits, other numbers are finite. `.inf`, `.nan` and `1e999` have no use in a"
        " spec and no place in JSON.",
        bad="scale: .inf\n",
        good="scale: 1.0e+30\n",
    ),
    Rule(
        "S113",
        "several documents",
        "A line `---` starts another document. A file holds one spec.",
        bad="specc: 1\n---\nspecc: 1\n",
        good="---\nspecc: 1\n",
    ),
    Rule(
        "S114",
        "character that no text may hold",
        "Control characters, half surrogate pairs and odd line separators do not belong in a YAML text;"
        " NUL and half surrogate pairs not in a JSON text, nor in a string, even written as an escape. They"
        " are left over from a conversion, or meant to fool a reader.",
        bad='name: "a\\0b"\n',
        good="name: ab\n",
    ),
    Rule(
        "S115",
        "tab in YAML",
        "YAML indents with spaces only, because tabs are as wide as each editor likes.",
        bad="layers:\n\t- {type: LSTM, units: 32}\n",
        good="layers:\n  - {type: LSTM, units: 32}\n",
    ),
)
