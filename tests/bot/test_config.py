from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.errors import ConfigError
from bot.settings import SETTINGS


def test_without_settings_everything_has_its_documented_default() -> None:
    config = Config.from_env({})
    assert config == Config()
    assert config.data == Path("data")
    assert config.token is None


def test_settings_are_read_from_their_names() -> None:
    config = Config.from_env(
        {
            "TRACUU_TOKEN": "12:ab_C-d",
            "TRACUU_DATA": "/srv/tracuu",
            "TRACUU_MODEL": "intfloat/multilingual-e5-small",
            "TRACUU_INDEX": "postgresql://bot:secret@db/tracuu",
            "TRACUU_INSTANCE": "b2",
            "TRACUU_WEBHOOK_URL": "https://bot.example/tele",
            "TRACUU_ADMINS": "7, 8 9",
            "TRACUU_API_URL": "http://127.0.0.1:8081/",
            "TRACUU_PROXY": "socks5://user:secret@proxy:1080",
            "TRACUU_LOG": "full",
            "TRACUU_LOG_DAYS": "30",
            "TRACUU_STRICTNESS": "0,75",
            "HOME": "/root",
        }
    )
    assert config == Config(
        token="12:ab_C-d",
        data=Path("/srv/tracuu"),
        model="intfloat/multilingual-e5-small",
        index="postgresql://bot:secret@db/tracuu",
        instance="b2",
        webhook_url="https://bot.example/tele",
        admins=("7", "8", "9"),
        api_url="http://127.0.0.1:8081",
        proxy="socks5://user:secret@proxy:1080",
        log="full",
        log_days=30,
        strictness=0.75,
    )


def test_an_empty_value_means_the_default() -> None:
    assert Config.from_env({setting.name: " " for setting in SETTINGS}) == Config()


def test_data_given_to_a_command_comes_before_the_environment() -> None:
    assert Config.from_env({"TRACUU_DATA": "a"}, Path("b")).data == Path("b")


def test_secrets_do_not_appear_in_the_repr() -> None:
    config = Config.from_env(
        {
            "TRACUU_TOKEN": "12:secret",
            "TRACUU_PROXY": "http://u:secret@p",
            "TRACUU_INDEX": "postgresql://u:secret@p/d",
        }
    )
    assert "secret" not in repr(config)


def test_unknown_names_and_bad_values_are_reported_together() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(
            {"TRACUU_TOKN": "12:secret", "TRACUU_LOG": "loud", "TRACUU_STRICTNESS": "2"}
        )
    unknown, log, strictness = caught.value.problems
    assert unknown == "TRACUU_TOKN: không có thiết lập này; có phải TRACUU_TOKEN?"
    assert log.startswith("TRACUU_LOG: cần là một trong các giá trị: pseudonymous, full, off")
    assert strictness == "TRACUU_STRICTNESS: cần là số từ 0 đến 1."
    assert str(caught.value).splitlines() == [unknown, log, strictness]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACUU_TOKEN", "no colon"),
        ("TRACUU_INDEX", "mysql://db/tracuu"),
        ("TRACUU_INSTANCE", "Bot số 2"),
        ("TRACUU_ADMINS", "@chinh"),
        ("TRACUU_ADMINS", "-1"),
        ("TRACUU_ADMINS", "9" * 5000),
        ("TRACUU_DATA", "~no-such-user/data"),
        ("TRACUU_API_URL", "http://[::1"),
        ("TRACUU_API_URL", "api.telegram.org"),
        ("TRACUU_PROXY", "proxy:1080"),
        ("TRACUU_LOG", "PSEUDO"),
        ("TRACUU_LOG_DAYS", "-3"),
        ("TRACUU_STRICTNESS", "nan"),
        ("TRACUU_STRICTNESS", "rất chắc"),
        ("TRACUU_LLM_URL", "localhost:11434"),
        ("TRACUU_LLM_KEY", "khóa bí mật"),
        ("TRACUU_LLM_TIMEOUT", "-5"),
        ("TRACUU_LLM_TIMEOUT", "500"),
    ],
)
def test_a_bad_value_is_refused_by_name_without_being_repeated(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name) as caught:
        Config.from_env({name: value})
    assert value not in str(caught.value).removeprefix(name)


def test_a_named_instance_takes_updates_by_webhook_alone() -> None:
    with pytest.raises(ConfigError, match="TRACUU_INSTANCE: .*TRACUU_WEBHOOK_URL"):
        Config.from_env({"TRACUU_INSTANCE": "b2"})


def test_endpoint_needs_the_name_of_its_model() -> None:
    settings = {"TRACUU_LLM_URL": "http://127.0.0.1:11434/v1", "TRACUU_LLM_KEY": "secret"}
    with pytest.raises(ConfigError, match="TRACUU_LLM_MODEL"):
        Config.from_env(settings)
    config = Config.from_env({**settings, "TRACUU_LLM_MODEL": "m", "TRACUU_LLM_TIMEOUT": "5"})
    assert (config.llm_url, config.llm_model, config.llm_timeout) == (
        "http://127.0.0.1:11434/v1",
        "m",
        5.0,
    )
    assert "secret" not in repr(config)


@given(st.dictionaries(st.sampled_from([s.name for s in SETTINGS]), st.text(max_size=20)))
def test_any_environment_gives_settings_or_one_clear_error(environment: dict[str, str]) -> None:
    try:
        config = Config.from_env(environment)
    except ConfigError as error:
        assert all(problem.split(":")[0] in environment for problem in error.problems)  # noqa: PT017
    else:
        assert 0 <= config.strictness <= 1
