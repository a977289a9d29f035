"""Taking money. What is named here is the public interface; the modules below are private."""

from app.payments.charges import charge, refund

__all__ = ["charge", "refund"]
