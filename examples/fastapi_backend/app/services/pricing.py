"""Prices end in 9."""


class PriceList:
    def rounded(self, cents: int) -> int:
        return cents - cents % 10 + 9


def margin(cents: int, cost: int) -> int:
    if cost > cents:
        return 0
    share = (cents - cost) * 100
    return share // cents
