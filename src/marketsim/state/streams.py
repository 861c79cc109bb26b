"""The table of random streams: name, the ids that key a draw, and how many draws one key may give."""

from typing import NamedTuple


class Stream(NamedTuple):
    """One named stream. `key` names the ids in the order in which they are folded."""

    name: str
    key: tuple[str, ...]
    draws_per_key: str = "1"


STREAMS = (
    Stream("segment", ("account",)),
    Stream("fit", ("account",)),
    Stream("value", ("account",)),
    Stream("group", ("account",)),
    Stream("opening", ("account", "which"), "1 each: phase, residual, customer, known, memory, contract age"),
    Stream("need_gap", ("account", "need")),
    Stream("need_accepted", ("account", "need")),
    Stream("awareness", ("account", "need")),
    Stream("research_length", ("account", "need")),
    Stream("active_length", ("account", "need")),
    Stream("buys", ("account", "need")),
    Stream("need_value", ("account", "need")),
    Stream("rival_listed", ("account", "need", "vendor")),
    Stream("rival_taste", ("account", "need", "vendor")),
    Stream("own_taste", ("account", "need")),
    Stream("memory", ("account", "need", "occasion")),
    Stream("webinar_memory", ("account", "need")),
    Stream("call_memory", ("account", "need", "source", "k")),
    Stream("known", ("account", "need")),
    Stream("list_from_webinar", ("account", "need")),
    Stream("list_from_nurture", ("account", "need")),
    Stream("hand_raise", ("account", "need")),
    Stream("hand_raise_gap", ("account", "need", "try")),
    Stream("search_gap", ("account", "need", "search")),
    Stream("search_mark", ("account", "need", "search")),
    Stream("webinar_gap", ("account", "need")),
    Stream("nurture_gap", ("account", "need")),
    Stream("low_intent_gap", ("account", "source", "cycle")),
    Stream("low_intent_refresh", ("account", "source", "cycle")),
    Stream("lead_score", ("account", "need", "source", "k")),
    Stream("lead_follow_up", ("account", "need", "source", "k")),
    Stream("lead_cold", ("account", "need", "source", "k")),
    Stream("lead_work", ("account", "need", "source", "k")),
    Stream("lead_qualifies", ("account", "need", "source", "k")),
    Stream("deal_length", ("account", "need", "source", "k")),
    Stream("renewal", ("account", "need bought", "year")),
    Stream("referral_gap", ("account", "need bought", "k")),
    Stream("referral_accepted", ("account", "need bought", "k")),
    Stream("referral_to_active", ("account", "need bought", "k")),
    Stream("referral_target", ("account", "need bought", "k", "try"), "1 per account looked at"),
    Stream("seat_tenure", ("seat", "tenure")),
    Stream("seat_vacancy", ("seat", "tenure")),
    Stream("inquiry_gap", ("inquiry",)),
    Stream("inquiry_hand_raised", ("inquiry",)),
    Stream("inquiry_active", ("inquiry",)),
    Stream("brand_term", ("account", "need", "search")),
    Stream("listed_while_closed", ("account", "need")),
    Stream("form_abandoned", ("account", "need", "source", "k")),
    Stream("lead_programme", ("account", "need", "source", "k")),
    Stream("lead_rank", ("account", "need", "source", "k")),
    Stream("lead_lost", ("account", "need", "source", "k")),
    Stream("requalify_delay", ("account", "need", "source", "k")),
    Stream("requalify_score", ("account", "need", "source", "k")),
    Stream("second_contact", ("account", "need", "source", "k")),
    Stream("second_contact_delay", ("account", "need", "source", "k")),
    Stream("scorched", ("account", "need", "source", "k")),
    Stream("closed_for", ("account", "need", "source", "k")),
    Stream("touch_recorded", ("account", "need", "source", "k")),
    Stream("call_recorded", ("account", "need", "source", "k")),
    Stream("deal_recorded", ("account", "need")),
    Stream("self_report", ("account", "need")),
    Stream("renewal_memory", ("account", "need bought", "year")),
    Stream("outbound_on_journey", ("seat", "call")),
    Stream("outbound_target", ("seat", "call", "try"), "1 per account looked at"),
    Stream("outbound_fit", ("seat", "call", "try"), "1 per account looked at"),
    Stream("outbound_contact", ("account", "call")),
    Stream("outbound_memory", ("account", "call")),
    Stream("hiring_delay", ("seat", "tenure")),
)
STREAM_INDEX = {stream.name: index for index, stream in enumerate(STREAMS)}

# Indices as plain constants, because compiled code reads constants and not dictionaries.
SEGMENT = STREAM_INDEX["segment"]
FIT = STREAM_INDEX["fit"]
VALUE = STREAM_INDEX["value"]
GROUP = STREAM_INDEX["group"]
OPENING = STREAM_INDEX["opening"]
NEED_GAP = STREAM_INDEX["need_gap"]
NEED_ACCEPTED = STREAM_INDEX["need_accepted"]
AWARENESS = STREAM_INDEX["awareness"]
RESEARCH_LENGTH = STREAM_INDEX["research_length"]
ACTIVE_LENGTH = STREAM_INDEX["active_length"]
BUYS = STREAM_INDEX["buys"]
NEED_VALUE = STREAM_INDEX["need_value"]
RIVAL_LISTED = STREAM_INDEX["rival_listed"]
RIVAL_TASTE = STREAM_INDEX["rival_taste"]
OWN_TASTE = STREAM_INDEX["own_taste"]
MEMORY = STREAM_INDEX["memory"]
WEBINAR_MEMORY = STREAM_INDEX["webinar_memory"]
CALL_MEMORY = STREAM_INDEX["call_memory"]
KNOWN = STREAM_INDEX["known"]
LIST_FROM_WEBINAR = STREAM_INDEX["list_from_webinar"]
LIST_FROM_NURTURE = STREAM_INDEX["list_from_nurture"]
HAND_RAISE = STREAM_INDEX["hand_raise"]
HAND_RAISE_GAP = STREAM_INDEX["hand_raise_gap"]
SEARCH_GAP = STREAM_INDEX["search_gap"]
SEARCH_MARK = STREAM_INDEX["search_mark"]
WEBINAR_GAP = STREAM_INDEX["webinar_gap"]
NURTURE_GAP = STREAM_INDEX["nurture_gap"]
LOW_INTENT_GAP = STREAM_INDEX["low_intent_gap"]
LOW_INTENT_REFRESH = STREAM_INDEX["low_intent_refresh"]
LEAD_SCORE = STREAM_INDEX["lead_score"]
LEAD_FOLLOW_UP = STREAM_INDEX["lead_follow_up"]
LEAD_COLD = STREAM_INDEX["lead_cold"]
LEAD_WORK = STREAM_INDEX["lead_work"]
LEAD_QUALIFIES = STREAM_INDEX["lead_qualifies"]
DEAL_LENGTH = STREAM_INDEX["deal_length"]
RENEWAL = STREAM_INDEX["renewal"]
REFERRAL_GAP = STREAM_INDEX["referral_gap"]
REFERRAL_ACCEPTED = STREAM_INDEX["referral_accepted"]
REFERRAL_TO_ACTIVE = STREAM_INDEX["referral_to_active"]
REFERRAL_TARGET = STREAM_INDEX["referral_target"]
SEAT_TENURE = STREAM_INDEX["seat_tenure"]
SEAT_VACANCY = STREAM_INDEX["seat_vacancy"]
INQUIRY_GAP = STREAM_INDEX["inquiry_gap"]
INQUIRY_HAND_RAISED = STREAM_INDEX["inquiry_hand_raised"]
INQUIRY_ACTIVE = STREAM_INDEX["inquiry_active"]
BRAND_TERM = STREAM_INDEX["brand_term"]
LISTED_WHILE_CLOSED = STREAM_INDEX["listed_while_closed"]
FORM_ABANDONED = STREAM_INDEX["form_abandoned"]
LEAD_PROGRAMME = STREAM_INDEX["lead_programme"]
LEAD_RANK = STREAM_INDEX["lead_rank"]
LEAD_LOST = STREAM_INDEX["lead_lost"]
REQUALIFY_DELAY = STREAM_INDEX["requalify_delay"]
REQUALIFY_SCORE = STREAM_INDEX["requalify_score"]
SECOND_CONTACT = STREAM_INDEX["second_contact"]
SECOND_CONTACT_DELAY = STREAM_INDEX["second_contact_delay"]
SCORCHED = STREAM_INDEX["scorched"]
CLOSED_FOR = STREAM_INDEX["closed_for"]
TOUCH_RECORDED = STREAM_INDEX["touch_recorded"]
CALL_RECORDED = STREAM_INDEX["call_recorded"]
DEAL_RECORDED = STREAM_INDEX["deal_recorded"]
SELF_REPORT = STREAM_INDEX["self_report"]
RENEWAL_MEMORY = STREAM_INDEX["renewal_memory"]
OUTBOUND_ON_JOURNEY = STREAM_INDEX["outbound_on_journey"]
OUTBOUND_TARGET = STREAM_INDEX["outbound_target"]
OUTBOUND_FIT = STREAM_INDEX["outbound_fit"]
OUTBOUND_CONTACT = STREAM_INDEX["outbound_contact"]
OUTBOUND_MEMORY = STREAM_INDEX["outbound_memory"]
HIRING_DELAY = STREAM_INDEX["hiring_delay"]
