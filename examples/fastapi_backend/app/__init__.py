"""A small shop: customers order products, pay, and get parcels."""
