"""The contracts between rooms cover every room, and their names are sentences."""

import configparser
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(REPOSITORY / ".importlinter")


def test_every_kinds_folder_has_an_independence_contract():
    independent = {
        line.strip()
        for section in CONTRACTS.sections()
        if CONTRACTS[section].get("type") == "independence"
        for line in CONTRACTS[section]["modules"].split()
    }
    kinds = {
        f"propolis.{folder.parent.name}.kinds.*" for folder in (REPOSITORY / "src/propolis").glob("*/kinds")
    }
    assert kinds <= independent


def test_names_are_sentences():
    for section in CONTRACTS.sections():
        if ":contract:" in section:
            name = CONTRACTS[section]["name"]
            assert name[0].isupper() and len(name.split()) >= 4, name


def test_no_room_is_excused():
    rooms = CONTRACTS["importlinter:contract:rooms"]
    assert rooms["exhaustive"] == "True"
    assert rooms["exhaustive_ignores"].split() == ["__main__"]
    assert "(" not in rooms["layers"], "an optional room hides that it is missing"
