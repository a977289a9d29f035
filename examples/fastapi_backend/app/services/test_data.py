"""Customers for tests, in the application because the tests could not import each other."""


def customer_row(number: int) -> dict[str, object]:
    return {"id": number, "name": f"customer {number}", "email": f"customer{number}@example.org"}
