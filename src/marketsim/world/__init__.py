"""The SimPy model: processes that wait and hand over. Formulas and draws are in `rules`, changes of tables in `state`."""
