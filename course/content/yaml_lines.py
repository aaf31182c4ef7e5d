"""YAML read strictly: each key once, no aliases, and the line on which each value stands.

python-frontmatter and `yaml.safe_load` keep neither lines nor doubled keys, so this walks the nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from course.content.problems import Key


@dataclass
class YamlText:
    """A parsed text: its value, the line of each key, and what is wrong as (line, sentence)."""

    value: Any = None
    lines: dict[Key, int] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases (`*name`) are not used here, write the value", problem_mark=mark
            )
        return super().compose_node(parent, index)


def read_yaml(text: str, first_line: int = 1) -> YamlText:
    """Parse one document; its first line is line `first_line` of the file."""
    result = YamlText()
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is not None:
            result.value = _value(loader, node, (), first_line, result)
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        sentence = f"this cannot be read as YAML: {error.problem}. Perhaps a text wants quotes."
        result.faults.append((line, sentence))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        sentence = f"this cannot be read as YAML: {str(error).splitlines()[0]}."
        result.faults.append((first_line, sentence))
    return result


def _value(loader: _Loader, node: yaml.Node, key: Key, first_line: int, result: YamlText) -> Any:
    result.lines.setdefault(key, first_line + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(loader, node, key, first_line, result))
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(loader, item, (*key, position), first_line, result)
            for position, item in enumerate(node.value)
        ]
    return loader.construct_object(node)


def _pairs(
    loader: _Loader, node: yaml.MappingNode, key: Key, first_line: int, result: YamlText
) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for name_node, value_node in node.value:
        line = first_line + name_node.start_mark.line
        name = name_node.value if isinstance(name_node, yaml.ScalarNode) else "?"
        if name in seen:
            result.faults.append((line, f"`{name}` stands here twice, first on line {seen[name]}: keep one."))
            continue
        seen[name] = line
        result.lines[(*key, name)] = line
        yield name, _value(loader, value_node, (*key, name), first_line, result)
