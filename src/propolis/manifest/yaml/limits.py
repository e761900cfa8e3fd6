"""How much of a hostile text is read before it is refused."""

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """Each limit names a blow-up point; the defaults lie far above any real bundle."""

    bytes: int = 64 * 1024 * 1024
    """Of the whole file as UTF-8. 5,000 rendered policies have 8 MB; the values need ~20 times that."""

    documents: int = 100_000
    """In one file. Ten times the policies of a very large cluster."""

    nodes: int = 1_000_000
    """Keys and values of one document. etcd stores 1.5 MiB per object at most, a node needs 2 characters."""

    depth: int = 100
    """Of nesting, aliases included. The Cilium CRDs reach 20; recursive readers have 1,000 frames."""

    alias_expansion: int = 100_000
    """Nodes that aliases add to one document. A bomb of nine lines stands for 9^9; readers walk them all."""


LIMITS = Limits()
