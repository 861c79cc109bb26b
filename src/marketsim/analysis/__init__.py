"""Arithmetic on what runs report: metrics, paired differences, crossings, and the headline in words."""
