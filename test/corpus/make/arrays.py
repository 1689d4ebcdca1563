"""Writes test/corpus/arrays: one array in every type, byte order and memory order that numpy.save knows."""

import os

import numpy as np

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "arrays")
os.makedirs(OUT, exist_ok=True)
values = np.arange(24).reshape(2, 3, 4)
for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
    for order in "<>":
        np.save(os.path.join(OUT, ("big-" if order == ">" else "") + kind + ".npy"), values.astype(order + kind))
np.save(os.path.join(OUT, "fortran.npy"), np.asfortranarray(values.astype("<f4")))
np.save(os.path.join(OUT, "bool.npy"), values % 2 == 1)
np.save(os.path.join(OUT, "scalar.npy"), np.float64(2.5))
np.save(os.path.join(OUT, "wide-integers.npy"), np.array([2**40, -(2**40)]))
np.save(os.path.join(OUT, "halves.npy"), np.array([0, -0.0, 1, -2, 65504, 6.1e-05, 6e-08, np.inf], dtype="f2"))
for version in (2, 3):
    with open(os.path.join(OUT, f"version-{version}.npy"), "wb") as file:
        np.lib.format.write_array(file, values.astype("f4"), version=(version, 0))
