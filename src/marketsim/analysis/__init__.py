"""Arithmetic on what runs report: paired differences, crossings, and the headline in words."""
