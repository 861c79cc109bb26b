"""How fast the engines are, how much memory they need, and how soon they begin."""
