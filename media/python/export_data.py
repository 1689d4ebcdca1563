"""Writes rows of somebody's own Dataset or DataLoader as an .npz of plain arrays.

    python export_data.py --loader data.py:train_set --args '{"root": "data"}' --rows 4096 --out data.npz

What is named gives one of them, or a pair of which the second is for the test. Of a Dataset seeded random rows are
taken, for many are sorted by class; of a DataLoader and of streams the first ones.
"""
import argparse
import json
import os
import sys

# Nothing is left beside anybody's files.
sys.dont_write_bytecode = True
from landscape_answer import answering
from landscape_code import Mistake, load


def options():
    parser = argparse.ArgumentParser(description="Writes an .npz from a Dataset or a DataLoader.")
    parser.add_argument("--loader", required=True, help="module:function, file.py:function or notebook.ipynb:function")
    parser.add_argument("--args", type=json.loads, help="its arguments as a JSON object or list")
    parser.add_argument("--rows", type=int, required=True, help="how many rows at most, of each part")
    parser.add_argument("--out", required=True, help="the .npz that is written")
    parser.add_argument("--result", help="a file for the line of JSON")
    return parser.parse_args()


def rows_of(source, count, name):
    """Single rows of a set, or of the batches that a loader gives."""
    import torch

    if isinstance(source, torch.utils.data.DataLoader):
        for batch in source:
            parts = parts_of(batch, name)
            for i in range(len(parts[-1])):
                yield [part[i] for part in parts]
    elif hasattr(source, "__getitem__") and hasattr(source, "__len__"):
        generator = torch.Generator().manual_seed(1)
        chosen = torch.randperm(len(source), generator=generator)[:count].sort().values
        for i in chosen.tolist():
            yield parts_of(source[i], name)
    elif hasattr(source, "__iter__"):
        for row in source:
            yield parts_of(row, name)
    else:
        raise Mistake("{} gives {}, which is no Dataset and no DataLoader.".format(name, type(source).__name__))


def parts_of(row, name):
    """The inputs and, last, the labels of a row or a batch."""
    if isinstance(row, dict):
        labels = next((row[key] for key in ("labels", "label", "targets", "target", "y") if key in row), None)
        inputs = [row[key] for key in ("input_ids", "pixel_values", "inputs", "image", "x") if key in row][:1]
        row = (*inputs, labels) if inputs and labels is not None else ()
    if not isinstance(row, (tuple, list)) or len(row) < 2:
        raise Mistake("{} gives rows that are no pair of inputs and a label.".format(name))
    several = isinstance(row[0], (tuple, list)) and hasattr(row[0][0], "shape")
    inputs = row[0] if several else row[:-1]
    return [*inputs, row[-1]]


def arrays(source, count, name, part):
    """The rows as arrays by their names in the file, and how many the set has in all."""
    import numpy
    import torch

    def array(value):
        return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else numpy.asarray(value)

    taken = []
    for row in rows_of(source, count, name):
        taken.append([array(each) for each in row])
        if len(taken) == count:
            break
    if not taken:
        raise Mistake("{} gives no rows.".format(name))
    try:
        columns = [numpy.stack(column) for column in zip(*taken)]
    except ValueError:
        raise Mistake("{} gives rows of different shapes: bring them to one.".format(name))
    if any(column.dtype.kind not in "fiub" for column in columns):
        raise Mistake("{} gives rows that are no numbers: give it a transform to tensors.".format(name))
    inputs = columns[:-1]
    names = ["x_" + part] if len(inputs) == 1 else ["x_{}_{}".format(part, i) for i in range(len(inputs))]
    dataset = getattr(source, "dataset", source)
    total = len(dataset) if hasattr(dataset, "__len__") else None
    return {**dict(zip(names, inputs)), "y_" + part: columns[-1]}, len(taken), total


def work(asked):
    if os.path.exists(asked.out):
        raise Mistake("{} is there already: give it as the data, or move it.".format(asked.out))
    import numpy
    import torch

    thing, skipped = load(asked.loader)
    name = asked.loader.rpartition(":")[2]
    given = asked.args
    if callable(thing):
        try:
            thing = thing(*given) if isinstance(given, list) else thing(**(given or {}))
        except Exception as error:
            lacking = getattr(error, "name", None)
            if isinstance(error, NameError) and lacking in skipped:
                raise Mistake("{} needs {}, which {}.".format(name, lacking, skipped[lacking].rstrip(".")))
            raise Mistake("{} could not be called: {}: {}.".format(name, type(error).__name__, str(error).rstrip(".")))
    pair = thing if isinstance(thing, (tuple, list)) and len(thing) == 2 else (thing, None)
    found, rows, total = arrays(pair[0], asked.rows, name, "train")
    test, test_rows, _ = arrays(pair[1], asked.rows, name, "test") if pair[1] is not None else ({}, 0, None)
    part = "{}.{}.part".format(asked.out, os.getpid())
    try:
        with open(part, "xb") as file:
            numpy.savez_compressed(file, **found, **test)
        os.replace(part, asked.out)
    finally:
        if os.path.exists(part):
            os.remove(part)
    return {"out": asked.out, "rows": rows, "testRows": test_rows, "total": total}


if __name__ == "__main__":
    asked = options()
    answering(lambda: work(asked), asked.result, lambda done: "Wrote {out}: {rows} rows.".format(**done))
