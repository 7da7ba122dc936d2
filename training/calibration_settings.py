"""How probabilities become a mask; the values were chosen on the `val` images by `evaluate.py`."""

CALIBRATION = {
    "rule": "fused-box-tight",
    "networkWeight": 0.6,
    "otsuWeight": 0.4,
    "blurPx": 1,
    "flip": True,
    "keepInsideBoxDilated": 0.05,
    "iouExponent": 0.0,
}
