"""Tells people, by mail, webhook and ntfy, what publishing wants them to know.

Publishing writes events into an outbox and goes on; whatever takes time, fails or hangs happens here, on threads of its own.
"""

from evenly.notifying.courier import Courier
from evenly.notifying.letters import Letter, NotSent
from evenly.notifying.outbox import Outbox
from evenly.notifying.secrets import SecretRefused, is_kept, keep_secret, new_signing_secret

__all__ = ["Courier", "Letter", "NotSent", "Outbox", "SecretRefused", "is_kept", "keep_secret", "new_signing_secret"]
