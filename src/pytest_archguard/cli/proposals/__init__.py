"""What `archguard init` proposes: one file a proposal, each read off the code base alone."""
