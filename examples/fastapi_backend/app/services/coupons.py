"""Coupons. Planned for the autumn before last."""
