"""One iteration of ALS by implicit and irspack: als.py FOLDER ITEMS FACTORS prints CPU seconds by name, as JSON."""
import contextlib
import json
import statistics
import sys
import time
import warnings

import numpy
import scipy.sparse

RUNS = 5
LAMBDA = 0.01
ALPHA = 10.0

folder, items, factors = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
starts = numpy.fromfile(f"{folder}/starts", dtype=numpy.uint32).astype(numpy.int32)
columns = numpy.fromfile(f"{folder}/items", dtype=numpy.uint32).astype(numpy.int32)
values = numpy.ones(len(columns), dtype=numpy.float32)
likes = scipy.sparse.csr_matrix((values, columns, starts), shape=(len(starts) - 1, items))


def median_seconds(iterate):
    iterate()
    runs = []
    for _ in range(RUNS):
        began = time.process_time()
        iterate()
        runs.append(time.process_time() - began)
    return round(statistics.median(runs), 3)


def implicit_seconds(use_cg):
    # The functions of the same names in implicit.cpu.als are the slow ones, in Python.
    from implicit.cpu._als import least_squares, least_squares_cg

    weighted = (likes * (1 + ALPHA)).astype(numpy.float32)
    turned = weighted.T.tocsr()
    generator = numpy.random.default_rng(1)
    users = generator.normal(0, 0.1, (likes.shape[0], factors)).astype(numpy.float32)
    rows = generator.normal(0, 0.1, (items, factors)).astype(numpy.float32)
    solve = least_squares_cg if use_cg else least_squares

    def iterate():
        solve(turned, rows, users, LAMBDA, num_threads=1)
        solve(weighted, users, rows, LAMBDA, num_threads=1)

    return median_seconds(iterate)


def irspack_seconds(solver):
    from irspack.recommenders import IALSRecommender

    def train(epochs):
        model = IALSRecommender(
            likes,
            n_components=factors,
            alpha0=1 / ALPHA,
            reg=LAMBDA,
            solver_type=solver,
            max_cg_steps=3,
            train_epochs=epochs,
            n_threads=1,
        )
        began = time.process_time()
        with contextlib.redirect_stdout(sys.stderr):
            model.learn()
        return time.process_time() - began

    # What comes with the first iteration is not counted.
    train(1)
    return round((train(1 + RUNS) - train(1)) / RUNS, 3)


warnings.simplefilter("ignore")
print(
    json.dumps(
        {
            "implicit, conjugate gradient": implicit_seconds(True),
            "implicit, Cholesky": implicit_seconds(False),
            "irspack, conjugate gradient": irspack_seconds("CG"),
            "irspack, Cholesky": irspack_seconds("CHOLESKY"),
        }
    )
)
