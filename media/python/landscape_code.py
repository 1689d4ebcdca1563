"""Finds a class or a function in somebody's module, script or notebook, without running what the script does."""
import __future__

import ast
import importlib
import importlib.util
import json
import linecache
import os
import re
import sys
import types


class Mistake(Exception):
    """What went wrong, as one sentence for the person whose code it is."""


# Calls that only make a value. Whatever else is called at the top of a file may be the training itself.
HARMLESS = set(
    "abs bool dict enumerate float frozenset int len list max min range reversed round set slice sorted str sum tuple "
    "type zip torch.device torch.cuda.is_available logging.getLogger partial functools.partial namedtuple TypeVar Path "
    "collections.namedtuple typing.TypeVar pathlib.Path os.path.join os.path.dirname os.path.abspath os.path.realpath "
    "os.getcwd os.environ.get sys.path.append sys.path.insert".split()
)
# Of torchvision's transforms, by the names that they are imported under: making one runs nothing.
TRANSFORMS = re.compile(
    r"((torchvision\.)?(transforms|T|v2)(\.v2)?\.[A-Z]\w*|Compose|Normalize|ToTensor|Resize|CenterCrop|Lambda)"
)
RUNS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


def harmless(called):
    return called in HARMLESS or TRANSFORMS.fullmatch(called)


def plain(node):
    """Whether an expression makes a value and does nothing else; what a lambda holds is not run."""
    if isinstance(node, ast.Lambda):
        return True
    if isinstance(node, RUNS) and not (isinstance(node, ast.Call) and harmless(ast.unparse(node.func))):
        return False
    return all(plain(child) for child in ast.iter_child_nodes(node))


def run(statements, space, name, flags, skipped):
    """Runs imports, classes, functions and plain assignments; `skipped` gets the names that others would have made."""
    for statement in statements:
        if isinstance(statement, ast.If) and plain(statement.test):
            try:
                test = eval(compile(ast.Expression(statement.test), name, "eval", flags, True), space)
            except Exception:
                test = False
            run(statement.body if test else statement.orelse, space, name, flags, skipped)
            continue
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for each in statement.names:
                flags |= getattr(__future__, each.name).compiler_flag
        line = "in line {} of {}".format(statement.lineno, os.path.basename(name))
        reason = "is made by code that is not run, " + line
        if wanted(statement):
            try:
                exec(compile(ast.Module([statement], []), name, "exec", flags, True), space)
                continue
            except Exception as error:
                cause = skipped.get(getattr(error, "name", None)) if isinstance(error, NameError) else None
                reason = "could not be made {} ({}: {})".format(line, type(error).__name__, error)
                reason = "needs {}, which {}".format(error.name, cause) if cause else reason
        skipped.update((made, reason) for made in names(statement))


def wanted(statement):
    """Whether a statement only defines something."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return True
    if isinstance(statement, ast.Try):
        parts = (statement.body, *(handler.body for handler in statement.handlers), statement.orelse)
        return all(wanted(each) for part in parts for each in part)
    assigns = isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))
    return assigns and statement.value is not None and plain(statement.value) or isinstance(statement, ast.Pass)


def names(statement):
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]


def cells(path):
    """The parts of a file that are read one by one: a notebook's cells of code without its magics, or all of it."""
    with open(path, encoding="utf-8-sig") as file:
        text = file.read()
    if not path.endswith(".ipynb"):
        return [(path, text)]
    lines = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell.get("cell_type") == "code"]
    # An empty line in place of a magic keeps the numbers of the others.
    bare = lambda line: "" if line.lstrip()[:1] in ("%", "!", "?") else line
    kept = ["\n".join(bare(line) for line in each.split("\n")) for each in lines]
    return [("{} cell {}".format(path, i + 1), text) for i, text in enumerate(kept) if not lines[i].startswith("%%")]


def module_of(path, dotted, skipped):
    """The module of a file, of which only definitions have been run."""
    module, package = types.ModuleType(dotted), dotted.rpartition(".")[0]
    if package:
        importlib.import_module(package)
    module.__file__, module.__package__ = path, package
    sys.modules[dotted] = module
    for name, text in cells(path):
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        try:
            parsed = ast.parse(text, name)
        except SyntaxError as error:
            if path.endswith(".ipynb"):
                continue
            raise Mistake("{} cannot be read by this Python: line {}, {}.".format(path, error.lineno, error.msg))
        run(parsed.body, module.__dict__, name, 0, skipped)
    return module


def load(spec):
    """What `module:Name`, `file.py:Name` or `notebook.ipynb:Name` names, and what was skipped on the way, by name."""
    where, _, name = spec.rpartition(":")
    if not where or not name:
        raise Mistake('"{}" names no class: write module:Class, file.py:Class or notebook.ipynb:Class.'.format(spec))
    skipped = {}
    # The person's own folder first, ours last.
    sys.path.append(sys.path.pop(0))
    sys.path.insert(0, os.getcwd())
    try:
        if where.endswith((".py", ".ipynb")):
            path = os.path.abspath(where)
            if not os.path.isfile(path):
                raise Mistake("There is no file {}.".format(path))
            root, dotted = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
            while os.path.exists(os.path.join(root, "__init__.py")):
                root, dotted = os.path.dirname(root), os.path.basename(root) + "." + dotted
            sys.path.insert(0, root)
            module = module_of(path, dotted, skipped)
        else:
            found = importlib.util.find_spec(where)
            if found is None:
                raise Mistake('There is no module "{}" for {} in {}.'.format(where, sys.executable, os.getcwd()))
            # Installed packages are made to be imported; a file of the person's own may train when it is.
            installed = {"site-packages", "dist-packages"} & set(str(found.origin).split(os.sep))
            own = str(found.origin).endswith(".py") and not installed and not found.submodule_search_locations
            module = module_of(found.origin, where, skipped) if own else importlib.import_module(where)
    except Mistake:
        raise
    except Exception as error:
        raise Mistake("{} could not be loaded: {}: {}.".format(where, type(error).__name__, error))
    if hasattr(module, name):
        return getattr(module, name), skipped
    if name in skipped:
        raise Mistake("{} {}.".format(name, skipped[name]))
    own = [key for key, each in vars(module).items() if isinstance(each, type) and each.__module__ == module.__name__]
    raise Mistake("{} has no {}; its classes are: {}.".format(where, name, ", ".join(own) or "none"))
