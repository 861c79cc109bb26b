from marketsim.outcomes.metrics import *  # noqa
from marketsim.outcomes.metrics import METRICS, Panel, dictionary, metric, ratio, yearly  # noqa
