"""Settings: defaults < file < environment < options, and unknown keys are refused."""

import pytest

from mapper.errors import SettingsError
from mapper.settings import Settings, load_settings


def test_later_sources_win(tmp_path):
    file = tmp_path / "mapper.toml"
    file.write_text('min_probability = 0.1\ncache_dir = "from file"\nparse_seconds = 3\n')
    settings = load_settings(
        file,
        environment={"MAPPER_MIN_PROBABILITY": "0.2", "MAPPER_CACHE_DIR": "from environment"},
        options={"cache_dir": "from options", "geodata_dir": None},
    )
    assert settings == Settings(
        min_probability=0.2, cache_dir="from options", parse_seconds=3.0, geodata_dir=""
    )


def test_the_working_folder_is_searched(tmp_path, monkeypatch):
    (tmp_path / "mapper.toml").write_text("min_probability = 0.7\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}).min_probability == 0.7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min_probabilty = 1", "did you mean 'min_probability'"),
        ("zzz = 1", "known: geodata_dir"),
        ('min_probability = "high"', "must be float"),
        ("parse_seconds = true", "must be float"),
        ("min_probability = 1.5", "must be 0 to 1"),
        ("parse_seconds = 0", "above 0"),
        ("not toml", "cannot read settings"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, text, message):
    file = tmp_path / "mapper.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings(file, environment={})


def test_the_digest_ignores_where_the_cache_is():
    assert Settings(cache_dir="a").digest() == Settings(cache_dir="b").digest()
    assert Settings(data_dir="a").digest() == Settings(data_dir="b").digest()
    assert Settings(min_probability=0.1).digest() != Settings().digest()


def test_own_gazetteers_have_a_folder_of_their_own(tmp_path):
    assert Settings(data_dir=str(tmp_path)).data_path == tmp_path
    assert load_settings(environment={"MAPPER_DATA_DIR": "x"}).data_path.name == "x"
    assert Settings().data_path != Settings().cache_path
