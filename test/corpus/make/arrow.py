"""Data sets as Hugging Face's `datasets` saves and caches them, with what NumPy and Pillow read from them.

python -P arrow.py OUT (without the `datasets.py` beside it on the path; datasets 5, pyarrow 26, Pillow 13). What each should be read as lies in `expected.npz`.
"""
import io, shutil, sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from datasets import Array2D, ClassLabel, Dataset, DatasetDict, Features, Image, List, Value
from PIL import Image as Pictures

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(7)
expected = {}

# Pictures with classes, in two parts of which the first lies in two files.
shown = [np.asarray(rng.integers(0, 256, (6, 5, 3)), dtype=np.uint8) for _ in range(7)]


def encoded(i, pixels):
    data = io.BytesIO()
    Pictures.fromarray(pixels).save(data, 'PNG')
    return {'bytes': data.getvalue(), 'path': f'{i}.png'}


features = Features({'image': Image(), 'label': ClassLabel(names=['cat', 'dog', 'ant'])})
labels = [1, 0, 2, 1, 0, 2, 0]
rows = [{'image': encoded(i, pixels), 'label': labels[i]} for i, pixels in enumerate(shown)]
part = lambda rows: Dataset.from_list(rows, features=features)
DatasetDict({'train': part(rows[:5]), 'test': part(rows[5:])}).save_to_disk(
    out / 'pictures', num_shards={'train': 2, 'test': 1})
expected |= {'pictures/x_train': np.stack(shown[:5]), 'pictures/y_train': np.int64(labels[:5]),
             'pictures/x_test': np.stack(shown[5:]), 'pictures/y_test': np.int64(labels[5:])}

# Token ids with a label, one part alone, in batches of three rows, with columns that are no inputs.
ids = rng.integers(0, 50_000, (8, 6)).astype(np.int32)
y = rng.integers(0, 2, 8)
tokens = Dataset.from_dict({'input_ids': ids.tolist(), 'text': [f'row {i}' for i in range(8)], 'label': y.tolist()},
                           features=Features({'input_ids': List(Value('int32')), 'text': Value('string'),
                                              'label': Value('int64')}))
tokens.save_to_disk(out / 'tokens', num_shards=1)
expected |= {'tokens/x_train': ids, 'tokens/y_train': y}

# Numbers of several types as features, a class of text, and a matrix a row; in batches, as a stream and as a file.
width, count, flag = rng.normal(size=9), rng.integers(-5, 300, 9), rng.integers(0, 2, 9).astype(bool)
kinds = ['setosa', 'virginica', 'versicolor'] * 3
table = pa.table({'width': pa.array(width, pa.float32()), 'half': pa.array(width.astype(np.float16), pa.float16()),
                  'count': pa.array(count, pa.int16()), 'flag': flag,
                  'kind': pa.array(kinds).dictionary_encode()})
x = np.stack([width.astype(np.float32), width.astype(np.float16), count, flag], axis=1).astype(np.float64)
with pa.ipc.new_stream(str(out / 'flowers-train.arrow'), table.schema) as writer:
    writer.write_table(table, max_chunksize=4)
with pa.ipc.new_file(str(out / 'flowers.arrow'), table.schema) as writer:
    writer.write_table(table, max_chunksize=4)
with pa.ipc.new_stream(str(out / 'flowers-test.arrow'), table.schema) as writer:
    writer.write_table(table[:2])
with pa.ipc.new_file(str(out / 'packed.arrow'), table.schema,
                     options=pa.ipc.IpcWriteOptions(compression='zstd')) as writer:
    writer.write_table(table)
classes = np.int64([sorted(set(kinds)).index(kind) for kind in kinds])
dated = pa.table({'day': pa.array([1, 2], pa.date32()), 'label': [0, 1]})
with pa.ipc.new_stream(str(out / 'dates.arrow'), dated.schema) as writer:
    writer.write_table(dated)
expected |= {'flowers/x_train': x, 'flowers/y_train': classes, 'flowers/x_test': x[:2], 'flowers/y_test': classes[:2]}

matrices = rng.normal(size=(4, 2, 3)).astype(np.float32)
Dataset.from_dict({'x': matrices.tolist(), 'y': [0.5, 1.5, -2.0, 3.25]},
                  features=Features({'x': Array2D((2, 3), 'float32'), 'y': Value('float64')})
                  ).save_to_disk(out / 'matrices')
expected |= {'matrices/x_train': matrices, 'matrices/y_train': np.float64([0.5, 1.5, -2.0, 3.25])}

# As the cache has them: files beside one `dataset_info.json`.
cache = out / 'cache'
cache.mkdir(exist_ok=True)
for name in ['train', 'test']:
    for i, file in enumerate(sorted((out / 'pictures' / name).glob('*.arrow'))):
        many = len(list((out / 'pictures' / name).glob('*.arrow')))
        of = f'-{i:05}-of-{many:05}' if many > 1 else ''
        shutil.copy(file, cache / f'shapes-{name}{of}.arrow')
shutil.copy(out / 'pictures/train/dataset_info.json', cache / 'dataset_info.json')

np.savez_compressed(out / 'expected.npz', **{name.replace('/', '|'): array for name, array in expected.items()})
