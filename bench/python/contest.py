"""A contestant's side of the comparison: it steps what it is asked to step.

Each line on standard input asks for one thing, and one line answers it:

    setup RULE TENSORS ELEMENTS    ok
    steps N                        the seconds that N steps took

What can't be done is answered by a line that begins with "error ". The first
line, unasked, names the contestant's version.
"""

import sys
import time


def serve(version, setup):
    """Answers requests; setup(rule, tensors, elements) gives a function that steps."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what libraries print is no answer

    def answer(text):
        print(" ".join(str(text).split()), file=answers, flush=True)

    answer(version)
    step = None
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "setup":
                step = None  # frees what was there
                step = setup(words[1], int(words[2]), int(words[3]))
                answer("ok")
            else:
                start = time.perf_counter()
                for _ in range(int(words[1])):
                    step()
                answer(time.perf_counter() - start)
        except Exception as err:  # whatever a library throws is an answer
            answer(f"error {type(err).__name__}: {err}")


def numbers(length):
    """The numbers that every contestant starts from: parameters, and gradients
    that are never zero, so that nothing decays to slow subnormal numbers."""
    import numpy

    i = numpy.arange(length)
    theta = (i % 2003 - 1001) / 1000
    grad = (i % 1999) / 1e6 - 0.0010005
    return theta.astype(numpy.float32), grad.astype(numpy.float32)
