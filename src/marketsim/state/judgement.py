"""How a lead is judged: its score, whether sales follows it up, and how long it takes to get there."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import lognormal, uniform4
from marketsim.rules.leads import ENGAGEMENT, SALES_READY, follow_up_probability, score_bin
from marketsim.state.layout import (
    FEEDBACK,
    FROM_ADS_LOW_INTENT,
    FROM_HAND_RAISE,
    FROM_NURTURE,
    FROM_ORGANIC,
    FROM_OUTBOUND,
    FROM_SEARCH,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
    HAND_OVER,
    QUALIFICATION,
    SCORE_BINS,
    Record,
    Rows,
)
from marketsim.state.streams import FORM_ABANDONED, LEAD_FOLLOW_UP, LEAD_LOST, LEAD_RANK, REQUALIFY_DELAY
from marketsim.state.structure import structure_works

_SCORES_KEPT = 0.995  # what a score still weighs in the histogram after one more: the last 200 or so


@compiled
def abandons_form(p: Rows, w: Rows, i: int, key_need: int, source: int, k: int) -> bool:
    """Tell whether an inquirer gives up at a form that asks for more, as a definition made for sales wants it."""
    if p[0].definition != SALES_READY:
        return False
    by_form = source in (FROM_HAND_RAISE, FROM_SEARCH, FROM_WEBINAR, FROM_NURTURE) or source in (
        FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT,
    )  # fmt: skip
    if not by_form or uniform4(p[0].key[FORM_ABANDONED], i, key_need, source, k) >= p[0].sales_ready_fewer:
        return False
    w[0].month.abandoned_forms += 1.0
    return True


@compiled
def score_of(p: Rows, w: Rows, lead: Record, z: float, now: float) -> float:
    """Return what the company sees of a lead: its truth, as sharply as definition, feedback and insight let it."""
    accuracy = p[0].score_accuracy + p[0].insight_score * w[0].insight
    if p[0].definition == SALES_READY:
        accuracy += p[0].sales_ready_accuracy
    if structure_works(w, FEEDBACK, now):
        accuracy += p[0].accuracy_with_feedback
    score = z + accuracy * p[0].truth_score[lead.truth]
    if p[0].definition == ENGAGEMENT and lead.source in (FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT):
        score += p[0].engagement_bonus
    return float(score)


@compiled
def is_followed_up(p: Rows, w: Rows, lead: Record) -> bool:
    """Tell whether sales follows up a qualified lead: as many as trust lets it, at random or those that score best."""
    if p[0].trust_enabled == 0:
        return True
    chance = follow_up_probability(w[0].trust, p[0].trust_floor, p[0].trust_full_at)
    if p[0].ignore_lowest == 1:
        return bool(_rank(p, w, lead) >= 1.0 - chance)
    return uniform4(p[0].key[LEAD_FOLLOW_UP], lead.account, lead.key_need, lead.source, lead.k) < chance


@compiled
def _rank(p: Rows, w: Rows, lead: Record) -> float:
    """Return the share of recent qualified leads, this one among them, that scored below; a tie is drawn."""
    bins = w[0].score_bins
    own = score_bin(lead.score, SCORE_BINS)
    below = 0.0
    total = 0.0
    for b in range(SCORE_BINS):
        bins[b] *= _SCORES_KEPT
        if b == own:
            bins[b] += 1.0
        if b < own:
            below += bins[b]
        total += bins[b]
    u = uniform4(p[0].key[LEAD_RANK], lead.account, lead.key_need, lead.source, lead.k)
    return float((below + u * bins[own]) / total)


@compiled
def is_judged_twice(p: Rows, w: Rows, lead: Record, now: float) -> bool:
    """Tell whether sales judges a lead again that marketing has called qualified: there are two definitions."""
    if lead.front == 1 or p[0].scoring_enabled == 0:
        return False
    return not structure_works(w, QUALIFICATION, now)


@compiled
def days_to_sales(p: Rows, w: Rows, lead: Record, now: float) -> float:
    """Return the days until sales has a lead that it means to follow up; infinite for one lost on the way.

    What sales has found by itself has no way to go.
    """
    if lead.source == FROM_OUTBOUND:
        return 0.0
    key = p[0].key
    days = 0.0
    if not structure_works(w, HAND_OVER, now):
        if uniform4(key[LEAD_LOST], lead.account, lead.key_need, lead.source, lead.k) < p[0].lost_without_hand_over:
            return math.inf
        days += p[0].delay_without_hand_over
    if is_judged_twice(p, w, lead, now):
        u = uniform4(key[REQUALIFY_DELAY], lead.account, lead.key_need, lead.source, lead.k)
        days += lognormal(p[0].requalify_days, p[0].requalify_sigma, u)
    return days
