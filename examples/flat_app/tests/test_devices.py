from managers.device_manager import DeviceManager


def test_a_switched_device_says_so():
    assert DeviceManager(["lamp"]).switch("lamp", True) == "lamp is on"
