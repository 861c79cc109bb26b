"""Classes of timed events. Events of the same instant happen in the order of their class, then of their entity."""

from enum import IntEnum


class Event(IntEnum):
    """What can happen at a time of its own. The order is part of the model; append with care."""

    MONTH = 0
    WEEK = 1
    ACTIVE = 2
    DECISION = 3
    NEED = 4
    SEARCH = 5
    HAND_RAISE = 6
    WEBINAR = 7
    NURTURE = 8
    LOW_INTENT_ADS = 9
    LOW_INTENT_ORGANIC = 10
    LOW_INTENT_WEBINAR = 11
    REFRESH_ADS = 12
    REFRESH_ORGANIC = 13
    REFRESH_WEBINAR = 14
    REFERRAL = 15
    INQUIRY = 16
    INQUIRY_BATCH = 17
    WORK_DONE = 18
    DEAL_DONE = 19
    QUIT = 20
    SEAT_FILLED = 21
    RENEWAL = 22
    TRANSFER = 23
    SECOND_CONTACT = 24
    OPENING = 25
    CALL_DONE = 26
    REVIEW = 27
