"""A database in memory, for the ports `DatabaseServer` and `Session`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from propolis.commands.sessions import Session, Trial
from propolis.sql.catalogue import Catalogue, Question
from propolis.sql.privileges import Privilege


class MemoryServer:
    """Holds *before*; once something was run, *after*. *lost* is raised at the statement of that number.

    *kept* are the statements of the transactions that were kept, *undone* those of the others.
    """

    def __init__(
        self,
        before: Catalogue,
        after: Catalogue | None = None,
        *,
        effective: frozenset[Privilege] = frozenset(),
        trials: Sequence[Trial] = (),
        lost: int | None = None,
    ) -> None:
        self.before = before
        self.after = after or before
        self.answers = effective
        self.trials = list(trials)
        self.lost = lost
        self.kept: list[str] = []
        self.undone: list[str] = []

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = MemorySession(self)
        try:
            yield session
        finally:
            (self.kept if session.is_kept else self.undone).extend(session.statements)


class MemorySession:
    def __init__(self, server: MemoryServer) -> None:
        self.server = server
        self.statements: list[str] = []
        self.is_kept = False

    def catalogue(self, question: Question) -> Catalogue:
        changed = any(not statement.startswith("SELECT") for statement in self.statements)
        return self.server.after if changed else self.server.before

    def run(self, statement: str) -> None:
        if self.server.lost is not None and len(self.statements) == self.server.lost:
            raise OSError("PostgreSQL: the connection was closed in the middle of operation")
        self.statements.append(statement)

    def effective(self, role: str) -> frozenset[Privilege]:
        return self.server.answers

    def explained(self, role: str, schema: str, statement: str) -> Trial:
        return (
            self.server.trials.pop(0) if self.server.trials else Trial(refused=True, said="permission denied")
        )

    tried = explained

    def keep(self) -> None:
        self.is_kept = True
