"""From violations to states: what is new, what is known, what is allowed, and what no longer matters."""
