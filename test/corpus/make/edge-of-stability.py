"""The 20 points of media/experiments/edge-of-stability: the Chebyshev polynomial of degree 4 on [-1, 1].

Cohen et al. 2021, "Gradient descent on neural networks typically occurs at the edge of stability", study this task in
their appendix. Run from the repository's root: python test/corpus/make/edge-of-stability.py
"""

import numpy as np

x = np.linspace(-1, 1, 20)
y = np.polynomial.chebyshev.chebval(x, [0, 0, 0, 0, 1])
np.savez("media/experiments/edge-of-stability/points.npz", x_train=x[:, None], y_train=y[:, None])
