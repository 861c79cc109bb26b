"""The claims ledger: every claim of the experiments' files, played, judged and written down."""
