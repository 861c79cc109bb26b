"""The report leadership reads: one page from a comparison, as HTML, Markdown, PDF, picture or slides."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketsim.report.files import FORMATS, write, write_html

__all__ = ["FORMATS", "write", "write_html"]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is first asked for: a report needs figures and templates."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.files"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
