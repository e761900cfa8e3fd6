"""The arguments and options that verbs share."""

import os
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, TextIO

import click

from propolis import plugins
from propolis.cli.root import DEBUG_FLAG
from propolis.model.flags import Flag, Mistake, assigned
from propolis.model.settings import NEWEST, SUPPORTED, Settings, Version, version
from propolis.report import formats

Decorated = Callable[..., Any]


@cache
def found_formats() -> dict[str, ModuleType]:
    """Format name → its module."""
    return {module.NAME: module for module in plugins.discover(formats).values()}


class CiliumVersion(click.ParamType[Version]):
    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Version:
        found = value if isinstance(value, Version) else version(value)
        if found is None:
            known = ", ".join(str(each) for each in SUPPORTED)
            self.fail(
                f"`{value}` is no supported Cilium version (supported: {known}, and releases, as in 1.19.4)",
                param,
                ctx,
            )
        return found


class Format(click.Choice[str]):
    """A format that can tell what the verb has to say."""

    name = "format"

    def __init__(self) -> None:
        super().__init__(sorted(found_formats()))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = super().convert(value, param, ctx)
        verb = ctx.command.name if ctx else None
        verbs = found_formats()[found].VERBS
        if verbs is not None and verb not in verbs:
            usable = ", ".join(f"`{name}`" for name in self.choices if self._tells(name, verb))
            whose = " and ".join(f"`{each}`" for each in sorted(verbs))
            self.fail(f"`{found}` is a format of {whose} only; `{verb}` has {usable}", param, ctx)
        return found

    @staticmethod
    def _tells(name: str, verb: str | None) -> bool:
        verbs = found_formats()[name].VERBS
        return verbs is None or verb in verbs

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(name for name in self.choices if self._tells(name, ctx.command.name))}]"


class Setting(click.ParamType[Flag]):
    name = "setting"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Flag:
        if isinstance(value, Flag):
            return value
        name, equals, text = str(value).partition("=")
        if not equals:
            self.fail(f"`{value}` sets nothing: write NAME=VALUE, as in `enable-policy=always`", param, ctx)
        flag = Flag(name.strip(), text)
        found = assigned(Settings(version=NEWEST), flag)
        if isinstance(found, Mistake):
            self.fail(f"{found.message}: {found.help}", param, ctx)
        return flag


class Appearance:
    """How a report leaves: in which format, to which file (None: a stream), with colour or not, how much of it."""

    def __init__(self, format_: str, color: str, quiet: bool, output: str | None = None) -> None:
        self.format = found_formats()[format_]
        self.color = color
        self.quiet = quiet
        self.output = output

    def takes_color(self, stream: TextIO | None) -> bool:
        """Whether the report is coloured on *stream*; None is a file."""
        if self.color != "auto":
            return self.color == "always"
        if stream is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return False
        return stream.isatty()


def paths_argument(command: Decorated) -> Decorated:
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())(command)


def cilium_option(command: Decorated) -> Decorated:
    return click.option(
        "--cilium",
        type=CiliumVersion(),
        metavar="VERSION",
        help="Cilium version to judge by: 1.19, or one release, 1.19.4.  [default: the profile's, or 1.19]",
    )(command)


def setting_option(command: Decorated) -> Decorated:
    return click.option(
        "--setting",
        "flags",
        type=Setting(),
        multiple=True,
        metavar="NAME=VALUE",
        help="A flag of Cilium's agent, e.g. enable-host-firewall=true; repeatable.  "
        "[default: what a cilium-config among the manifests sets, or Helm's]",
    )(command)


def timeout_option(command: Decorated) -> Decorated:
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Give up after so long, reading not counted: what is not decided by then is unknown.  [default: no limit]",
    )(command)


def explain_option(command: Decorated) -> Decorated:
    return click.option(
        "--explain",
        "explaining",
        is_flag=True,
        help="Also say which rules would have to change for the other answer, and the nearest flow that is allowed.",
    )(command)


def cache_option(command: Decorated) -> Decorated:
    return click.option(
        "--no-cache",
        "fresh",
        is_flag=True,
        envvar="PROPOLIS_NO_CACHE",
        help="Read every manifest again, and keep nothing for the next time.",
    )(command)


def debug_option(command: Decorated) -> Decorated:
    return click.option(DEBUG_FLAG, is_flag=True, expose_value=False, help="Show the traceback of a defect.")(
        command
    )


def appearance_options(command: Decorated) -> Decorated:
    """`--format`, `--color`, `--quiet` and `--debug`; the verb adds its own meaning of `--output`."""
    options = (
        click.option(
            "--format",
            "format_",
            type=Format(),
            default="text",
            show_default=True,
            help="How to write the report.",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colour: auto is off when piped or with NO_COLOR.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Write only what is not kept."),
        debug_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def output_option(command: Decorated) -> Decorated:
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Write the report to FILE instead of stdout.",
    )(command)
