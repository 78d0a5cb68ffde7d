"""What a refusal looks like to a person."""

from __future__ import annotations


def refusal(error: Exception) -> list[str] | None:
    """The lines to print for an error that is meant for people; None for a bug, which stays loud.

    Errors for people carry `faults` or `problems` (each with a `message`, as attribute or method) or one `message`.
    """
    from evenly.masking import masked
    from evenly.messages import shown
    from evenly.plugin import Message

    for each in ("faults", "problems"):
        if faults := getattr(error, each, None):
            return [masked(_sentence(fault)) for fault in faults]
    message = getattr(error, "message", None)
    return [masked(shown(message))] if isinstance(message, Message) else None


def _sentence(fault: object) -> str:
    from evenly.messages import printable, shown
    from evenly.plugin import Message

    message = getattr(fault, "message", fault)
    if callable(message):
        message = message()
    text = shown(message) if isinstance(message, Message) else printable(str(message))
    field = getattr(fault, "field", None)
    return f"{field}: {text}" if isinstance(field, str) else text
