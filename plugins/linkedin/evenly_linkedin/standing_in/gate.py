"""What the stand-in lets a token do in whose name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly_linkedin.standing_in.consent import MEMBER, PAGES
from evenly_linkedin.standing_in.wsgi import Refusal

if TYPE_CHECKING:
    from evenly_linkedin.standing_in.consent import Grant

_PUBLISHERS = {"ADMINISTRATOR", "CONTENT_ADMINISTRATOR"}


class Gate:
    """Scopes and roles. Every refusal is a 403."""

    def writes(self, grant: Grant, author: str, path: str) -> None:
        if not self.may_write(grant, author):
            self._need(grant, {"w_member_social", "w_organization_social"}, path)
            said = "Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields [/author]"
            raise Refusal(403, "ACCESS_DENIED", said, serviceErrorCode=100)

    def may_write(self, grant: Grant, author: str) -> bool:
        if author == MEMBER:
            return "w_member_social" in grant.scopes
        return "w_organization_social" in grant.scopes and author in PAGES and PAGES[author][2] in _PUBLISHERS

    def reads(self, grant: Grant, author: str, path: str) -> None:
        """What was published: a page's with its scope, a member's with one that LinkedIn gives to nobody any more."""
        self._need(grant, {"r_organization_social" if author in PAGES else "r_member_social"}, path)

    def administers(self, grant: Grant, path: str) -> None:
        self._need(grant, {"rw_organization_admin", "r_organization_admin"}, path)

    def analyses(self, grant: Grant, scope: str, path: str) -> None:
        self._need(grant, {scope}, path)

    def _need(self, grant: Grant, scopes: set[str], path: str) -> None:
        if not scopes & grant.scopes:
            raise Refusal(403, "ACCESS_DENIED", f"Not enough permissions to access: {path}", serviceErrorCode=100)
