"""What the shop does, without HTTP: the routes and the workers call these."""
