"""The Shapley value: how to share out what players bring together who need each other, or get in each other's way.

Shapley (1953), "A value for n-person games": the only split that adds up to the whole, gives nothing to a player who
changes nothing, treats equals alike, and adds over games. A coalition is a whole number whose bit i says that player
i takes part.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Order = tuple[int, ...]


def shapley(values: npt.ArrayLike) -> FloatArray:
    """Return each player's Shapley value from the values of all coalitions.

    Parameters
    ----------
    values
        Shape (2**players, ...): entry `mask` is what the coalition `mask` brings, entry 0 what there is without any.

    Returns
    -------
    array
        Shape (players, ...). The players' values add up to that of all less that of none: exactly for whole numbers,
        to rounding for others.

    Raises
    ------
    ValueError
        If the number of coalitions is not a power of two.
    """
    table = np.asarray(values, dtype=np.float64)
    players = len(table).bit_length() - 1
    if len(table) != 1 << players or players < 1:
        raise ValueError(f"{players} players make {1 << players} coalitions, not {len(table)}")
    masks = np.arange(len(table))
    size = np.array([int(mask).bit_count() for mask in masks])
    # in how many of the players! orders a coalition stands before a player: a whole number, so that nothing is rounded
    orders = np.array([math.factorial(s) * math.factorial(max(players - s - 1, 0)) for s in size], dtype=np.float64)
    found = np.empty((players, *table.shape[1:]))
    for player in range(players):
        without = masks[(masks >> player) & 1 == 0]
        gained = table[without | (1 << player)] - table[without]
        found[player] = np.tensordot(orders[without], gained, axes=1) / math.factorial(players)
    return found


def antithetic_orders(players: int, pairs: int, random: np.random.Generator) -> tuple[Order, ...]:
    """Return random orders of players, each followed by its reverse.

    A player who comes early in one comes late in the other, so that their mean varies less (antithetic sampling:
    Mitchell, Cooper, Frank and Holmes 2022, "Sampling permutations for Shapley value estimation").
    """
    found: list[Order] = []
    for _ in range(pairs):
        order = tuple(int(player) for player in random.permutation(players))
        found += [order, order[::-1]]
    return tuple(found)


def coalitions_of(orders: Sequence[Order]) -> list[int]:
    """Return the coalitions that orders pass through, without repeats: players join one by one, from none to all."""
    found = {0}
    for order in orders:
        mask = 0
        for player in order:
            mask |= 1 << player
            found.add(mask)
    return sorted(found)


def sampled_shapley(values: Mapping[int, npt.ArrayLike], orders: Sequence[Order]) -> FloatArray:
    """Return what each player adds in each pair of orders (an order and its reverse), shape (pairs, players, ...).

    The mean over pairs estimates the Shapley value without bias, its standard error is that of the pairs; in every pair
    the players add up to the value of all less that of none. Source: Castro, Gómez and Tejada (2009), "Polynomial
    calculation of the Shapley value based on sampling".

    Parameters
    ----------
    values
        What each coalition of `coalitions_of(orders)` brings.
    orders
        From `antithetic_orders`.
    """
    table = {mask: np.asarray(value, dtype=np.float64) for mask, value in values.items()}
    added = np.empty((len(orders), len(orders[0]), *table[0].shape))
    for row, order in enumerate(orders):
        mask = 0
        for player in order:
            joined = mask | (1 << player)
            added[row, player] = table[joined] - table[mask]
            mask = joined
    return np.asarray((added[0::2] + added[1::2]) / 2.0)
