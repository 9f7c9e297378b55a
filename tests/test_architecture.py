"""What the plan of the house forbids: references to the left, processes in Python."""

import ast
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["govmap", "accounts", "workflow", "layers", "cases", "offices"]
FILES = {
    path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
    for app in ["govmap/lib", *ORDER[1:]]
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
}
PROCESSES = [*ROOT.glob("govmap/demo/processes/*"), *ROOT.glob("tests/sites/*.json")]
# Words that are also something else: a phase, the field of a form that sends files, a
# kind of link between cases, the effect and the answer of whoever does not grant what
# was asked for, a kind of list that files are made of, how far a label was verified.
SHARED = {"checked", "dispatch", "file", "refuse", "refused", "merged", "register"}


def referred(node):
    """Modules that a node imports, or the "app.Model" that a string names."""
    match node:
        case ast.ImportFrom(module=str(name)):
            return [name]
        case ast.Import(names=aliases):
            return [alias.name for alias in aliases]
        case ast.Call(
            func=ast.Attribute(attr="get_model"), args=[ast.Constant(str(name)), *_]
        ):
            return [f"{name}."]
        case ast.Constant(value=str(text)) if text.replace(".", "a").isidentifier():
            return [text] if "." in text else []
    return []


def for_types_only(tree):
    """Nodes that only a type checker reads."""
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.If))
    blocks = (
        node for node in blocks if getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    return {inner for block in blocks for inner in ast.walk(block)}


def test_references_go_to_the_right_only():
    for path, tree in FILES.items():
        here = ORDER.index(path.parts[0])
        for node in set(ast.walk(tree)) - for_types_only(tree):
            for app, _dot, rest in (name.partition(".") for name in referred(node)):
                assert app not in ORDER[here + 1 :], f"{path}:{node.lineno}: {app}"
                assert app != "govmap" or rest.startswith("lib"), f"{path}: {rest}"


def test_nothing_is_imported_inside_a_function():
    for path, tree in FILES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name != "ready":
                kinds = {type(node) for node in ast.walk(function)}
                assert not kinds & {ast.Import, ast.ImportFrom}, (path, function.name)


def test_no_state_and_no_verb_of_a_process_is_named():
    processes = [json.loads(path.read_text("utf-8")) for path in PROCESSES]
    names = {row["code"] for process in processes for row in process["states"]}
    names |= {row["verb"] for process in processes for row in process["transitions"]}
    for path, tree in FILES.items():
        # Pages' addresses and the demonstration's pictures have names of their own.
        if path.parts[0] in {"workflow", "cases", "offices"} and not {
            "urls.py",
            "demo",
        } & set(path.parts):
            said = {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
            }
            assert not said & (names - SHARED), path
