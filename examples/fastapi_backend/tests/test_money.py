from app.core.money import format_cents, with_vat


def test_amounts_are_written_with_two_digits_after_the_point():
    assert format_cents(1205) == "12.05"
    assert format_cents(-7) == "-0.07"


def test_the_tax_is_rounded_down_to_whole_cents():
    assert with_vat(999) == 1198
