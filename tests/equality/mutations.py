"""Small slips in the source of a package, as a tired programmer makes them: each changes one place of one function."""

import ast
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
_TABLES = ("p", "w", "company", "accounts", "stage")
_LONGEST = 70


@dataclass(frozen=True)
class Mutation:
    """One slip: where it stands, what stood there, and what stands there now."""

    module: str
    function: str
    before: str
    after: str
    ordinal: int  # among equal slips of one function
    source: Callable[[], str] = field(repr=False)  # of the whole module, mutated

    @property
    def name(self) -> str:
        """Tell it in a line; no two slips of a package have the same name."""
        which = f" ({self.ordinal + 1})" if self.ordinal else ""
        return f"{self.module}.{self.function}: {self.before} -> {self.after}{which}"

    @property
    def lot(self) -> bytes:
        """Return what orders slips at random, each for itself: an edit elsewhere changes nobody's place."""
        return hashlib.blake2b(self.name.encode(), digest_size=8).digest()


def mutations_of(folder: Path) -> list[Mutation]:
    """Return all slips in the functions of a package's modules, in the order of their lots."""
    found = []
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        seen: Counter[tuple[str, str, str]] = Counter()
        for number, (function, before, _, after) in enumerate(_slips(ast.parse(text))):
            told = (function, _short(before), _short(after))
            found.append(Mutation(path.stem, *told, seen[told], partial(_mutated, text, number)))
            seen[told] += 1
    return sorted(found, key=lambda mutation: mutation.lot)


def _mutated(text: str, number: int) -> str:
    """Return the source of a module with its slip of that number."""
    tree = ast.parse(text)
    _, _, make, _ = next(islice(_slips(tree), number, None))
    make()
    return ast.unparse(ast.fix_missing_locations(tree))


def replaced(folder: Path, module: str, before: str, after: str) -> Mutation:
    """Return a slip picked by hand: a text that stands once in a module, replaced by another.

    Raises
    ------
    ValueError
        If the text does not stand there exactly once (the source has changed).
    """
    text = (folder / f"{module}.py").read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise ValueError(f"{before!r} stands {text.count(before)} times in {module}.py")
    return Mutation(module, "", _short(before), _short(after), 0, lambda: text.replace(before, after))


Slip = tuple[str, str, Callable[[], None], str]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _slips(tree: ast.Module) -> Iterator[Slip]:
    """Yield the slips of a tree: function, text before, how to make it, text after."""
    for function, node in _functions(tree, ""):
        for statement in node.body:
            for part in _within(statement):
                for before, make, after in _of_node(part):
                    yield function, before, make, after
        for block in _blocks(node):
            for before, make, after in _of_block(block):
                yield function, before, make, after


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef):
            yield f"{prefix}{child.name}", child
            yield from _functions(child, f"{prefix}{child.name}.")


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through a statement in the order of the text, but not into functions and annotations."""
    if isinstance(node, ast.FunctionDef):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name == "annotation":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _within(child)


def _blocks(function: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    for part in (function, *(part for statement in function.body for part in _within(statement))):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(part, name, None)
            if isinstance(block, list) and block:
                yield block


def _changed(node: ast.AST, field: str, value: object) -> tuple[str, Callable[[], None], str]:
    """Return the slip that gives a node another value of a field."""
    before, usual = ast.unparse(node), getattr(node, field)
    setattr(node, field, value)
    after = ast.unparse(node)
    setattr(node, field, usual)
    return before, lambda: setattr(node, field, value), after


def _of_node(node: ast.AST) -> Iterator[tuple[str, Callable[[], None], str]]:
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            others = [*node.ops]
            others[number] = _COMPARISONS[type(operator)]()
            yield _changed(node, "ops", others)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _OPERATORS:
        yield _changed(node, "op", _OPERATORS[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _changed(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _double(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _changed(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield _changed(node, "value", node.value + 1)
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Constant):
        test = ast.unparse(node.test)
        negated = ast.UnaryOp(ast.Not(), node.test)
        word = "while" if isinstance(node, ast.While) else "if"
        yield f"{word} {test}", lambda: setattr(node, "test", negated), f"{word} {ast.unparse(negated)}"
    elif isinstance(node, ast.Call):
        for number in range(len(node.args) - 1):
            one, other = node.args[number : number + 2]
            if ast.unparse(one) != ast.unparse(other) and not (_is_table(one) or _is_table(other)):
                _, make, _ = _changed(node, "args", [*node.args[:number], other, one, *node.args[number + 2 :]])
                names = (ast.unparse(part) for part in (node.func, one, other))
                yield f"{next(names)}(… {', '.join(names)} …)", make, "the other way round"


def _is_table(node: ast.expr) -> bool:
    """Return whether an argument is a whole table: swapped with another argument, the types betray it."""
    text = ast.unparse(node)
    return text in _TABLES or text.endswith((".rows", ".programmes", ".used()")) or text.rpartition(".")[2] in _TABLES


def _double(node: ast.UnaryOp) -> tuple[str, Callable[[], None], str]:
    """Return the slip that forgets a `not` (two of them are none)."""
    return ast.unparse(node), lambda: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand)), "no not"


def _of_block(block: list[ast.stmt]) -> Iterator[tuple[str, Callable[[], None], str]]:
    """Yield the slips of a row of statements: one is forgotten, two calls in the wrong order, another jump."""
    for number, statement in enumerate(block):
        text = ast.unparse(statement)
        if _can_be_forgotten(statement):
            yield text, _setter(block, number, ast.Pass()), "nothing"
        if isinstance(statement, ast.Break | ast.Continue):
            other = ast.Continue() if isinstance(statement, ast.Break) else ast.Break()
            yield text, _setter(block, number, other), ast.unparse(other)
        following = block[number + 1] if number + 1 < len(block) else None
        if following is not None and _does(statement) and _does(following):
            both = f"{text}; {ast.unparse(following)}"
            yield both, _setter(block, slice(number, number + 2), [following, statement]), "the other way round"


def _setter(block: list[ast.stmt], place: int | slice, value: object) -> Callable[[], None]:
    return lambda: block.__setitem__(place, value)  # type: ignore[index, assignment]


def _does(statement: ast.stmt | None) -> bool:
    """Return whether a statement does something: a call, or waiting for something."""
    return isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)


def _can_be_forgotten(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets)
    return _does(statement) or isinstance(statement, ast.AugAssign | ast.Delete)
