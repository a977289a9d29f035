"""What a parcel costs."""

BASE_CENTS = 390
CENTS_PER_PIECE = 55


def shipping_cents(pieces: int) -> int:
    return BASE_CENTS + CENTS_PER_PIECE * pieces
