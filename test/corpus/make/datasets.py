"""Small files of every kind of data that is read, with what NumPy, pandas, Pillow and torchvision read from them.

python datasets.py OUT (PyTorch 2.15, torchvision 0.29, pandas 3.1, pyarrow 26, Pillow). What each file should be read as lies
beside it: arrays in `expected.npz`, under FILE_x_train and so on.
"""
import gzip, io, json, pickle, struct, sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision import datasets, transforms

out = Path(sys.argv[1])
rng = np.random.default_rng(11)
expected = {}


def expect(name, **arrays):
    for key, value in arrays.items():
        expected[f'{name}/{key}'] = np.asarray(value)


def folder(name):
    path = out / name
    path.mkdir(parents=True, exist_ok=True)
    return path


# Tables
csv = folder('csv')
measured = pd.DataFrame({
    'width': rng.normal(size=9).round(3), 'height': rng.normal(size=9), 'open': [True, False, True] * 3,
    'species': ['setosa', 'virginica', 'versicolor'] * 3})
measured.to_csv(csv / 'flowers-train.csv', index=False)
measured[:4].to_csv(csv / 'flowers-test.csv', index=False)
numbers = sorted(measured.species.unique())
expect('csv/flowers', x_train=measured[['width', 'height', 'open']].astype(float).to_numpy(),
       y_train=[numbers.index(name) for name in measured.species],
       x_test=measured[['width', 'height', 'open']][:4].astype(float).to_numpy(),
       y_test=[numbers.index(name) for name in measured.species[:4]])
pixels = pd.DataFrame(rng.integers(0, 256, (6, 5)))
pixels.insert(0, 'label', [3, 1, 4, 1, 5, 9])
pixels.to_csv(csv / 'pixels.csv')  # with pandas' own count of rows in front
expect('csv/pixels', x_train=pixels.drop(columns='label').to_numpy(), y_train=pixels.label)
values = rng.normal(size=(5, 3))
pd.DataFrame(values).to_csv(csv / 'bare.csv', header=False, index=False, sep=';')
expect('csv/bare', x_train=values[:, :2], y_train=values[:, 2])
(csv / 'quoted.csv').write_text('"a, with comma",b,"y"\r\n1,2,"one ""quoted"""\r\n3,4e1,"two\nlines"\r\n', newline='')
expect('csv/quoted', x_train=[[1, 2], [3, 40]], y_train=[0, 1])

# Parquet, in all its compressions
parquet = folder('parquet')
for codec in ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4']:
    measured.to_parquet(parquet / f'{codec}.parquet', compression=None if codec == 'none' else codec, index=False,
                        row_group_size=4)
expect('parquet/flowers', x_train=measured[['width', 'height', 'open']].astype(float).to_numpy(),
       y_train=[numbers.index(name) for name in measured.species])
lists = rng.integers(0, 300, (6, 4))
for i in range(2):
    rows = slice(3 * i, 3 * i + 3)
    pq.write_table(pa.table({'input_ids': lists[rows].tolist(), 'label': [0, 1, 1]}),
                   parquet / f'train-0000{i}-of-00002.parquet')
pq.write_table(pa.table({'input_ids': lists[:2].tolist(), 'label': [1, 0]}), parquet / 'test-00000-of-00001.parquet')
expect('parquet/lists', x_train=lists, y_train=[0, 1, 1, 0, 1, 1], x_test=lists[:2], y_test=[1, 0])


def picture(height, width, channels):
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([127 + 120 * np.sin(x / 7 + y / 11), 127 + 120 * np.cos(x / 5 - y / 13), (3 * x + 5 * y) % 256], -1)
    noisy = np.clip(waves + rng.normal(0, 12, waves.shape), 0, 255).astype(np.uint8)
    return Image.fromarray(noisy if channels == 3 else noisy[..., 0])


def encoded(image, kind, **how):
    file = io.BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


shown = [picture(9, 7, 3) for _ in range(3)]
pq.write_table(pa.table({'image': [{'bytes': encoded(image, 'PNG'), 'path': None} for image in shown],
                         'label': [2, 0, 1]}), parquet / 'pictures.parquet')
expect('parquet/pictures', x_train=np.stack([np.asarray(image) for image in shown]), y_train=[2, 0, 1])

# IDX
idx = folder('idx')


def write_idx(path, array, code, type):
    head = struct.pack('>BBBB', 0, 0, code, array.ndim) + struct.pack(f'>{array.ndim}I', *array.shape)
    content = head + array.astype(type).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == '.gz' else content)


for part, count, end in [('train', 7, ''), ('t10k', 3, '.gz')]:
    images, labels = rng.integers(0, 256, (count, 5, 4)), rng.integers(0, 10, count)
    write_idx(idx / f'{part}-images-idx3-ubyte{end}', images, 8, '>u1')
    write_idx(idx / f'{part}-labels-idx1-ubyte{end}', labels, 8, '>u1')
    split = 'train' if part == 'train' else 'test'
    expect('idx/bytes', **{f'x_{split}': images, f'y_{split}': labels})
wide = folder('idx-floats')
images, labels = rng.normal(size=(4, 2, 3)), np.array([300, 2, 1, 0])
write_idx(wide / 'train-images-idx3-float.gz', images, 14, '>f8')
write_idx(wide / 'train-labels-idx1-float.gz', labels, 11, '>i2')
expect('idx/floats', x_train=images, y_train=labels)

# CIFAR, in both forms
images, labels = rng.integers(0, 256, (6, 3072), dtype=np.uint8), rng.integers(0, 10, 6)
fine, coarse = rng.integers(0, 100, 6), rng.integers(0, 20, 6)
ten, hundred = folder('cifar-10-batches-bin'), folder('cifar-100-binary')
for name, rows in [('data_batch_1', slice(0, 2)), ('data_batch_2', slice(2, 4)), ('test_batch', slice(4, 6))]:
    (ten / f'{name}.bin').write_bytes(b''.join(bytes([y]) + x.tobytes() for x, y in zip(images[rows], labels[rows])))
for name, rows in [('train', slice(0, 4)), ('test', slice(4, 6))]:
    (hundred / f'{name}.bin').write_bytes(
        b''.join(bytes([c, y]) + x.tobytes() for x, c, y in zip(images[rows], coarse[rows], fine[rows])))


def python2(value):
    """A pickle of protocol 2 as Python 2 writes it, whose `str` are bytes."""
    def text(content):
        return (b'U' + bytes([len(content)]) if len(content) < 256 else b'T' + struct.pack('<I', len(content))) + content

    def item(value):
        if isinstance(value, dict):
            return b'}(' + b''.join(text(key.encode()) + item(each) for key, each in value.items()) + b'u'
        if isinstance(value, list):
            return b'](' + b''.join(item(each) for each in value) + b'e'
        if isinstance(value, int):
            return b'J' + struct.pack('<i', value)
        if isinstance(value, str):
            return text(value.encode())
        return (b'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n' + b'K\x00\x85' + text(b'b') + b'\x87R'
                + b'(K\x01' + b''.join(b'M' + struct.pack('<H', extent) for extent in value.shape) + b'\x86'
                + b'cnumpy\ndtype\n' + text(b'u1') + b'K\x00K\x01\x87R(K\x03' + text(b'|')
                + b'NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89' + text(value.tobytes()) + b'tb')
    return b'\x80\x02' + item(value) + b'.'


ten_py, hundred_py = folder('cifar-10-batches-py'), folder('cifar-100-python')
for name, rows in [('data_batch_1', slice(0, 2)), ('data_batch_2', slice(2, 4)), ('test_batch', slice(4, 6))]:
    content = python2({'data': images[rows], 'labels': labels[rows].tolist(), 'batch_label': name})
    assert np.array_equal(pickle.loads(content, encoding='bytes')[b'data'], images[rows])
    (ten_py / name).write_bytes(content)
for protocol, (name, rows) in zip([2, 5], [('train', slice(0, 4)), ('test', slice(4, 6))]):
    (hundred_py / name).write_bytes(pickle.dumps(
        {b'data': images[rows], b'fine_labels': fine[rows].tolist(), b'coarse_labels': coarse[rows].tolist()}, protocol))
cubes = images.reshape(-1, 3, 32, 32)
expect('cifar-10', x_train=cubes[:4], y_train=labels[:4], x_test=cubes[4:], y_test=labels[4:])
expect('cifar-100', x_train=cubes[:4], y_train=fine[:4], x_test=cubes[4:], y_test=fine[4:])

# Pictures by class
pictures = folder('pictures')
kinds = [('train/cat/a.png', 'PNG', {}), ('train/cat/b.jpg', 'JPEG', {'quality': 90, 'subsampling': 0}),
         ('train/cat/deep/c.jpeg', 'JPEG', {'quality': 75, 'progressive': True}), ('train/dog/a.JPG', 'JPEG', {}),
         ('train/dog/gray.png', 'PNG', {}), ('train/dog/palette.png', 'PNG', {}), ('train/dog/rgba.png', 'PNG', {}),
         ('val/cat/a.png', 'PNG', {}), ('val/dog/b.jpg', 'JPEG', {})]
for i, (name, kind, how) in enumerate(kinds):
    image = picture(40 + 3 * i, 61 - 4 * i, 3)
    image = {'gray': image.convert('L'), 'palette': image.quantize(32), 'rgba': image.convert('RGBA')}.get(
        Path(name).stem, image)
    (pictures / name).parent.mkdir(parents=True, exist_ok=True)
    image.save(pictures / name, kind, **how)
(pictures / 'train/dog/notes.txt').write_text('no picture')


def arrays(root, how):
    rows = [(np.asarray(how(image)), label) for image, label in datasets.ImageFolder(root)]
    return np.stack([x for x, _ in rows]), [y for _, y in rows]


def in_turn(height, width):
    """Across, then down, as Pillow did up to version 12; 13 begins with the other where that is cheaper, and rounds otherwise."""
    return lambda image: image.resize((width, image.height), Image.BILINEAR).resize((width, height), Image.BILINEAR)


for name, how in {
    'resized': transforms.Compose([transforms.Resize(24), transforms.CenterCrop(21)]),
    'stretched': in_turn(50, 70),
    'gray': transforms.Compose([transforms.Grayscale(), in_turn(16, 16)]),
}.items():
    for split, part in [('train', 'train'), ('test', 'val')]:
        x, y = arrays(pictures / part, how)
        expect(f'pictures/{name}', **{f'x_{split}': x[..., None] if x.ndim == 3 else x, f'y_{split}': y})

# Tokens
tokens = folder('tokens')
ids = rng.integers(0, 50000, 41)
ids.astype(np.uint16).tofile(tokens / 'train.bin')
ids[:13].astype(np.uint16).tofile(tokens / 'val.bin')
ids.astype(np.uint32).tofile(tokens / 'wide.bin')
np.concatenate([np.array([20240520, 1, 41] + [0] * 253, np.int32).view(np.uint16), ids.astype(np.uint16)]).tofile(
    tokens / 'shard.bin')
np.save(tokens / 'ids.npy', ids)
with open(tokens / 'ids.jsonl', 'w') as file:
    for start in range(0, 41, 9):
        file.write(json.dumps({'input_ids': ids[start:start + 9].tolist()}) + '\n')
with open(tokens / 'labelled.jsonl', 'w') as file:
    for start in range(0, 40, 8):
        file.write(json.dumps({'tokens': ids[start:start + 8].tolist(), 'label': ['no', 'yes'][start % 3 == 0]}) + '\n')
expect('tokens', x_train=ids[:40].reshape(5, 8), y_train=ids[1:41].reshape(5, 8),
       x_test=ids[:8].reshape(1, 8), y_test=ids[1:9].reshape(1, 8), labels=[1, 0, 0, 1, 0])

# Tensors
tensors = folder('tensors')
x, y = torch.randint(0, 256, (6, 3, 4), dtype=torch.uint8), torch.arange(6)
z = torch.randn(6, 2)
torch.save((x, y), tensors / 'tuple.pt')
torch.save((x, y), tensors / 'legacy.pt', _use_new_zipfile_serialization=False)
torch.save(((x, y), (x[:2], y[:2])), tensors / 'pair.pt')
torch.save({'train': (x, z, y), 'test': (x[:2], z[:2], y[:2])}, tensors / 'three.pt')
torch.save({'images': x, 'labels': y}, tensors / 'dictionary.pt')
torch.save({'x_train': x.permute(0, 2, 1), 'y_train': y}, tensors / 'strided.pt')
torch.save(torch.utils.data.TensorDataset(x, y), tensors / 'dataset.pt')
torch.save({'images': x.numpy(), 'labels': y.numpy()}, tensors / 'arrays.pt')
save_file({'x_train': x, 'y_train': y, 'x_test': z.bfloat16()[:, None, :].repeat(1, 3, 2), 'y_test': y.clone()},
          tensors / 'arrays.safetensors')
expect('tensors', x_train=x, y_train=y, x_test=x[:2], y_test=y[:2], z_train=z, strided=x.permute(0, 2, 1).contiguous(),
       half=z.bfloat16()[:, None, :].repeat(1, 3, 2).float())
np.savez(out / 'names.npz', train_images=x.numpy(), train_labels=y.numpy(), val_images=x[:1].numpy(),
         val_labels=y[:1].numpy(), test_images=x[:2].numpy(), test_labels=y[:2].numpy())

np.savez_compressed(out / 'expected.npz', **{name.replace('/', '|'): value for name, value in expected.items()})
