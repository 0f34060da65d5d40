"""What the tests share: a gazetteer compiled once a session, away from the user's cache."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Keep every test, and every process it starts, out of the user's cache and settings."""
    saved = {key: value for key, value in os.environ.items() if key.startswith("MAPPER_")}
    for key in saved:
        del os.environ[key]
    os.environ["MAPPER_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["MAPPER_CACHE_DIR"]
    os.environ.update(saved)


@pytest.fixture(scope="session")
def tools():
    """The layers and the gazetteer that the package ships, opened."""
    from mapper.pipeline import Tools
    from mapper.settings import load_settings

    return Tools(load_settings())


@pytest.fixture(scope="session")
def gazetteer(tools):
    return tools.gazetteer


@pytest.fixture(scope="session")
def layers(tools):
    return tools.layers
