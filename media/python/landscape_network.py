"""A network of somebody's own code with the weights of a file, and rows of data in a form that it takes."""
import inspect
import json
import math
import mmap
import struct

import torch
from landscape_code import Mistake

TYPES = {"F64": "float64", "F32": "float32", "I64": "int64", "U8": "uint8", "BOOL": "bool"}
SETTINGS = ("config", "cfg", "conf", "hparams", "args", "opt", "params", "options")


def tensors_in(path):
    """The tensors of a safetensors file by name, and what is said beside them."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    said = header.pop("__metadata__", {})
    found = {}
    for name, entry in header.items():
        dtype, count = getattr(torch, TYPES[entry["dtype"]]), math.prod(entry["shape"])
        begin = 8 + length + entry["data_offsets"][0]
        flat = torch.frombuffer(data, dtype=dtype, count=count, offset=begin) if count else torch.empty(0, dtype=dtype)
        found[name] = flat.reshape(entry["shape"])
    return found, said


class Values(dict):
    """Hyper-parameters as code reads them: by key or as attributes."""
    __getattr__ = dict.__getitem__


def build(thing, name, given, found, skipped):
    """The network: a class or a factory called with what was given, else with the checkpoint's own hyper-parameters."""
    if not callable(thing):
        raise Mistake("{} is no class or function but {}.".format(name, type(thing).__name__))
    parameters = inspect.signature(thing).parameters
    wants = {key: each for key, each in parameters.items() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)}
    lacks = [key for key, each in wants.items() if each.default is each.empty]
    if given is None:
        given = {key: Values(each) if isinstance(each, dict) else each for key, each in found.items() if key in wants}
        if found and len(lacks) == 1 and lacks[0] in SETTINGS and lacks[0] not in given:
            given = {lacks[0]: Values(found)}
    places = given if isinstance(given, list) else []
    keys = given if isinstance(given, dict) else {}
    missing = [key for key in lacks[len(places):] if key not in keys]
    if missing:
        example = json.dumps({key: None for key in missing}).replace("null", "…")
        needs = "{} needs {}: give the values that it was trained with by --args '{}'."
        raise Mistake(needs.format(name, " and ".join(missing), example))
    try:
        model = thing(*places, **keys)
    except Exception as error:
        cause = skipped.get(getattr(error, "name", None)) if isinstance(error, NameError) else None
        said = "{}: {}".format(type(error).__name__, error)
        raise Mistake("{} could not be made: {}{}.".format(name, said.rstrip("."), ", which " + cause if cause else ""))
    if not isinstance(model, torch.nn.Module):
        raise Mistake("{} gives {}, which is no torch.nn.Module.".format(name, type(model).__name__))
    return model.cpu().eval(), given


def fill(model, weights, name):
    """Takes all parameters and buffers from the file, where a wrapper's prefix may precede them; returns what was left."""
    own = {key: each for key, each in model.state_dict(keep_vars=True).items() if isinstance(each, torch.Tensor)}
    stored = {key.replace("_orig_mod.", ""): each for key, each in weights.items()}

    def prefixes(keys):
        first = next(iter(keys), "").split(".")
        every = (".".join(first[:i] + [""]) for i in range(len(first)))
        return [p for p in every if 2 * sum(key.startswith(p) for key in keys) > len(keys)] or [""]

    def named(of_file, of_model):
        pairs = {key: of_file + key[len(of_model) :] for key in own if key.startswith(of_model)}
        return {key: source for key, source in pairs.items() if source in stored}

    best = max((named(f, m) for f in prefixes(stored) for m in prefixes(own)), key=len)
    for key, each in own.items():
        # A name that is tied to another one may stand in the file once.
        if key not in best:
            tied = next((best[other] for other in best if own[other].data_ptr() == each.data_ptr() != 0), None)
            if tied:
                best[key] = tied
            elif each.is_floating_point():
                said = 'The weights have no "{}" of {}: they have {}…, and are of another network or other arguments.'
                raise Mistake(said.format(key, name, ", ".join(list(stored)[:4])))
    for key, source in best.items():
        if own[key].shape != stored[source].shape:
            said = '"{}" is {} in the weights and {} in {}: give the arguments that it was trained with (--args).'
            raise Mistake(said.format(key, list(stored[source].shape), list(own[key].shape), name))
        own[key].data.copy_(stored[source])
    return sorted(set(stored) - set(best.values()))


def forms(rows):
    """Rows of data in the forms in which networks take them, the usual first."""
    rows = [x / 255 if x.dtype == torch.uint8 else x for x in rows]
    alike = [lambda x: x]
    if rows[0].dim() == 4 and rows[0].shape[3] in (1, 3, 4):
        alike.insert(0, lambda x: x.permute(0, 3, 1, 2).contiguous() if x.dim() == 4 else x)
    alike.append(lambda x: x.unsqueeze(1) if x.dim() == 3 else x)
    alike.append(lambda x: x.flatten(1))
    side = math.isqrt(rows[0][0].numel())
    if rows[0].dim() == 2 and side * side == rows[0].shape[1] > 1:
        alike.append(lambda x: x.reshape(len(x), 1, side, side))
    for form in alike:
        for turned in (lambda x: x, lambda x: x.long() if x.is_floating_point() else x.float()):
            yield tuple(turned(form(x)) for x in rows)


def leaves(value):
    return [each for each in torch.utils._pytree.tree_flatten(value)[0] if isinstance(each, torch.Tensor)]


def eager(model, rows, name):
    """The first form of the rows that the network takes, and what it gives for it."""
    first = None
    for given in forms(rows):
        try:
            with torch.no_grad():
                outputs, again = leaves(model(*given)), leaves(model(*given))
        except Exception as error:
            first = first or "{}: {}".format(type(error).__name__, str(error).split("\n")[0].rstrip("."))
            continue
        if not outputs or not outputs[0].dim() or len(outputs[0]) != len(given[0]):
            first = first or "it gives no tensor with one entry for each row"
        elif any(not torch.equal(a, b) for a, b in zip(outputs, again)):
            said = "{} gives other outputs each time, in eval() too: dropout by function needs training=self.training."
            raise Mistake(said.format(name))
        else:
            return given, outputs
    shapes = " and ".join(str(list(x.shape[1:])) for x in rows)
    raise Mistake("{} does not take rows of {}: {}.".format(name, shapes, first))


def differ(a, b):
    """Whether two lists of outputs are not the same but for rounding."""

    def close(x, y):
        return x.shape == y.shape and torch.allclose(x, y, rtol=1e-3, atol=1e-4 * float(y.abs().max()))

    return len(a) != len(b) or any(not close(x, y) for x, y in zip(a, b) if y.is_floating_point() and y.numel())
