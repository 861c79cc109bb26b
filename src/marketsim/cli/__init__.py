"""The marketsim command."""
