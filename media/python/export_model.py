"""Writes the program of a network (torch.export) from somebody's own code and a file of its weights, no pickle.

    python export_model.py --model model.py:Net --args '{"width": 4}' --weights weights.safetensors \
        --example rows.safetensors --out net.pt2

It ends with one line of JSON on stdout, or in the file of --result: what was written, or what went wrong (exit code 1).
"""
import argparse
import json
import os
import sys
import zipfile

# Nothing is left beside anybody's files.
sys.dont_write_bytecode = True
from landscape_answer import answering
from landscape_code import Mistake, load

# Beside the program in the archive: only what was written here is written over.
MARK = "written by landscape"


def options():
    parser = argparse.ArgumentParser(description="Writes a .pt2 from a class and a file of weights.")
    parser.add_argument("--model", required=True, help="module:Class, file.py:Class or notebook.ipynb:Class")
    parser.add_argument("--args", type=json.loads, help="the constructor's arguments as a JSON object or list")
    parser.add_argument("--weights", required=True, help="a safetensors file of the weights")
    parser.add_argument("--example", help="a safetensors file of two rows of the data")
    parser.add_argument("--shape", help="the shape of a row instead, 3,32,32; several inputs with ; between")
    parser.add_argument("--out", required=True, help="the .pt2 that is written")
    parser.add_argument("--result", help="a file for the line of JSON")
    return parser.parse_args()


def rows_of(example, shape):
    import torch
    from landscape_network import tensors_in

    if example:
        stored, _ = tensors_in(example)
        return [stored[name] for name in sorted(stored, key=int)]
    torch.manual_seed(0)
    return [torch.randn(2, *(int(each) for each in one.split(","))) for one in (shape or "").split(";")]


def programs(model, rows):
    """Ways to export, the best first: any number of rows, the older tracer, the rows of the example alone."""
    import torch

    Dim = torch.export.Dim
    open_axis = Dim.AUTO if hasattr(Dim, "AUTO") else Dim("rows", min=2)
    any_rows = tuple({0: open_axis} for _ in rows)
    for shapes, strict in ((any_rows, False), (any_rows, True), (None, False), (None, True)):
        yield shapes is not None, lambda: torch.export.export(model, rows, dynamic_shapes=shapes, strict=strict)


def exported(model, rows, outputs, name):
    """The program, held against the network itself on these rows and on one more."""
    import torch
    from landscape_network import differ, leaves

    first = None
    for is_open, export in programs(model, rows):
        tries = [(rows, outputs)]
        try:
            program = export()
            with torch.no_grad():
                if is_open:
                    more = tuple(torch.cat([x, x[:1]]) for x in rows)
                    tries.append((more, leaves(model(*more))))
                agrees = not any(differ(leaves(program.module()(*given)), wanted) for given, wanted in tries)
        except Exception as error:
            first = first or "{}: {}".format(type(error).__name__, str(error).strip().split("\n")[0].rstrip("."))
            continue
        if not agrees:
            first = first or "the program's outputs are not the network's"
            continue
        there = set(program.state_dict)
        lost = [key for key, _ in model.named_parameters() if key not in there]
        if lost:
            raise Mistake("The program of {} lacks its parameter {}.".format(name, lost[0]))
        return program, is_open
    raise Mistake("torch.export cannot write {}: {}.".format(name, first))


def save(program, out):
    """Writes the archive whole or not at all, without the rows of the example."""
    import torch

    try:
        program.example_inputs = None
    except (AttributeError, ValueError):
        # Before torch 2.8 they may be exchanged and not left out.
        program._example_inputs = None
    part = "{}.{}.part".format(out, os.getpid())
    try:
        with open(part, "xb") as file:
            torch.export.save(program, file, extra_files={"landscape": MARK})
        os.replace(part, out)
    finally:
        if os.path.exists(part):
            os.remove(part)


def is_ours(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(("extra/landscape", "extra_files/landscape")) for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def work(asked):
    if os.path.exists(asked.out) and not is_ours(asked.out):
        raise Mistake("{} is there already: move it, or give it as the model instead of the code.".format(asked.out))
    # First, for without it no class can be made, and that is the reason to tell.
    import torch

    if not hasattr(torch, "export"):
        raise Mistake("torch {} has no torch.export: use 2.6 or newer.".format(torch.__version__))
    from landscape_network import build, eager, fill, tensors_in

    thing, skipped = load(asked.model)
    weights, said = tensors_in(asked.weights)
    name = asked.model.rpartition(":")[2]
    model, given = build(thing, name, asked.args, json.loads(said.get("hyper_parameters", "{}")), skipped)
    left = fill(model, weights, name)
    rows, outputs = eager(model, rows_of(asked.example, asked.shape), name)
    program, is_open = exported(model, rows, outputs, name)
    save(program, asked.out)
    return {
        "out": asked.out,
        "model": asked.model,
        "args": given,
        "parameters": sum(each.numel() for each in model.parameters()),
        "left": left,
        "rows": [list(x.shape[1:]) for x in rows],
        "anyRows": is_open,
        "torch": torch.__version__,
    }


if __name__ == "__main__":
    asked = options()
    told = "Wrote {out}: {model}, {parameters} parameters."
    answering(lambda: work(asked), asked.result, lambda done: told.format(**done))
