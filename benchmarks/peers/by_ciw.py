"""Ciw in its idiom: a network of two nodes, classes with priorities, reneging, records of everything."""

import random
from typing import Any

import ciw

from peers.funnel import FUNNEL, HOURS_PER_MONTH, Play, Played

_REPS = 1
_FIRST, _OTHER, _OF_BATCH = "first", "other", "of_batch"
_CLASSES = (_FIRST, _OTHER, _OF_BATCH)
_PRIORITIES = {_FIRST: 0, _OTHER: 1, _OF_BATCH: 1}


class _Arrivals(ciw.ArrivalNode):
    """Arrivals that draw for every lead of a batch whether it goes first: a batch of Ciw is of one class."""

    def release_individual(self, next_node: Any, next_individual: Any) -> None:
        """Give a lead of a batch its class, and send it on."""
        if next_individual.customer_class == _OF_BATCH:
            name = _FIRST if random.random() < FUNNEL.first_share else _OTHER
            next_individual.customer_class = next_individual.previous_class = name
            next_individual.original_customer_class = name
            next_individual.priority_class = next_individual.prev_priority_class = _PRIORITIES[name]
        super().release_individual(next_node, next_individual)


def play(months: int, seed: int) -> Played:
    """Play one run."""
    funnel = FUNNEL
    work = ciw.dists.Lognormal(mean=funnel.log_work, sd=funnel.work_sigma)
    deal = ciw.dists.Lognormal(mean=funnel.log_deal, sd=funnel.work_sigma)
    one = ciw.dists.Deterministic(value=1)
    first, other = funnel.leads_per_hour * funnel.first_share, funnel.leads_per_hour * (1.0 - funnel.first_share)
    arrivals = {
        _FIRST: ciw.dists.Exponential(rate=first),
        _OTHER: ciw.dists.Exponential(rate=other),
        _OF_BATCH: ciw.dists.Deterministic(value=funnel.batch_every_hours),
    }
    sizes = {_FIRST: one, _OTHER: one, _OF_BATCH: ciw.dists.Deterministic(value=funnel.batch_size)}
    patience = ciw.dists.Exponential(rate=1.0 / funnel.cold_after_hours)
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions={name: [arrivals[name], None] for name in _CLASSES},
        batching_distributions={name: [sizes[name], one] for name in _CLASSES},
        service_distributions={name: [work, deal] for name in _CLASSES},
        reneging_time_distributions={name: [patience, None] for name in _CLASSES},
        priority_classes=_PRIORITIES,
        routing={name: [[0.0, funnel.opportunity_chance], [0.0, 0.0]] for name in _CLASSES},
        number_of_servers=[funnel.reps, funnel.executives],
    )
    simulation = ciw.Simulation(network, arrival_node_class=_Arrivals)
    simulation.simulate_until_max_time(months * HOURS_PER_MONTH)
    cold = worked = worked_first = wins = 0
    wait_hours = wait_hours_first = 0.0
    for record in simulation.get_all_records():
        if record.record_type == "renege":
            cold += 1
        elif record.node == _REPS:
            worked += 1
            wait_hours += record.waiting_time
            if record.customer_class == _FIRST:
                worked_first += 1
                wait_hours_first += record.waiting_time
        else:
            wins += 1
    leads = simulation.nodes[0].number_of_individuals
    return Played(leads, cold, worked, wait_hours, worked_first, wait_hours_first, wins)


def ready(_name: str) -> Play:
    """Return the contender."""
    return play
