"""Contact sheets for people: picture, map, mask and truth side by side, one strip an image.

Reads from standard input {"write": [...]} and / or {"sheets": [...]}:
  write:  {"raw": file of RGBA bytes row by row, "width", "height", "file": PNG to write}
  sheets: {"file": PNG to write, "strips": [{"file", "caption", "map": {"width", "height", "levels": 0..100 row by row},
          "mask": runs, "truth": [runs, ...]}]}; runs are COCO's, {"size": [height, width], "counts": [...]}

    python3 bench/cam/pictures.py < request.json     (needs OpenCV: Debian's python3-opencv)
"""

import json
import sys

import cv2
import numpy as np

PANEL_PX = 128
GAP_PX = 4
CAPTION_PX = 16
STRIPS_A_ROW = 2
MAXIMAL_BYTES = 300_000
# Blue, green, red.
MASK_COLOUR = (60, 160, 255)
TRUTH_COLOUR = (90, 230, 90)
# The closer look around mask and truth: twice their extent, never less.
MINIMAL_WINDOW_PX = 128


def main() -> None:
    request = json.load(sys.stdin)
    cv2.setNumThreads(1)
    for picture in request.get("write", []):
        rgba = np.fromfile(picture["raw"], np.uint8).reshape(picture["height"], picture["width"], 4)
        cv2.imwrite(picture["file"], cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGR))
    for sheet in request.get("sheets", []):
        write_small(sheet["file"], contact_sheet([strip(entry) for entry in sheet["strips"]]))


def strip(entry: dict) -> np.ndarray:
    """Whole picture | map over it | mask, closer | outline of the truth, closer."""
    image = cv2.imread(entry["file"], cv2.IMREAD_COLOR)
    height, width = image.shape[:2]
    mask = runs_to_mask(entry["mask"])
    truth = np.zeros((height, width), np.uint8)
    for runs in entry["truth"]:
        truth |= runs_to_mask(runs)
    levels = entry["map"]
    small = np.array(levels["levels"], np.float32).reshape(levels["height"], levels["width"]) / 100
    heat = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
    colours = cv2.applyColorMap(np.uint8(heat * 255), cv2.COLORMAP_INFERNO)
    over = np.uint8(image * (1 - 0.7 * heat) + colours * 0.7 * heat)

    x0, y0, x1, y1 = window_around(mask | truth)
    near = image[y0:y1, x0:x1]
    panels = [fit(image), fit(over), painted(near, mask[y0:y1, x0:x1]), outlined(near, truth[y0:y1, x0:x1])]
    line = np.full((CAPTION_PX, 4 * PANEL_PX + 3 * GAP_PX, 3), 255, np.uint8)
    cv2.putText(line, entry["caption"], (2, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 40, 40), 1, cv2.LINE_AA)
    gap = np.full((PANEL_PX, GAP_PX, 3), 255, np.uint8)
    row = np.hstack([part for panel in panels for part in (panel, gap)][:-1])
    return np.vstack([line, row])


def painted(near: np.ndarray, mask: np.ndarray) -> np.ndarray:
    inside = fit(mask[..., None].repeat(3, 2), cv2.INTER_NEAREST) > 0
    panel = fit(near)
    return np.where(inside, np.uint8(panel * 0.4 + np.array(MASK_COLOUR) * 0.6), panel)


def outlined(near: np.ndarray, truth: np.ndarray) -> np.ndarray:
    panel = fit(near)
    inside = np.ascontiguousarray(fit(truth[..., None].repeat(3, 2), cv2.INTER_NEAREST)[..., 0])
    contours, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(panel, contours, -1, TRUTH_COLOUR, 1)
    return panel


def fit(image: np.ndarray, interpolation: int = cv2.INTER_AREA) -> np.ndarray:
    """On a white square panel, aspect kept."""
    height, width = image.shape[:2]
    scale = PANEL_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if interpolation == cv2.INTER_AREA and scale > 1:
        interpolation = cv2.INTER_LINEAR
    shown = cv2.resize(image, size, interpolation=interpolation)
    panel = np.full((PANEL_PX, PANEL_PX, 3), 0 if interpolation == cv2.INTER_NEAREST else 255, np.uint8)
    top, left = (PANEL_PX - size[1]) // 2, (PANEL_PX - size[0]) // 2
    panel[top : top + size[1], left : left + size[0]] = shown
    return panel


def window_around(mask: np.ndarray) -> tuple[int, int, int, int]:
    """A square twice as large as what is in the mask, inside the picture."""
    height, width = mask.shape
    ys, xs = np.nonzero(mask)
    if len(ys) == 0:
        return 0, 0, width, height
    side = max(MINIMAL_WINDOW_PX, 2 * (np.ptp(xs) + 1), 2 * (np.ptp(ys) + 1))
    x0, x1 = span((xs.min() + xs.max()) // 2, side, width)
    y0, y1 = span((ys.min() + ys.max()) // 2, side, height)
    return x0, y0, x1, y1


def span(centre: int, side: int, limit: int) -> tuple[int, int]:
    side = min(int(side), limit)
    start = min(max(0, int(centre) - side // 2), limit - side)
    return start, start + side


def runs_to_mask(runs: dict) -> np.ndarray:
    height, width = runs["size"]
    counts = runs["counts"]
    flat = np.repeat(np.arange(len(counts)) % 2, counts).astype(np.uint8)
    return flat.reshape(width, height).T.copy()


def contact_sheet(strips: list[np.ndarray]) -> np.ndarray:
    blank = np.full_like(strips[0], 255)
    while len(strips) % STRIPS_A_ROW > 0:
        strips.append(blank)
    between = np.full((strips[0].shape[0], 4 * GAP_PX, 3), 255, np.uint8)
    rows = []
    for at in range(0, len(strips), STRIPS_A_ROW):
        row = [part for one in strips[at : at + STRIPS_A_ROW] for part in (one, between)][:-1]
        rows.append(np.hstack(row))
    return np.vstack(rows)


def write_small(file: str, sheet: np.ndarray) -> None:
    """As few grey levels as it takes for a file that a repository can carry."""
    for step in (1, 4, 8, 16, 32):
        coarse = np.where(sheet == 255, 255, sheet // step * step + step // 2).astype(np.uint8)
        _, data = cv2.imencode(".png", coarse, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        if len(data) <= MAXIMAL_BYTES:
            break
    data.tofile(file)


main()
