"""Prices end in 5 or 9. To replace pricing.py, one day."""


class PriceList:
    def rounded(self, cents: int) -> int:
        return cents - cents % 10 + (5 if cents % 10 <= 5 else 9)


def margin(cents: int, cost: int) -> int:
    if cost > cents:
        return 0
    share = (cents - cost) * 100
    return share // cents
