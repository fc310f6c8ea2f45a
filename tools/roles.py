"""Write docs/roles.md: which role may do what, read from the rules themselves (`src/shuping/*/*rules.py`).

`tools/roles.py` writes the page; `page()` is what a test compares it with. Nothing of the site is loaded: the rules
are read as text. A rule grants where it asks `may_in_role`, `may_act_for`, `roles_of(…) & …` and the few questions in
`ASKED`; what it asks of stage and state stands in its sentence.
"""

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "src" / "shuping"
ROOMS = ("organisations", "cycles", "reports", "ballots", "meetings", "results", "rectification", "overview")
ROLES = (
    "secretariat",
    "clerk",
    "chair",
    "commentator",
    "committee",
    "teller",
    "scrutineer",
    "trustee",
    "observer",
    "auditor",
    "oneself",
)
# Questions that are answered by what somebody is.
ASKED = {
    "trustee_of": {"trustee"},
    "organisers_of": {"secretariat"},
    "audited_by": {"auditor"},
    "kept_among": {"secretariat"},
    "is_speaker": {"oneself"},
    "without_password": {"secretariat"},
    "years_to_follow": {"secretariat"},
}
HEAD = """# Who may do what

Read from the rules of the site by `tools/roles.py`. A test holds this page equal to them, another lets every role try,
in small worlds, a third walks every address with every role. A dot says that the rule lets the role through when stage
and state allow it; *oneself* is whose report, item, comment or speech it is. Whoever administers the machine has no
role by that, a teller does not report, and nobody, in any role, sees how somebody voted.
"""


@dataclass
class Room:
    """The rules of a room as they stand in its file."""

    name: str
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


def rooms() -> dict[str, Room]:
    """Every module of the site whose names a rule may use, by `room.module`."""
    files = [file for name in ROOMS for file in sorted((SITE / name).glob("*.py"))]
    return {f"{file.parent.name}.{file.stem}": _room(file) for file in files}


def _room(file: Path) -> Room:
    found = Room(f"{file.parent.name}.{file.stem}")
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.functions[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shuping."):
            room = (node.module or "").removeprefix("shuping.")
            found.aliases |= {name.asname or name.name: f"{room}.{name.name}" for name in node.names}
    return found


class Reader:
    """Follows a rule through the rules that it asks."""

    def __init__(self) -> None:
        self.rooms = rooms()

    def grants(self, room: Room, function: ast.FunctionDef, seen: frozenset[str] = frozenset()) -> set[str]:
        """The roles that a rule lets through."""
        place = f"{room.name}.{function.name}"
        if place in seen:
            return set()
        found: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                found |= self._asked(room, node, seen | {place})
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd) and "roles_of" in ast.unparse(node):
                found |= self._kinds(room, node.right)
        return found

    def _asked(self, room: Room, call: ast.Call, seen: frozenset[str]) -> set[str]:
        name = ast.unparse(call.func)
        last = name.rpartition(".")[2]
        if last == "may_in_role":
            return {kind for argument in call.args[2:] for kind in self._kinds(room, argument)}
        if last == "may_act_for":
            return {"oneself", *self._kinds(self.rooms["cycles.rules"], ast.Name("ACTS_FOR_OTHERS"))}
        if last in ASKED:
            return ASKED[last]
        there, function = self._rule(room, name)
        return self.grants(there, function, seen) if function else set()

    def _rule(self, room: Room, name: str) -> tuple[Room, ast.FunctionDef | None]:
        """The rule of this or another room that a call names."""
        alias, _, last = name.rpartition(".")
        there = self.rooms.get(room.aliases.get(alias, ""), room) if alias else room
        if not there.name.endswith("rules"):
            return there, None
        return there, there.functions.get(last)

    def _kinds(self, room: Room, node: ast.expr) -> set[str]:
        """The roles that an expression names: one, a tuple or set of them, or a constant of this or another room."""
        match node:
            case ast.Attribute(attr=name) if ast.unparse(node.value) == "Role.Kind":
                return {name.lower()}
            case ast.Attribute(attr=name):
                there = self.rooms.get(room.aliases.get(ast.unparse(node.value), ""))
                return self._kinds(there, ast.Name(name)) if there else set()
            case ast.Name(id=name):
                return self._kinds(room, room.constants[name]) if name in room.constants else set()
        return {kind for part in _parts(node) for kind in self._kinds(room, part)}


def _parts(node: ast.expr) -> list[ast.expr]:
    """What a starred expression, a tuple, a set or a call like `set(…)` holds."""
    if isinstance(node, ast.Starred):
        return [node.value]
    if isinstance(node, ast.Call):
        return node.args
    return node.elts if isinstance(node, (ast.Tuple, ast.Set, ast.List)) else []


def matrix() -> dict[str, dict[str, set[str]]]:
    """For each file of rules (`meetings.word_rules`) those that ask who a person is, with the roles let through."""
    reader = Reader()
    return {name: _granted(reader, room) for name, room in reader.rooms.items() if name.endswith("rules")}


def _granted(reader: Reader, room: Room) -> dict[str, set[str]]:
    return {
        rule: roles
        for rule, function in room.functions.items()
        if rule.startswith("may_") and (roles := reader.grants(room, function))
    }


def page() -> str:
    """The page as it has to be."""
    reader, lines = Reader(), [HEAD]
    for name, rules in matrix().items():
        lines += [
            f"## {name.removesuffix('.rules')}",
            "",
            f"| rule | {' | '.join(ROLES)} | when |",
            "| --- |" + " :-: |" * len(ROLES) + " --- |",
        ]
        for rule, roles in rules.items():
            told = ast.get_docstring(reader.rooms[name].functions[rule]) or ""
            dots = " | ".join("●" if role in roles else "" for role in ROLES)
            lines.append(f"| `{rule}` | {dots} | {' '.join(told.split())} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    (ROOT / "docs" / "roles.md").write_text(page(), "utf-8")
    sys.stdout.write(f"docs/roles.md: {sum(len(rules) for rules in matrix().values())} rules\n")


if __name__ == "__main__":
    main()
