"""What every test shares: this folder is importable, so that fakes are (`from fakes.files import …`)."""

from hypothesis import settings

# How long an example takes says something of the machine, and nothing of what is tested.
settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")
