"""What the `sql` verbs need from outside, as Protocols: a database, one transaction at a time."""

from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from propolis.sql.catalogue import Catalogue, Question
from propolis.sql.privileges import Privilege


class ConnectionTextError(ValueError):
    """A connection string that cannot be read. It is not repeated: it may hold a password."""


class Trial(msgspec.Struct, frozen=True):
    """What PostgreSQL said to a statement: *refused* for want of a privilege, *failed* for another reason, or neither.

    *said* is its message.
    """

    refused: bool = False
    failed: bool = False
    said: str = ""


class Session(Protocol):
    """One transaction in one database. It leaves nothing behind unless it is kept.

    Errors of all: OSError when the server is gone or refuses.
    """

    def catalogue(self, question: Question) -> Catalogue:
        """What the database holds about the roles that are asked for, what has been run here included."""
        ...

    def run(self, statement: str) -> None: ...

    def effective(self, role: str) -> frozenset[Privilege]:
        """What PostgreSQL itself says that *role* may do, in every way that it may (`has_table_privilege`, …)."""
        ...

    def explained(self, role: str, schema: str, statement: str) -> Trial:
        """What PostgreSQL says to *role* that wants to run *statement*: it is planned and checked, and not run."""
        ...

    def tried(self, role: str, schema: str, statement: str) -> Trial:
        """What PostgreSQL says to *role* that runs *statement*, which is undone."""
        ...

    def keep(self) -> None:
        """Make all that was run last: all of it or, if this fails, nothing."""
        ...


class DatabaseServer(Protocol):
    def session(self) -> AbstractContextManager[Session]:
        """A transaction, which is undone at its end unless it was kept.

        Errors: ConnectionTextError; OSError when there is no server, or it does not let us in.
        """
        ...
