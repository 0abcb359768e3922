"""What papermill finds under its entry point: names only.

papermill loads its engines while it is being imported itself, so nothing here imports papermill before it is asked to run
something.
"""

from __future__ import annotations

from typing import Any


class Forked:
    """The engine `friendly-city`: a notebook in a fork of papermill's process."""

    @classmethod
    def _engine(cls) -> Any:
        from friendly_city.batch.engine import ForkEngine

        return ForkEngine

    @classmethod
    def execute_notebook(cls, *words: Any, **named: Any) -> Any:
        """Run a notebook; as papermill's `Engine.execute_notebook`."""
        return cls._engine().execute_notebook(*words, **named)

    @classmethod
    def nb_kernel_name(cls, *words: Any, **named: Any) -> Any:
        """Return the kernel a notebook asks for."""
        return cls._engine().nb_kernel_name(*words, **named)

    @classmethod
    def nb_language(cls, *words: Any, **named: Any) -> Any:
        """Return the language of a notebook."""
        return cls._engine().nb_language(*words, **named)


class Real(Forked):
    """The engine `friendly-city-kernel`: papermill's own, as the batch calls it."""

    @classmethod
    def _engine(cls) -> Any:
        from friendly_city.batch.engine import KernelEngine

        return KernelEngine
