"""EASE with numpy (and LAPACK through scipy, where it is there) on what bench/ease.child.ts wrote into a folder."""
import json
import resource
import sys
import time

import numpy

folder = sys.argv[1]
with open(f"{folder}/shape.json") as file:
    shape = json.load(file)
items = shape["items"]
own = numpy.fromfile(f"{folder}/items.u32", dtype=numpy.uint32).astype(numpy.int64).reshape(-1, shape["itemsEach"])


def gram_of(rows):
    """Counts pairs of items, some users at a time."""
    total = numpy.zeros(items * items)
    for part in numpy.array_split(rows, 10):
        pairs = part[:, :, None] * items + part[:, None, :]
        total += numpy.bincount(pairs.ravel(), minlength=items * items)
    return total.reshape(items, items)


def inverse_of(matrix):
    try:
        from scipy.linalg import lapack
    except ImportError:
        return "numpy", numpy.linalg.inv(matrix)
    factor, failed = lapack.dpotrf(matrix, lower=1, clean=0, overwrite_a=1)
    assert failed == 0
    inverse, failed = lapack.dpotri(factor, lower=1, overwrite_c=1)
    assert failed == 0
    inverse = numpy.tril(inverse)
    return "scipy", inverse + numpy.tril(inverse, -1).T


began = time.process_time()
gram = gram_of(own)
counted = time.process_time()
gram[numpy.diag_indices(items)] += shape["lambda"]
by, inverse = inverse_of(gram)
inverted = time.process_time()
weights = -inverse / numpy.diag(inverse)
numpy.fill_diagonal(weights, 0)
ended = time.process_time()

ours = numpy.fromfile(f"{folder}/weights.f32", dtype=numpy.float32).reshape(-1, items)
print(json.dumps({
    "version": f"{numpy.__version__} ({by})",
    "gram": counted - began,
    "inverse": inverted - counted,
    "all": ended - began,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "worstDifference": float(numpy.abs(weights[: len(ours)] - ours).max()),
}))
