"""How probabilities become a mask; the values were chosen on the `val` images by `tune.py`."""

CALIBRATION = {
    "rule": "fused-box-tight",
    "networkWeight": 0.8,
    "otsuWeight": 0.2,
    "blurPx": 1,
    "flip": False,
    "keepInsideBoxDilated": 0.05,
    "iouExponent": 0.5,
    "minimalThreshold": 0.05,
    "sparseFill": 0.25,
    "sparseThreshold": 0.5,
}
