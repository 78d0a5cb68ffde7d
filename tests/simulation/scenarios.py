"""What can happen to a publisher, by number, and which tests outside this folder show it where their names do not carry the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BY_NAME: Mapping[int, str] = {
    1: "killed before the intent",
    2: "killed between intent and connection",
    3: "killed after the network accepted, before the answer",
    4: "killed between answer and its commit",
    5: "the answer is dropped, on each network",
    6: "a 500 before and after, indistinguishable",
    7: "the post appears only after the reset",
    8: "unknown, then 429, 401 or 422 on the retry",
    9: "429 with and without Retry-After",
    10: "two daemons, one SQLite file",
    11: "two workers, one PostgreSQL, one paused past its lease and woken",
    12: "the wall clock jumps, idle and in flight",
    13: "DST gap and overlap, both hemispheres",
    14: "disk full at intent, at outcome",
    15: "the database restarts under 100 publishes",
    16: "the store is locked for 30 s by another",
    17: "refresh races, lost answers, kills between answer and store",
    18: "broken JSON, truncated, duplicated answer",
    19: "a plugin raises, hangs, is uninstalled with posts queued",
    20: "edit and cancel racing with claim and send",
}
_DYING = [("simulation/test_dying.py", "test_killed_at_a_named_step"), ("simulation/test_crash_points.py", "test_killed_at_every_point")]
ELSEWHERE: Mapping[int, Sequence[tuple[str, str]]] = {
    1: _DYING,
    2: _DYING,
    3: _DYING,
    4: _DYING,
    10: [
        ("engines/test_daemon.py", "test_a_second_daemon_names_the_first_and_takes_over_when_it_dies"),
        ("publishing/test_working.py", "test_two_processes_at_once_publish_each_post_once"),
    ],
    17: [
        ("signing_in/test_refreshing.py", "test_processes_killed_at_random_use_no_refresh_token_twice"),
        ("signing_in/test_refreshing.py", "test_a_kill_between_answer_and_store_needs_a_sign_in_only_when_both_tokens_are_refused"),
    ],
    19: [
        ("publishing/test_working.py", "test_a_plugin_that_raises_before_the_call_fails_its_own_delivery_only"),
        ("publishing/test_working.py", "test_a_plugin_that_raises_after_the_call_is_not_believed"),
        ("engines/test_daemon.py", "test_a_network_that_hangs_delays_no_other"),
        ("simulation/test_races.py", "test_scenario_19_an_uninstalled_network_keeps_its_posts"),
    ],
}
