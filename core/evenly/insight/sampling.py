"""Intervals and tests over posts, by resampling: the post is the unit, and the same numbers always give the same answer.

Above `MANY` values resampling tells nothing that the normal distribution does not, and takes its place. scipy takes a second to load: it
is, once there is something to be computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evenly.insight.values import Interval

if TYPE_CHECKING:
    import numpy as np

    Values = Sequence[float] | np.ndarray[Any, Any]

DRAWS = 2000
SEED = 20_261_123
MANY = 1000
_CONFIDENCE = 0.95


def wilson(hits: int, of: int) -> Interval | None:
    """The interval of a share, from 0 to 1 (Wilson 1927)."""
    if not of:
        return None
    from scipy.stats import binomtest

    found = binomtest(hits, of).proportion_ci(_CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def mean_interval(values: Values) -> Interval | None:
    """The interval of a mean; None below 2 values."""
    return _interval([_array(values)], lambda one, axis: one.mean(axis=axis))


def difference_interval(ones: Values, others: Values) -> Interval | None:
    """The interval of the mean of `ones` less that of `others`; None where either has below 2 values."""
    return _interval([_array(ones), _array(others)], lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis))


def ratio_interval(parts: Values, wholes: Values) -> Interval | None:
    """The interval of sum(parts) / sum(wholes), both of the same posts; None below 2 posts or where nothing is to be divided by."""
    import numpy as np

    part, whole = _array(parts), _array(wholes)
    if len(part) < 2 or not whole.sum():  # noqa: PLR2004 - one value has no spread
        return None
    ratio = part.sum() / whole.sum()
    # Each post's pull on the ratio, so that its spread is that of a mean.
    pulled = mean_interval(ratio + (part - ratio * whole) / np.mean(whole))
    return None if pulled is None else Interval(max(0.0, pulled.low), pulled.high)


def p_of_difference(ones: Values, others: Values) -> float | None:
    """How often chance alone would set the means so far apart: by permutation. None where either has below 2 values."""
    import numpy as np

    one, other = _array(ones), _array(others)
    if min(len(one), len(other)) < 2:  # noqa: PLR2004 - one value has no spread
        return None
    from scipy.stats import permutation_test, ttest_ind

    if np.ptp(np.concatenate([one, other])) == 0:
        return 1.0
    if len(one) + len(other) > MANY:
        return float(ttest_ind(one, other, equal_var=False).pvalue)
    found = permutation_test(
        (one, other),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        vectorized=True,
        n_resamples=DRAWS - 1,
        batch=200,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def discoveries(ps: Values, rate: float = 0.1) -> list[bool]:
    """Which of many tests have found something, so that at most `rate` of the found are false (Benjamini and Hochberg 1995)."""
    if not ps:
        return []
    from scipy.stats import false_discovery_control

    return [bool(adjusted <= rate) for adjusted in false_discovery_control(list(ps))]


def _interval(samples: list[np.ndarray[Any, Any]], statistic: Any) -> Interval | None:
    import numpy as np

    least = min(map(len, samples))
    if least < 2:  # noqa: PLR2004 - one value has no spread
        return None
    from scipy.stats import bootstrap, norm, t

    centre = float(statistic(*samples, axis=-1))
    if all(np.ptp(sample) == 0 for sample in samples):
        return Interval(centre, centre)
    tail = (1 - _CONFIDENCE) / 2
    if sum(map(len, samples)) > MANY:
        half = float(norm.isf(tail)) * float(np.sqrt(sum(sample.var(ddof=1) / len(sample) for sample in samples)))
        return Interval(centre - half, centre + half)
    # Percentiles of few values lie too close together; Hesterberg (2015, "expanded percentile") widens them to Student's t.
    expanded = float(norm.cdf(-np.sqrt(least / (least - 1)) * t.isf(tail, least - 1)))
    found = bootstrap(
        samples,
        statistic,
        n_resamples=DRAWS,
        confidence_level=1 - 2 * expanded,
        method="percentile",
        vectorized=True,
        batch=200,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def _array(values: Values) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.asarray(values, dtype=float)
