"""What every test shares: this folder is importable, so that fakes are (`from fakes.files import …`)."""
