"""Every formula and every random draw of the model: pure scalar functions, compiled, without state or SimPy."""
