"""A small ONNX interpreter in numpy: enough operators for model.onnx and the embedded backbone.

Slow, but it needs nothing besides numpy and shows what each node computes. Field numbers are those of onnx.proto3.
"""

import numpy as np

ELEMENTS = {1: np.float32, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16}


# --- The file: protocol buffers -------------------------------------------------------------------------------------


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of each field of a message: an int, or the bytes of a longer field."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = varint(data, at)
        else:
            if wire == 2:
                length, at = varint(data, at)
            else:
                length = {1: 8, 5: 4}[wire]
            value = data[at : at + length]
            at += length
        yield tag >> 3, value


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def integers(value):
    """A repeated integer field comes one by one, or packed into bytes."""
    if isinstance(value, int):
        return [signed(value)]
    at, found = 0, []
    while at < len(value):
        one, at = varint(value, at)
        found.append(signed(one))
    return found


def read_tensor(data):
    dims, element, name, values = [], 1, "", []
    raw = None
    for number, value in fields(data):
        if number == 1:
            dims += integers(value)
        elif number == 2:
            element = value
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
        elif number == 4:
            values.extend(np.frombuffer(value, "<f4"))
        elif number in (5, 7):
            values += integers(value)
    if element not in ELEMENTS:
        raise SystemExit(f'tensor "{name}" has the element type {element}, which this interpreter does not read')
    kind = np.dtype(ELEMENTS[element])
    if raw is not None:
        array = np.frombuffer(raw, kind.newbyteorder("<")).astype(kind)
    elif element == 10:
        array = np.array(values, np.uint16).view(np.float16)
    else:
        array = np.array(values, kind)
    return name, array.reshape(dims)


def read_attribute(data):
    name, value, several = "", None, []
    for number, field in fields(data):
        if number == 1:
            name = field.decode()
        elif number == 2:
            value = float(np.frombuffer(field, "<f4")[0])
        elif number == 3:
            value = signed(field)
        elif number == 4:
            value = field.decode()
        elif number == 5:
            value = read_tensor(field)[1]
        elif number == 8:
            several += integers(field)
    return name, several if several else value


class Graph:
    """An ONNX file: `run` takes the inputs by name and gives every wanted output by name."""

    def __init__(self, path):
        with open(path, "rb") as file:
            model = dict(fields(file.read()))
        self.tensors, self.nodes, self.inputs, self.outputs = {}, [], [], []
        for number, value in fields(model[7]):
            if number == 1:
                self.nodes.append(self.read_node(value))
            elif number == 5:
                name, tensor = read_tensor(value)
                self.tensors[name] = tensor
            elif number in (11, 12):
                (self.inputs if number == 11 else self.outputs).append(dict(fields(value))[1].decode())

    @staticmethod
    def read_node(data):
        reads, makes, operator, attributes = [], [], "", {}
        for number, value in fields(data):
            if number == 1:
                reads.append(value.decode())
            elif number == 2:
                makes.append(value.decode())
            elif number == 4:
                operator = value.decode()
            elif number == 5:
                name, attribute = read_attribute(value)
                attributes[name] = attribute
        return operator, reads, makes, attributes

    def run(self, wanted, feeds):
        values = {**self.tensors, **feeds, "": None}
        for operator, reads, makes, attributes in self.nodes:
            if operator not in OPERATORS:
                raise SystemExit(f"numpy_onnx has no operator {operator}; install onnxruntime")
            result = OPERATORS[operator](*[values[name] for name in reads], **attributes)
            for name, value in zip(makes, result if isinstance(result, tuple) else (result,)):
                values[name] = value
        return {name: values[name] for name in wanted}


# --- Operators: as the ONNX specification says, for the attributes that occur ------------------------------------------


def conv(x, w, bias=None, strides=(1, 1), pads=(0, 0, 0, 0), dilations=(1, 1), group=1, **_):
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    outputs, per_group, kh, kw = w.shape
    spans = (dilations[0] * (kh - 1) + 1, dilations[1] * (kw - 1) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(x, spans, axis=(2, 3))
    windows = windows[:, :, :: strides[0], :: strides[1], :: dilations[0], :: dilations[1]]  # (1, I, h, w, kh, kw)
    parts = []
    for g in range(group):
        inside = windows[0, g * per_group : (g + 1) * per_group]
        kernel = w[g * outputs // group : (g + 1) * outputs // group]
        parts.append(np.tensordot(kernel, inside, axes=([1, 2, 3], [0, 3, 4])))
    y = np.concatenate(parts)[None]
    return y if bias is None else y + bias[:, None, None]


def linear_axis(x, axis, size):
    """Bilinear along one axis, pixel centres at halves: source = (o + 0.5) * from / to - 0.5, the border repeated."""
    length = x.shape[axis]
    source = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    low = np.floor(source).astype(int)
    high = np.minimum(low + 1, length - 1)
    shape = [1] * x.ndim
    shape[axis] = size
    share = (source - low).astype(np.float32).reshape(shape)
    return np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share


def resize(x, roi=None, scales=None, sizes=None, mode="nearest", coordinate_transformation_mode="half_pixel", **_):
    if mode != "linear" or coordinate_transformation_mode != "half_pixel":
        raise SystemExit(f"numpy_onnx has no Resize of mode {mode}, {coordinate_transformation_mode}")
    target = sizes if sizes is not None else np.floor(np.array(x.shape) * scales).astype(int)
    for axis, size in enumerate(target):
        if size != x.shape[axis]:
            x = linear_axis(x, axis, int(size))
    return x


def space_to_depth(x, blocksize):
    n, c, h, w = x.shape
    b = blocksize
    return x.reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4).reshape(n, c * b * b, h // b, w // b)


def slice_(x, starts, ends, axes=None, steps=None):
    index = [slice(None)] * x.ndim
    axes = range(len(starts)) if axes is None else axes
    for i, axis in enumerate(axes):
        index[axis] = slice(int(starts[i]), int(ends[i]), None if steps is None else int(steps[i]))
    return x[tuple(index)]


def top_k(x, k, axis=-1, largest=1, sorted=1):
    order = np.argsort(-x if largest else x, axis=axis, kind="stable")
    order = np.take(order, np.arange(int(k[0])), axis)
    return np.take_along_axis(x, order, axis), order


def max_pool(x, kernel_shape, strides=(1, 1), pads=(0, 0, 0, 0), **_):
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_shape, axis=(2, 3))
    return windows[:, :, :: strides[0], :: strides[1]].max(axis=(4, 5))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def layer_normalization(x, scale, shift=0, axis=-1, epsilon=1e-5, **_):
    mean = x.mean(axis, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis, keepdims=True)
    return ((x - mean) / np.sqrt(variance + np.float32(epsilon)) * scale + shift).astype(x.dtype)


def reshape(x, shape, **_):
    return x.reshape([x.shape[i] if size == 0 else int(size) for i, size in enumerate(shape)])


def divide(a, b):
    whole = np.issubdtype(a.dtype, np.integer)
    return a // b if whole else a / b  # sizes are positive, where // rounds as ONNX does


OPERATORS = {
    "Add": np.add,
    "Cast": lambda x, to: x.astype(ELEMENTS[to]),
    "Clip": lambda x, low=None, high=None: np.clip(x, low, high),
    "Concat": lambda *parts, axis: np.concatenate(parts, axis),
    "Constant": lambda value: value,
    "ConstantOfShape": lambda shape, value=np.zeros(1, np.float32): np.full(shape, value[0], value.dtype),
    "Conv": conv,
    "Div": divide,
    "Gather": lambda x, index, axis=0: np.take(x, index, axis),
    "GlobalAveragePool": lambda x: x.mean(axis=(2, 3), keepdims=True),
    "Identity": lambda x: x,
    "LayerNormalization": layer_normalization,
    "MatMul": np.matmul,
    "Max": lambda *parts: np.maximum.reduce(np.broadcast_arrays(*parts)),
    "MaxPool": max_pool,
    "Mul": np.multiply,
    "Relu": lambda x: np.maximum(x, 0),
    "Reshape": reshape,
    "Resize": resize,
    "Shape": lambda x, start=0, end=None: np.array(x.shape[start:end], np.int64),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "Slice": slice_,
    "Softmax": softmax,
    "SpaceToDepth": space_to_depth,
    "Sqrt": np.sqrt,
    "Sub": np.subtract,
    "TopK": top_k,
    "Transpose": lambda x, perm: x.transpose(perm),
}
