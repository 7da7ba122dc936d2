"""The losses of boxes2pixels.md §5 as the product has them, in PyTorch."""

import torch
import torch.nn.functional as F

IGNORE = 255
EPS = 1e-6
ALL_BACKGROUND_WEIGHT = 0.1


def correct(probabilities, labels, barred, tau, cap):
    """One-sided self-correction. probabilities (N, K + 1, H, W); labels, barred (N, H, W) -> corrected labels.

    A background pixel becomes the defect class whose probability exceeds tau (strictly); an image in which more than the
    share `cap` of the background would change stays as it is.
    """
    q, k = probabilities[:, 1:].max(1)
    background = labels == 0
    change = background & (q > tau) & ~barred
    counts = change.sum((1, 2))
    allowed = counts <= cap * background.sum((1, 2))
    change &= allowed[:, None, None]
    return torch.where(change, k + 1, labels), change, (~allowed).sum().item()


def student_loss(logits, labels, weights, binary_weight, beta, correction=None, has_binary_head=True, binary_sees="original"):
    """logits at the student's stride; labels (N, H, W). `correction(z_fine) -> corrected labels` or None.

    `binary_sees`: the binary loss gets the original labels, as the method says, or the corrected ones (a variant of ours).

    Returns total, class loss, binary loss, corrected labels.
    """
    z = F.interpolate(logits, size=labels.shape[1:], mode="bilinear", align_corners=False) if logits.shape[-1] != labels.shape[-1] else logits
    z_fine = z[:, 2:] if has_binary_head else z
    corrected = labels if correction is None else correction(z_fine)
    valid = labels != IGNORE
    count = valid.sum()
    per_class = -F.log_softmax(z_fine, 1)
    safe = torch.where(valid, corrected, torch.zeros_like(corrected))
    ce = per_class.gather(1, safe[:, None])[:, 0]
    fine = (weights[safe] * ce * valid).sum() / count
    if not has_binary_head:
        return fine, fine, torch.zeros(()), corrected
    a = torch.sigmoid(z[:, 1] - z[:, 0]) * valid
    t = (((corrected if binary_sees == "corrected" else labels) > 0) & valid).to(a.dtype)
    i = (a * t).sum()
    fp, fn = a.sum() - i, t.sum() - i
    binary = 1 - (i + EPS) / (i + beta * fp + fn + EPS)
    share = binary_weight * (ALL_BACKGROUND_WEIGHT if t.sum() == 0 else 1)
    return share * binary + (1 - binary_weight) * fine, fine, binary, corrected
