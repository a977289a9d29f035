"""What can go wrong in the shop, in its own words. The API layer turns these into HTTP."""


class ShopError(Exception):
    """Base of all errors a customer can be told about."""


class NotFound(ShopError):
    """Indicates that there is no such customer, product or order."""


class OutOfStock(ShopError):
    """Indicates that fewer pieces are left than were ordered."""


class PaymentRefused(ShopError):
    """Indicates that the bank said no."""
