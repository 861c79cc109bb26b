"""Two-state chains that are learnt and forgotten (brand memory, awareness, known contacts), and response to spend.

Within a media week the learning rate is constant, so level and clock are closed form:
M(t) = m + (M0 - m) exp(-(learning + forgetting) t), m = learning / (learning + forgetting), G(t) = G0 + (learning +
forgetting) t. An account last seen with excess e0 = bit - M(t0) is in state 1 with chance
M(t) + e0 exp(-(G(t) - G(t0))). Rates are per day.
"""

from marketsim.rules.arithmetic import exp, exp_near_0, power
from marketsim.rules.compiling import compiled


@compiled
def level_after(level: float, learning: float, forgetting: float, days: float) -> float:
    """Return the share in state 1 after `days` of constant rates."""
    total = learning + forgetting
    if total <= 0.0:
        return level
    rest = learning / total
    return rest + (level - rest) * exp_near_0(-total * days)


@compiled
def clock_after(clock: float, learning: float, forgetting: float, days: float) -> float:
    """Return the chain's own clock G after `days` of constant rates."""
    return clock + (learning + forgetting) * days


@compiled
def probability_in_state(level: float, excess: float, clock_since: float) -> float:
    """Return the chance of state 1 for an account with this `excess` when the clock stood `clock_since` lower."""
    return level + excess * exp(-clock_since)


@compiled
def hill(spend: float, half_saturation: float, shape: float) -> float:
    """Return the saturating response to spend, 0 to 1; 0 without spend."""
    if spend <= 0.0:
        return 0.0
    top = power(spend, shape)
    return top / (top + power(half_saturation, shape))


@compiled
def adstock(before: float, spend: float, carry_over: float) -> float:
    """Return the advertising pressure of a week: a moving average of spend with weight `carry_over` on the past."""
    return carry_over * before + (1.0 - carry_over) * spend


@compiled
def memory_learning(
    base: float, brand: float, content: float, word_of_mouth: float,
    brand_response: float, content_response: float, customer_share: float,
) -> float:  # fmt: skip
    """Return the rate at which accounts learn the brand (same unit as its four maxima)."""
    return base + brand * brand_response + content * content_response + word_of_mouth * customer_share


@compiled
def awareness_learning(forgetting: float, base_share: float, gain: float, teaching_response: float) -> float:
    """Return the rate at which accounts learn the problem: `base_share` at rest, raised by teaching."""
    return forgetting * base_share / (1.0 - base_share) * (1.0 + gain * teaching_response)


@compiled
def nurture_strength(spend_per_year: float, known_contacts: float, half_saturation: float) -> float:
    """Return the strength of nurture, 0 to 1, for a spend spread over the known contacts."""
    if spend_per_year <= 0.0 or known_contacts <= 0.0:
        return 0.0
    per_contact = spend_per_year / known_contacts
    return per_contact / (per_contact + half_saturation)


@compiled
def resting_level(learning: float, forgetting: float) -> float:
    """Return the share in state 1 to which constant rates lead."""
    total = learning + forgetting
    return learning / total if total > 0.0 else 0.0


@compiled
def stock_after(stock: float, target: float, days: float, lag_days: float) -> float:
    """Return a stock that moves towards `target` with the time constant `lag_days`, after `days`."""
    return target + (stock - target) * exp(-days / lag_days)


@compiled
def rival_learning(
    base: float, brand: float, vendors: int, rivals_spend: float, our_spend: float, half_saturation: float, shape: float
) -> float:
    """Return the rate at which accounts learn one rival's brand: our own equation, seen from where the rival stands.

    Each of the rivals has the same part of their spend; what saturates its reach is everybody else's spend, ours too.
    """
    own = rivals_spend / vendors
    return base + brand * hill(own, half_saturation * (rivals_spend - own + our_spend), shape)


@compiled
def narrowed_reach(research: float, research_narrows: float, lever: float, lever_narrows: float) -> float:
    """Return the reach of an unfit account relative to a fit one: research and narrower media each tilt it."""
    return (1.0 - research_narrows * research) * (1.0 - lever_narrows * lever)


@compiled
def reach_of_fit(share_fit: float, relative: float) -> float:
    """Return the reach of a fit account, such that the mean over all accounts is 1."""
    if relative == 1.0:
        return 1.0
    mean = share_fit + (1.0 - share_fit) * relative
    return 1.0 / mean if mean > 0.0 else 0.0
