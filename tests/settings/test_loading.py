"""`evenly.toml` is read whole, checked whole, and every fault is told with its place."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from pydantic import BaseModel

from evenly.settings import Cadence, Dates, Fault, Missed, Settings, SettingsRefused, load, networks_named
from evenly.settings.source import line_of


class Pinboard(BaseModel):
    """The own settings of a network that exists in these tests only."""

    board: str | None = None
    size: int = 3


NETWORKS: Mapping[str, type[BaseModel] | None] = {"pinboard": Pinboard, "plain": None}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path


def settings(workspace: Path, text: str) -> Settings:
    (workspace / "evenly.toml").write_text(text, encoding="utf-8")
    return load(workspace, NETWORKS)


def faults(workspace: Path, text: str) -> tuple[Fault, ...]:
    with pytest.raises(SettingsRefused) as refused:
        settings(workspace, text)
    return refused.value.faults


def only(workspace: Path, text: str) -> Fault:
    (fault,) = faults(workspace, text)
    return fault


FULL = """
[brand]
name = "Atelier Lumière"
timezone = "Europe/Paris"
domains = ["Atelier-Lumiere.example"]

[[audiences]]
name = "couples choosing rings"
ages = [25, 34]
country = "FR"

[topics.care]
words = ["argent"]

[campaigns.mariage-2027]
from = 2026-12-01
until = 2027-02-28

[contacts.lapidaire]
pinboard = "@lapidaire"

[accounts.board]
network = "pinboard"
cadence = "3/week"
weekdays = { Sat = 0.5 }
windows = ["Mon-Fri 08:00-20:00", "Sat 10:00-14:00"]
gap = "3h"
blackouts = ["2026-12-24..2026-12-26", 2027-01-01]
holidays = "FR"
missed = "replan"
timezone = "America/New_York"
api = "http://127.0.0.1:9000/"
board = "rings"

[links]
utm = { source = "{network}" }

[media]
public_url = "https://cdn.example/evenly/"
public_dir = "www"

[engine]
lease = "1s"
request = "0.5s"
settle = "1.5s"
"""


def test_a_full_file_becomes_typed_values(workspace: Path) -> None:
    """What was text in the file is cadence, dates and durations in the settings."""
    read = settings(workspace, FULL)
    board = read.accounts["board"]

    assert read.warnings == ()
    assert read.brand.domains == ("atelier-lumiere.example",)
    assert read.audiences[0].ages == (25, 34)
    assert read.campaigns["mariage-2027"].start == date(2026, 12, 1)
    assert read.contacts["lapidaire"] == {"pinboard": "@lapidaire"}
    assert board.cadence == Cadence(3, "week")
    assert board.weights == {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 0.5}
    assert board.gap == timedelta(hours=3)
    assert board.blackouts[0] == Dates(date(2026, 12, 24), date(2026, 12, 26))
    assert board.blackouts[1] == Dates(date(2027, 1, 1), date(2027, 1, 1))
    assert date(2026, 7, 14) in board.holiday_dates(range(2026, 2027))
    assert board.missed == Missed("replan")
    assert board.api == "http://127.0.0.1:9000"
    assert board.own == {"board": "rings"}
    assert read.zone("board") == "America/New_York"
    assert read.links.utm is not None
    assert read.links.utm.medium == "social"
    assert read.media.public_url == "https://cdn.example/evenly"
    assert read.public_dir == workspace / "www"
    assert read.engine.settle == timedelta(seconds=1.5)


def test_what_is_left_away_has_the_promised_default(workspace: Path) -> None:
    """Daily from 08:00 to 20:00, late posts within six hours, unknown outcomes are asked about."""
    account = settings(workspace, '[brand]\ntimezone = "UTC"\n[accounts.board]\nnetwork = "pinboard"').accounts["board"]

    assert account.cadence == Cadence(1, "day")
    assert {day: [(str(start), str(end)) for start, end in hours] for day, hours in account.hours.items()} == {
        day: [("08:00:00", "20:00:00")] for day in range(7)
    }
    assert account.missed == Missed("publish", timedelta(hours=6))
    assert (account.on_unknown, account.gap, account.audience, account.api) == ("ask", None, None, None)
    assert account.holiday_dates(range(2026, 2027)) == frozenset()


def test_an_empty_file_is_a_workspace_without_accounts(workspace: Path) -> None:
    """Every table has defaults; the brand takes the folder's name."""
    read = settings(workspace, "")

    assert read.accounts == {}
    assert read.name == workspace.name
    assert read.state == workspace / ".evenly"
    assert (read.planner.commit, read.planner.rotation) == (timedelta(days=7), 1.0)
    assert read.engine.settle == timedelta(seconds=150)


WRONG = """
[brand]
name = 3
nmae = "x"
[[audiences]]
name = "first"
[[audiences]]
name = "second"
ages = [34, 25]
[accounts.board]
network = "pinboard"
cadence = "0/day"
windows = [
    "Mon 08:00-20:00",
    "Mon 25:00-26:00",
]
size = "large"
bord = "rings"
[accounts.Other]
network = "pinboard"
[engine]
kind = "procrastinate"
lease = "200s"
"""


def test_every_fault_of_a_file_is_told_at_once_with_its_place(workspace: Path) -> None:
    """Key path and line lead to each of them, in the order of the file."""
    found = [(fault.line, fault.key) for fault in faults(workspace, WRONG)]

    assert found == [
        (3, "brand.name"),
        (4, "brand.nmae"),
        (9, "audiences[1].ages"),
        (12, "accounts.board.cadence"),
        (13, "accounts.board.windows[1]"),
        (17, "accounts.board.size"),
        (18, "accounts.board.bord"),
        (19, "accounts.Other"),
        (21, "engine.settle"),
        (22, "engine.kind"),
    ]


def test_a_fault_says_where_what_was_found_and_what_is_allowed(workspace: Path) -> None:
    """One sentence is enough to mend it."""
    fault = only(workspace, '[accounts.board]\nnetwork = "pinboard"\ncadence = "often"')

    assert str(fault) == (
        f'{workspace / "evenly.toml"}:3: accounts.board.cadence is "often"; allowed: a number above 0 and '
        '"/day", "/week" or "/month", such as "3/week"; at most one post a minute'
    )


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("[brnad]", "brand"),
        ("[brand]\ntimezon = 1", "timezone"),
        ('[accounts.board]\nnetwork = "pinboard"\nboards = "x"', "board"),
        ('[accounts.board]\nnetwork = "plain"\ncadense = "1/day"', "cadence"),
        ('[mix]\npreset = "evenley"', "evenly"),
        ('[accounts.board]\nnetwork = "pinboard"\non_unknown = "asc"', "ask"),
        ('[brand]\ntimezone = "Europe/Pariss"', "Europe/Paris"),
        ('[links]\nutm = { source = "{netwrk}" }', "network"),
    ],
)
def test_a_misspelt_word_is_refused_with_the_one_that_was_meant(workspace: Path, misspelt: str, meant: str) -> None:
    """Unknown keys and words are never ignored, in a network's own settings neither."""
    assert meant in str(only(workspace, misspelt).allowed)


@pytest.mark.parametrize(
    "line",
    [
        'cadence = "1.5/day"',
        'cadence = "1/hour"',
        'cadence = "1441/day"',
        "cadence = 1",
        "windows = []",
        'windows = "Mon 08:00-20:00"',
        'windows = ["Mon 08:00-08:00"]',
        'windows = ["Fri 20:00-10:00", "Sat 09:00-12:00"]',
        "weekdays = { Sat = -1 }",
        "weekdays = { Sat = nan }",
        "weekdays = { Sat = true }",
        "weekdays = { Saturday = 1 }",
        'windows = ["Mon 08:00-20:00"]\nweekdays = { Mon = 0 }',
        'gap = "three hours"',
        "gap = 3",
        'gap = "-3h"',
        'blackouts = ["2026-02-30"]',
        'blackouts = ["2026-12-26..2026-12-24"]',
        "blackouts = [2026-12-24T00:00:00]",
        'holidays = "ZZ"',
        'holidays = "DE-XX"',
        'missed = "publish within a while"',
        'missed = "later"',
        'on_unknown = "guess"',
        'audience = "known"',
        'timezone = "Europe"',
        'timezone = "../UTC"',
        'timezone = "right/Europe/Paris"',
        'timezone = "localtime"',
        'timezone = ""',
        'api = "127.0.0.1:9000"',
        'api = "ftp://127.0.0.1"',
        'api = "http://127.0.0.1:99999"',
        'api = "http://127.0.0.1/v1"',
        'api = "http://me:pw@127.0.0.1"',
        'api = "http://"',
        "board = 3",
    ],
)
def test_an_impossible_value_of_an_account_is_refused(workspace: Path, line: str) -> None:
    """Each with the key that holds it."""
    fault = only(workspace, f'[accounts.board]\nnetwork = "pinboard"\n{line}')

    assert fault.key.startswith("accounts.board." + line.splitlines()[-1].split(" ")[0])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[brand]\nlanguage = "French"', "brand.language"),
        ('[brand]\ndomains = ["https://atelier.example"]', "brand.domains[0]"),
        ('[brand]\ndomains = ["atelier"]', "brand.domains[0]"),
        ("[brand]\nmessages = [1]", "brand.messages[0]"),
        ("[[audiences]]\nages = [1, 2]", "audiences[0].name"),
        ('[[audiences]]\nname = "x"\nages = [1]', "audiences[0].ages[1]"),
        ('[[audiences]]\nname = "x"\ncountry = "France"', "audiences[0].country"),
        ("[topics.p12]", "topics.p12"),
        ("[topics.Care]", "topics.Care"),
        ('[topics."a b"]', 'topics."a b"'),
        ("[planner]\nrotation = 1.5", "planner.rotation"),
        ("[planner]\nrotation = nan", "planner.rotation"),
        ('[planner]\ncommit = "soon"', "planner.commit"),
        ("[capacity]", "capacity.minutes_per_week"),
        ("[capacity]\nminutes_per_week = 0", "capacity.minutes_per_week"),
        ("[capacity]\nminutes_per_week = 9\nhourly_rate = 0", "capacity.hourly_rate"),
        ("[capacity]\nminutes_per_week = 9\nhourly_rate = '40'", "capacity.hourly_rate"),
        ('[capacity]\nminutes_per_week = 9\ncurrency = "euro"', "capacity.currency"),
        ('[capacity]\nminutes_per_week = 9\ncurrency = "QQQ"', "capacity.currency"),
        ("[capacity]\nminutes_per_week = 9\nminutes = { wrote = 1 }", "capacity.minutes.wrote"),
        ('[contacts.x]\nmastodon = ""', "contacts.x.mastodon"),
        ("[campaigns.x]\nfrom = 2027-01-01\nuntil = 2026-01-01", "campaigns.x.until"),
        ('[campaigns.x]\nfrom = "2027-01-01"', "campaigns.x.from"),
        ('[links]\nutm = { source = "{" }', "links.utm.source"),
        ('[links]\nutm = { source = "{network.secret}" }', "links.utm.source"),
        ('[media]\npublic_url = "https://cdn.example"', "media.public_dir"),
        ('[media]\npublic_url = "cdn.example"\npublic_dir = "x"', "media.public_url"),
        ('[media]\nalt_text = "maybe"', "media.alt_text"),
        ('[store]\nurl = "postgresql://localhost/evenly"', "store.url"),
        ('[store]\nurl = "mysql://localhost/evenly"', "store.url"),
        ('[engine]\nlease = "0s"', "engine.lease"),
        ('[engine]\nlease = "60s"\nrequest = "30s"\nsettle = "89s"', "engine.settle"),
        ('[engine]\nlease = "200s"', "engine.settle"),
        ('[engine]\nlease = "30s"\nrequest = "30s"', "engine.request"),
        ('[engine]\nlease = "20s"', "engine.request"),
        ('[engine]\nkind = "procrastinate"', "engine.kind"),
        ("accounts = 3", "accounts"),
        ("[accounts]\nboard = 3", "accounts.board"),
        ("[accounts.board]", "accounts.board.network"),
        ("[accounts.board]\nnetwork = 3", "accounts.board.network"),
    ],
)
def test_an_impossible_value_elsewhere_is_refused(workspace: Path, text: str, key: str) -> None:
    """No table lets a wrong value through."""
    assert only(workspace, text).key == key


def test_a_request_that_no_lease_could_outlast_is_refused_with_the_bound(workspace: Path) -> None:
    """Nothing would ever be sent: a call begins only while its whole time fits into the lease, and some goes by before."""
    said = str(only(workspace, '[engine]\nlease = "60s"\nrequest = "51s"').message())

    assert "50s" in said
    assert "lease" in said
    assert settings(workspace, '[engine]\nlease = "60s"\nrequest = "50s"').engine.request == timedelta(seconds=50)


def test_settle_may_be_exactly_lease_and_request_together(workspace: Path) -> None:
    """The bound itself is allowed."""
    assert settings(workspace, '[engine]\nlease = "60s"\nrequest = "30s"\nsettle = "90s"').engine.kind == "embedded"


def test_procrastinate_goes_with_postgresql(workspace: Path) -> None:
    """The two together are no fault."""
    text = '[engine]\nkind = "procrastinate"\n[store]\nurl = "postgresql+psycopg://localhost/evenly"'

    assert settings(workspace, text).store.is_postgresql


@pytest.mark.parametrize(
    "text",
    [
        '[brand]\ntoken = "hush-hush"',
        '[accounts.board]\nnetwork = "pinboard"\naccess_token = "hush-hush"',
        '[accounts.board]\nnetwork = "elsewhere"\nclient_secret = "hush-hush"',
        '[accounts.board]\nnetwork = "elsewhere"\nlogin = { app-password = "hush-hush" }',
        '[accounts.board]\nnetwork = "plain"\nAPI_KEY = "hush-hush"',
    ],
)
def test_a_secret_is_refused_with_the_cure_and_never_repeated(workspace: Path, text: str) -> None:
    """Whatever the network, tokens belong into the store."""
    fault = only(workspace, text)

    assert "evenly connect" in str(fault)
    assert "hush-hush" not in str(fault)


def test_the_password_of_a_database_is_neither_repeated_nor_praised(workspace: Path) -> None:
    """A refused address is shown by its scheme only; an accepted one with a password is warned of."""
    refused = only(workspace, '[store]\nurl = "postgres://me:hush-hush@localhost/evenly"')
    accepted = settings(workspace, '[store]\nurl = "postgresql+psycopg://me:hush-hush@localhost/evenly"')

    assert "hush-hush" not in str(refused)
    assert "hush-hush" not in repr(accepted)
    assert ["PGPASSFILE" in str(warning) for warning in accepted.warnings] == [True]


def test_an_account_of_a_network_that_is_not_installed_is_warned_of(workspace: Path) -> None:
    """Its own settings stay as they are, unchecked; everything else is checked as ever."""
    text = '[brand]\ntimezone = "UTC"\n[accounts.board]\nnetwork = "pinbaord"\nanything = [1]'
    read = settings(workspace, text)

    assert read.accounts["board"].own == {"anything": [1]}
    (warning,) = read.warnings
    assert "pinbaord" in str(warning)
    assert "did you mean pinboard?" in str(warning)
    assert only(workspace, text + "\ncadence = 1").key == "accounts.board.cadence"


def test_a_missing_time_zone_is_warned_of(workspace: Path) -> None:
    """UTC is hardly what a person means."""
    (warning,) = settings(workspace, '[accounts.board]\nnetwork = "pinboard"').warnings

    assert "brand.timezone" in str(warning)


def test_the_defaults_of_a_networks_model_do_not_hide_what_sign_in_finds_out(workspace: Path) -> None:
    """Only what is written counts as the account's own setting."""
    text = '[accounts.board]\nnetwork = "pinboard"\nsize = 4'

    assert settings(workspace, text).accounts["board"].own == {"size": 4}


def test_the_networks_in_use_are_known_before_anything_is_checked(workspace: Path) -> None:
    """So that only their plugins have to be loaded."""
    (workspace / "evenly.toml").write_text(WRONG + '[accounts.new]\nnetwork = "elsewhere"\n[accounts.odd]\nnetwork = 3')

    assert networks_named(workspace) == {"pinboard", "elsewhere"}


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"a = [\n1,2", 2, "TOML"),
        (b"a = 1\na = 2", 2, "TOML"),
        (b"a = 1\nb = \xff", 2, "UTF-8"),
        (b"a = " + b"[" * 5000, None, "nested"),
        (b'[brand]\nname = "x\x00"', 2, "TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_the_line(workspace: Path, content: bytes, line: int | None, word: str) -> None:
    """Broken syntax, a wrong encoding and absurd nesting are faults of the file, not of the program."""
    (workspace / "evenly.toml").write_bytes(content)

    with pytest.raises(SettingsRefused, match=word) as refused:
        load(workspace, NETWORKS)

    assert [(fault.key, fault.line) for fault in refused.value.faults] == [("", line)]


def test_a_missing_file_is_refused_with_the_cure(workspace: Path) -> None:
    """`evenly init` makes one."""
    with pytest.raises(SettingsRefused, match="evenly init"):
        load(workspace, NETWORKS)


def test_a_folder_in_place_of_the_file_is_refused(workspace: Path) -> None:
    """Whatever cannot be read is a fault with the system's reason."""
    (workspace / "evenly.toml").mkdir()

    with pytest.raises(SettingsRefused, match="directory"):
        load(workspace, NETWORKS)


def test_the_mark_some_editors_put_before_the_text_is_no_fault(workspace: Path) -> None:
    """A byte-order mark is not seen by those who write it."""
    (workspace / "evenly.toml").write_bytes(b'\xef\xbb\xbf[brand]\nname = "x"')

    assert load(workspace, NETWORKS).name == "x"


def test_settings_do_not_change_after_they_are_read(workspace: Path) -> None:
    """They are values."""
    read = settings(workspace, FULL)

    with pytest.raises(ValueError, match="frozen"):
        read.brand.name = "another"


tables = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given_settings(suppress_health_check=[HealthCheck.too_slow])  # the first draw builds the table of all characters
@given(
    st.dictionaries(st.sampled_from(["brand", "mix", "planner", "media", "store", "engine", "links", "x"]), tables),
    st.dictionaries(st.sampled_from(["cadence", "windows", "weekdays", "gap", "blackouts", "missed", "api"]), tables),
)
def test_no_values_whatever_break_the_check(document: dict[str, object], account: dict[str, object]) -> None:
    """A document of arbitrary values is either valid or refused with a fault for each of them."""
    from pydantic import ValidationError

    from evenly.settings.faults import found_in
    from evenly.settings.loading import _frozen
    from evenly.settings.tables import Document

    try:
        Document.model_validate(_frozen({**document, "accounts": {"board": {"network": "pinboard", **account}}}))
    except ValidationError as error:
        found = found_in(error, Document)
        assert found
        assert all(str(allowed) for _, _, allowed in found)


def test_the_line_of_a_key_is_not_looked_for_inside_texts() -> None:
    """What looks like a key inside a multi-line text is none."""
    text = '[brand]\nvoice = """\nname = "no"\n"""\n"name" = "yes"\n'
    assert tomllib.loads(text)["brand"]["name"] == "yes"

    assert line_of(text, ("brand", "name")) == 5
    assert line_of(text, ("brand", "missing")) == 1
    assert line_of(text, ("topics", "care")) is None
