"""The SimPy model: processes that wait and hand over. Formulas are in `rules`, changes of tables in `state`."""
