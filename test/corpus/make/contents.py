"""What NumPy finds in the tensors of files: python contents.py CORPUS > contents.json (PyTorch 2.15, safetensors)."""
import json, sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

corpus = Path(sys.argv[1])


def facts(array):
    x = array.astype(np.float64)
    found = {'shape': list(array.shape), 'norm': float(np.linalg.norm(x)), 'mean': float(x.mean()), 'least': float(x.min()),
             'most': float(x.max()), 'zeros': float((x == 0).mean())}
    if x.ndim >= 2:
        values = np.linalg.svd(x.reshape(len(x), -1), compute_uv=False)
        found |= {'largest': values[:5].tolist(), 'smallest': float(values[-1]),
                  'stableRank': float((values**2).sum() / values[0]**2)}
    return found


files = {}
for name in sys.argv[2:]:
    path = corpus / name
    tensors = load_file(path) if path.suffix == '.safetensors' else torch.load(path, weights_only=True)
    files[name] = {key: facts(value.float().numpy()) for key, value in tensors.items()}
print(json.dumps(files, indent=1))
