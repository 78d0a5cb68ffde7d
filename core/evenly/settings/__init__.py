"""File and environment become one frozen, checked Settings; every fault of the file is told at once.

settings = load(find_workspace(Path.cwd()), networks={"mastodon": MastodonSettings})
"""

from evenly.settings.account import Account
from evenly.settings.calendar import WEEKDAYS, Cadence, Dates, Hours, Missed, Window, holiday_dates
from evenly.settings.faults import Fault, SettingsRefused
from evenly.settings.loading import check, load, networks_named
from evenly.settings.mix import PRESETS, TEXT_NETWORKS, Bounds, Mix, MixWindow, Target
from evenly.settings.notify import Email, Notify, Ntfy, Webhook
from evenly.settings.tables import (
    Audience,
    Brand,
    Campaign,
    Capacity,
    Engine,
    Experiment,
    Links,
    Media,
    Planner,
    Retention,
    Settings,
    Store,
    TaskMinutes,
    Topic,
    Utm,
)
from evenly.settings.workspace import FILE, WorkspaceNotFound, config, find_workspace, shipped

__all__ = [
    "FILE",
    "PRESETS",
    "TEXT_NETWORKS",
    "WEEKDAYS",
    "Account",
    "Audience",
    "Bounds",
    "Brand",
    "Cadence",
    "Campaign",
    "Capacity",
    "Dates",
    "Email",
    "Engine",
    "Experiment",
    "Fault",
    "Hours",
    "Links",
    "Media",
    "Missed",
    "Mix",
    "MixWindow",
    "Notify",
    "Ntfy",
    "Planner",
    "Retention",
    "Settings",
    "SettingsRefused",
    "Store",
    "Target",
    "TaskMinutes",
    "Topic",
    "Utm",
    "Webhook",
    "Window",
    "WorkspaceNotFound",
    "check",
    "config",
    "find_workspace",
    "holiday_dates",
    "load",
    "networks_named",
    "shipped",
]
