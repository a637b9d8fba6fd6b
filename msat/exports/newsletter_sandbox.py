"""Renders an editor's templates (Jinja2) in a sandbox: no file but the folder's, no code, no endless work.

What a template puts out is escaped for its form whether or not it asks for that. An error names file and line in words.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from msat.errors import Refused

MOST_STEPS = 200_000
"""Rounds of loops, calls and inclusions of one rendering."""
MOST_OUTPUT = 4_000_000
MOST_TEXT = 200_000
"""Characters of any text that a template puts together."""
_FILTERS = (
    *("e", "escape", "upper", "lower", "capitalize", "trim", "join", "length", "count", "first", "last", "default"),
    *("d", "int", "string", "wordcount", "reverse", "list"),
)
_GLOBALS = ("namespace",)


class TooMuch(TemplateError):
    """A template asked for more work than any newsletter needs."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 with its doors shut."""

    intercepted_binops = frozenset(("*", "**", "%", "+"))

    def __init__(self, files: Mapping[str, str], escape: Callable[[str], str], is_html: bool) -> None:
        self._files = dict(files)
        self._steps = 0
        self._escape, self._is_html = escape, is_html
        super().__init__(
            autoescape=True,
            undefined=StrictUndefined,
            finalize=self._told,
            loader=FunctionLoader(self._source),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            cache_size=0,
        )
        for name in set(self.filters) - set(_FILTERS):
            del self.filters[name]
        for name in set(self.globals) - set(_GLOBALS):
            del self.globals[name]
        self.filters["counted_"] = self._counted
        self.filters["bounded_"] = self._bounded

    def render_file(self, name: str, values: Mapping[str, Any]) -> str:
        """The file `name` filled with `values`. Raises Refused, naming the file and the line."""
        self._steps = 0
        parts: list[str] = []
        size = 0
        try:
            for part in self.get_template(name).generate(dict(values)):
                size += len(part)
                if size > MOST_OUTPUT:
                    raise TooMuch("it puts out more than a newsletter can be")
                parts.append(part)
        except TemplateSyntaxError as error:
            raise _refusal(error.name or name, error.lineno, error) from error
        except RecursionError as error:
            raise _refusal(name, 0, TooMuch("it includes or calls itself without end")) from error
        except Exception as error:  # whatever a template runs into is the template's
            raise _refusal(*_place(error, name, self._files), error) from error
        return "".join(parts)

    # --- what the sandbox allows ---------------------------------------------------------------------------------

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, `loop(...)`, `loop.cycle(...)`; no method of any value."""
        own = getattr(obj, "__self__", None)
        return isinstance(obj, Macro | LoopContext) or isinstance(own, LoopContext) or obj in self.globals.values()

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not attr.startswith("_")

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self._step()
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return self._bounded(left + right)
        if not (isinstance(left, int | float) and isinstance(right, int | float)) or operator == "**":
            raise TooMuch(f"“{operator}” works on small numbers only")
        if max(abs(left), abs(right)) > 1e9:
            raise TooMuch("its numbers are too large")
        return super().call_binop(context, operator, left, right)

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Any:
        self._step(50)
        return super().get_template(name, parent, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template's tree, with every loop counted and every text put together bounded."""
        tree = super()._parse(source, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = _filtered(loop.iter, "counted_")
        for holder in list(tree.find_all(nodes.Node)):
            for field, value in holder.iter_fields():
                if isinstance(value, nodes.Concat):
                    setattr(holder, field, _filtered(value, "bounded_"))
                elif isinstance(value, list):
                    value[:] = [_filtered(one, "bounded_") if isinstance(one, nodes.Concat) else one for one in value]
        tree.set_environment(self)
        return tree

    # --- limits --------------------------------------------------------------------------------------------------

    def _step(self, many: int = 1) -> None:
        self._steps += many
        if self._steps > MOST_STEPS:
            raise TooMuch("it loops or calls more often than a newsletter needs")

    def _counted(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._step()
            yield value

    def _bounded(self, text: Any) -> Any:
        if isinstance(text, str) and len(text) > MOST_TEXT:
            raise TooMuch("it puts together too long a text")
        return text

    def _told(self, value: Any) -> Any:
        """A value as it is put out, escaped for the form. What macros put out has been; HTML is escaped by Jinja2."""
        if isinstance(value, Markup):
            return self._bounded(value)
        told = self._escape(str(value))
        return told if self._is_html else Markup(told)  # noqa: S704 - escaped for a form that is not HTML

    def _source(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        text = self._files.get(name)
        return None if text is None else (text, name, lambda: True)


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _place(error: BaseException, name: str, files: Mapping[str, str]) -> tuple[str, int]:
    """The file and line of a template in which an error arose; Jinja2 gives its frames the templates' names."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename in files]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else (name, 0)


def _refusal(name: str, line: int, error: BaseException) -> Refused:
    said = " ".join(str(error).split()).rstrip(".")[:300] or type(error).__name__
    where = f"{name}, line {line}" if line else name
    return Refused(f"The template {where}: {said}.", "Mend that line, or copy the shipped templates again.")
