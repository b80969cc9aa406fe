"""Settings from the environment: defaults, values and errors."""

from pathlib import Path

import msgspec
import pytest

from server.serve.supervisor import environment
from server.settings import Settings, SettingsError, read

SECRET = "a secret of thirty-two characters"
ENGINES = {"DATABASE_URL": "postgresql://kuis@db/kuis", "REDIS_URL": "redis://cache:6379/0"}


def test_nothing_set_means_the_embedded_engines() -> None:
    settings = read({"PATH": "/bin", "DATABASE_URL": " "})
    assert settings == Settings()
    assert settings.embeds_engines


def test_everything_can_be_set() -> None:
    settings = read(
        {
            **ENGINES,
            "HOST": "0.0.0.0",  # noqa: S104  # read, not bound
            "PORT": "80",
            "WORKERS": "4",
            "DATA_DIR": "/srv/kuis",
            "DATABASE_POOL_SIZE": "20",
            "DATABASE_MAX_OVERFLOW": "0",
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": "https://kuis.example/",
            "ALLOWED_ORIGINS": "https://a.example, https://b.example",
            "TRUSTED_PROXIES": "10.0.0.0/8",
            "TLS_CERT": "/etc/kuis/cert.pem",
            "TLS_KEY": "/etc/kuis/key.pem",
            "FILES_URL": "s3://kuis/school?endpoint=https://s3.example",
            "TEACHER_SIGNUP": "closed",
            "LIMIT_SCALE": "20",
            "LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",  # noqa: S104
        port=80,
        workers=4,
        data_dir=Path("/srv/kuis"),
        database_url="postgresql+asyncpg://kuis@db/kuis",
        database_pool_size=20,
        database_max_overflow=0,
        redis_url="redis://cache:6379/0",
        secret_key=SECRET,
        public_url="https://kuis.example",
        allowed_origins=("https://a.example", "https://b.example"),
        trusted_proxies="10.0.0.0/8",
        tls_cert="/etc/kuis/cert.pem",
        tls_key="/etc/kuis/key.pem",
        files_url="s3://kuis/school?endpoint=https://s3.example",
        teacher_signup="closed",
        limit_scale=20,
        log_level="DEBUG",
    )
    assert not settings.embeds_engines
    assert settings.require_engines() is settings
    assert read(environment(settings)) == settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WORKERS", "0"),
        ("WORKERS", "1.5"),
        ("DATABASE_POOL_SIZE", "٣"),
        ("DATABASE_URL", "mysql://root:hush@db/kuis"),
        ("DATABASE_URL", "hush"),
        ("DATABASE_URL", "postgresql://u:hush@db:port/kuis"),
        ("DATABASE_URL", "postgresql://u:hush@db:65536/kuis"),
        ("DATABASE_URL", "postgresql://u:hush@[::1/kuis"),
        ("REDIS_URL", "http://hush@cache"),
        ("REDIS_URL", "redis://:hush@cache:port/0"),
        ("REDIS_URL", "redis://:hush@cache:65536/0"),
        ("REDIS_URL", "redis://:hush@[::1/0"),
        ("REDIS_URL", "redis://:hush@cache/first"),
        ("REDIS_URL", "redis://:hush@cache/0?colour=red"),
        ("REDIS_URL", "redis://:hush@cache/0?socket_timeout=long"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "redis+cluster://"),
        ("REDIS_URL", "redis+cluster://:hush@cache"),
        ("REDIS_URL", "redis+cluster://:hush@one:6379,two"),
        ("REDIS_URL", "redis+cluster://:hush@one:6379,two:65536"),
        ("REDIS_URL", "redis+cluster://:hush@one:6379/1"),
        ("REDIS_URL", "redis+cluster://:hush@one:6379?db=1"),
        ("REDIS_URL", "redis+cluster://:hush@one:6379?colour=red"),
        ("REDIS_URL", "redis+sentinel://:hush@one:26379,two:26379"),
        ("REDIS_URL", "redis+sentinel://:hush@one:26379/service?colour=red"),
        ("REDIS_URL", "redis+sentinel://:hush@one:26379/service?sentinel_colour=red"),
        ("REDIS_URL", "redis+swarm://:hush@one:6379"),
        ("SECRET_KEY", "hush"),
        ("PUBLIC_URL", "kuis.example"),
        ("PUBLIC_URL", "https://kuis .example"),
        ("PUBLIC_URL", "https://kuis.example/below"),
        ("PUBLIC_URL", "http://["),
        ("ALLOWED_ORIGINS", "https://a.example,b.example"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://*"),
        ("ALLOWED_ORIGINS", "https://a.example/page"),
        ("TRUSTED_PROXIES", "nginx"),
        ("TRUSTED_PROXIES", "127.0.0.1,10.0.0.1/8"),
        ("FILES_URL", "https://key:hush@s3.example/bucket"),
        ("FILES_URL", "s3://key:hush@bucket"),
        ("FILES_URL", "s3://"),
        ("FILES_URL", "s3://bucket?secret=hush"),
        ("FILES_URL", "s3://bucket?region=a&region=hush"),
        ("FILES_URL", "s3://bucket?endpoint=s3.example"),
        ("FILES_URL", "s3://bucket?endpoint=https://key:hush@s3.example"),
        ("FILES_URL", "s3://bucket#hush"),
        ("TEACHER_SIGNUP", "perhaps"),
        ("LIMIT_SCALE", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it_and_tells_no_secret(
    variable: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=rf"^{variable} is .+\.$") as caught:
        read({variable: value})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "rediss://kuis:secret@cache:6380/1?ssl_cert_reqs=none",
        "unix:///run/redis.sock?db=1",
        "redis+cluster://one:6379",
        "rediss+cluster://kuis:secret@one:6379,[::1]:6380/0?ssl_ca_certs=/etc/ca.pem",
        "redis+sentinel://one:26379,two:26379,three:26379/kuis?db=1",
        "rediss+sentinel://:secret@one:26379/kuis?sentinel_password=other&ssl_check_hostname=no",
    ],
)
def test_redis_may_be_one_or_several(address: str) -> None:
    assert read({"REDIS_URL": address}).redis_url == address


def test_an_unknown_option_of_the_database_is_named() -> None:
    with pytest.raises(SettingsError) as caught:
        read({"DATABASE_URL": "postgresql://u:hush@db/kuis?sslmode=require&channel_binding=hush"})
    said = str(caught.value)
    assert said == "DATABASE_URL has an option that is not known here: channel_binding."


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Kuis.Example:443", "https://kuis.example"),
        ("http://kuis.example:80/", "http://kuis.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://my_host:8000", "http://my_host:8000"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(given: str, origin: str) -> None:
    settings = read({"PUBLIC_URL": given, "ALLOWED_ORIGINS": given})
    assert settings.public_url == origin
    assert settings.allowed_origins == (origin,)


@pytest.mark.parametrize("proxies", ["*", "127.0.0.1", "10.0.0.0/8, ::1"])
def test_proxies_are_addresses_and_networks(proxies: str) -> None:
    assert read({"TRUSTED_PROXIES": proxies}).trusted_proxies == proxies


def test_without_embedded_engines_a_secret_is_needed() -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY is not set\.$"):
        read(ENGINES)


@pytest.mark.parametrize("missing", ["database_url", "redis_url", "secret_key"])
def test_a_process_that_starts_no_engines_needs_their_addresses(missing: str) -> None:
    whole = Settings(database_url="d", redis_url="r", secret_key="s")
    with pytest.raises(SettingsError, match=rf"^{missing.upper()} is not set\.$"):
        msgspec.structs.replace(whole, **{missing: ""}).require_engines()


def test_settings_shown_tell_no_secret() -> None:
    settings = Settings(database_url="hush", redis_url="hush", secret_key="hush")
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("alone", ["TLS_CERT", "TLS_KEY"])
def test_a_certificate_needs_its_key(alone: str) -> None:
    with pytest.raises(SettingsError, match="TLS_CERT and TLS_KEY belong together"):
        read({alone: "/etc/kuis/some.pem"})
