"""What a file says about names and about sessions, as two facts that share one look at its scopes."""
