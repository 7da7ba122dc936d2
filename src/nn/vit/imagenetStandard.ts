/** How colours in 0..1 enter DINOv2: (value - mean) / std (boxes2pixels.md §6). */
export const IMAGENET_STANDARD = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const
