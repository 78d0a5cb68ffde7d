"""`[notify]`: channels are checked like everything else, and hold no secret."""

from pathlib import Path

import pytest

from evenly.settings import Notify, Settings, SettingsRefused, load


def settings(folder: Path, text: str) -> Settings:
    (folder / "evenly.toml").write_text(text, encoding="utf-8")
    return load(folder, {})


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        settings(folder, text)
    (fault,) = refused.value.faults
    return str(fault).partition(": ")[2]


def test_nobody_is_told_unless_a_channel_is_set_up(tmp_path: Path) -> None:
    """And then of everything that needs a person."""
    notify = settings(tmp_path, "").notify

    assert notify == Notify()
    assert notify.channels == ()
    assert notify.on == ("uncertain", "failed", "missed", "held", "sign-in-needed", "alarm")


def test_every_channel_can_be_set_up(tmp_path: Path) -> None:
    """With what it needs, and nothing else."""
    notify = settings(
        tmp_path,
        """
        [notify]
        on = ["failed", "published"]
        [notify.email]
        to = ["anna@atelier.example", "ben@atelier.example"]
        from = "evenly@atelier.example"
        server = "smtp.atelier.example:465"
        [notify.webhook]
        url = "https://hooks.atelier.example/evenly?to=us"
        [notify.ntfy]
        topic = "atelier"
        """,
    ).notify

    assert notify.channels == ("email", "webhook", "ntfy")
    assert notify.email is not None
    assert (notify.email.host, notify.email.port, notify.email.begins_with_tls) == ("smtp.atelier.example", 465, True)
    assert notify.email.sender == "evenly@atelier.example"
    assert notify.ntfy is not None
    assert notify.ntfy.server == "https://ntfy.sh"


@pytest.mark.parametrize(
    ("server", "host", "port"),
    [("smtp.example", "smtp.example", 587), ("[::1]", "::1", 587), ("[::1]:25", "::1", 25), ("a:2525", "a", 2525)],
)
def test_a_server_is_a_host_and_a_port(tmp_path: Path, server: str, host: str, port: int) -> None:
    """587 where none is written."""
    email = settings(tmp_path, f'[notify.email]\nto = "a@b.example"\nserver = "{server}"\n').notify.email

    assert email is not None
    assert (email.host, email.port, email.to) == (host, port, ("a@b.example",))


MAIL = '[notify.email]\nto = "a@b.example"\nserver = "smtp.example"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[notify]\non = ["faild"]\n', 'notify.on[0] is "faild"; allowed: alarm, failed, held'),
        ('[notify]\non = ["faild"]\n', "(did you mean failed?)"),
        ('[notify]\non = "failed"\n', 'notify.on is "failed"; allowed: a list'),
        (
            '[notify]\nemial = { to = "a@b.example" }\n',
            "notify.emial is not a known key; allowed: email, ntfy, on, webhook (did you mean email?)",
        ),
        ('[notify.email]\nto = "a@b.example"\n', "notify.email.server is missing"),
        ('[notify.email]\nto = []\nserver = "s"\n', "notify.email.to is []; allowed: at least one e-mail address"),
        ('[notify.email]\nto = "Anna <a@b.example>"\nserver = "s"\n', "allowed: an e-mail address alone"),
        ('[notify.email]\nto = "a@b.example\\r\\nBcc: c@d.example"\nserver = "s"\n', "allowed: an e-mail address alone"),
        ('[notify.email]\nto = "a@b.example"\nserver = "smtp://s"\n', "allowed: a mail server and its port"),
        ('[notify.email]\nto = "a@b.example"\nserver = "s:70000"\n', "allowed: a mail server and its port"),
        (MAIL + 'password = "hush"\n', "notify.email.password is a secret, which never belongs into this file"),
        (MAIL + 'password = "hush"\n', "run `evenly notify secret`"),
        ('[notify.webhook]\nurl = "http://hooks.example/x"\n', "allowed: an address that begins with https://"),
        ('[notify.webhook]\nurl = "https://me:hush@hooks.example/x"\n', "without user and password"),
        ('[notify.webhook]\nurl = "file:///etc/passwd"\n', "allowed: an address that begins with https://"),
        ('[notify.webhook]\nurl = "https://a.example/x"\nsecret = "whsec_x"\n', "run `evenly notify secret`"),
        ('[notify.ntfy]\ntopic = "a/b"\n', "allowed: a topic of ntfy"),
        ('[notify.ntfy]\ntopic = "a"\nserver = "http://ntfy.example"\n', "allowed: an address that begins with https://"),
        ('[notify.ntfy]\ntopic = "a"\ntoken = "tk_hush"\n', "run `evenly notify secret`"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    """A secret is never repeated."""
    told = refusal(tmp_path, text)

    assert said in told
    assert "hush" not in told.replace("https://me:hush@", "")


def test_on_this_machine_http_will_do(tmp_path: Path) -> None:
    """Nobody stands between."""
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        notify = settings(tmp_path, f'[notify.webhook]\nurl = "http://{host}/x"\n').notify
        assert notify.channels == ("webhook",)
