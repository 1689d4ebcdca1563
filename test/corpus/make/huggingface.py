"""Writes test/corpus/torch/huggingface/references.json: what Hugging Face's transformers compute, in float64, of small models
whose weights follow from their names (weights_by_name.py), with the configuration and the names that save_pretrained writes.

Run with PyTorch 2.15 and transformers 5.24 as `python huggingface.py`. The file is committed, nothing here runs in the tests.
"""

import json
import os
import tempfile

import numpy as np
import torch
import transformers as hf
from safetensors.torch import load_file, save_file

from weights_by_name import uniform, weight

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "torch", "huggingface")
ROWS, STEPS, WORDS = 3, 7, 30
# Masks and positions are kept with the weights by older versions; here they follow from the configuration.
bert = dict(vocab_size=WORDS, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=12, type_vocab_size=2)
llama = dict(vocab_size=WORDS, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24, max_position_embeddings=32)
vit = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, image_size=12, patch_size=4)
resnet = dict(embedding_size=8, hidden_sizes=[8, 16, 24], depths=[1, 2, 1])
distil = dict(vocab_size=WORDS, dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=12)
roberta = dict(bert, type_vocab_size=1, max_position_embeddings=14)
gpt2 = dict(vocab_size=WORDS, n_embd=16, n_layer=2, n_head=4, n_positions=12, bos_token_id=0, eos_token_id=0)
t5 = dict(vocab_size=WORDS, d_model=16, d_kv=4, d_ff=24, num_layers=2, num_heads=4, relative_attention_num_buckets=8, relative_attention_max_distance=6)

CASES = {
    "bert-classification": (hf.BertForSequenceClassification, hf.BertConfig(**bert, num_labels=3), ["attention_mask"]),
    "bert-types": (hf.BertForSequenceClassification, hf.BertConfig(**bert, num_labels=2, hidden_act="gelu_new"), ["attention_mask", "token_type_ids"]),
    "bert-tokens": (hf.BertForTokenClassification, hf.BertConfig(**bert, num_labels=4), []),
    "bert-masked": (hf.BertForMaskedLM, hf.BertConfig(**bert), []),
    "bert": (hf.BertModel, hf.BertConfig(**bert), []),
    "distilbert-classification": (hf.DistilBertForSequenceClassification, hf.DistilBertConfig(**distil, num_labels=3), ["attention_mask"]),
    "distilbert-masked": (hf.DistilBertForMaskedLM, hf.DistilBertConfig(**distil), []),
    "roberta-classification": (hf.RobertaForSequenceClassification, hf.RobertaConfig(**roberta, num_labels=3), ["attention_mask"]),
    "roberta-masked": (hf.RobertaForMaskedLM, hf.RobertaConfig(**roberta), []),
    "gpt2": (hf.GPT2LMHeadModel, hf.GPT2Config(**gpt2), []),
    "gpt2-mask": (hf.GPT2LMHeadModel, hf.GPT2Config(**gpt2, tie_word_embeddings=False, scale_attn_by_inverse_layer_idx=True), ["attention_mask"]),
    "gpt2-classification": (hf.GPT2ForSequenceClassification, hf.GPT2Config(**gpt2, num_labels=3, pad_token_id=1), []),
    "llama": (hf.LlamaForCausalLM, hf.LlamaConfig(**llama), []),
    "llama-tied": (hf.LlamaForCausalLM, hf.LlamaConfig(**llama, tie_word_embeddings=True, attention_bias=True, rope_parameters={"rope_type": "llama3", "rope_theta": 5000.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16}), []),
    "llama-classification": (hf.LlamaForSequenceClassification, hf.LlamaConfig(**llama, num_labels=3, pad_token_id=1), []),
    "mistral": (hf.MistralForCausalLM, hf.MistralConfig(**llama, sliding_window=3, rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}), []),
    "qwen2": (hf.Qwen2ForCausalLM, hf.Qwen2Config(**llama, tie_word_embeddings=True), ["attention_mask"]),
    "qwen3": (hf.Qwen3ForCausalLM, hf.Qwen3Config(**llama, head_dim=8), []),
    "t5-encoder": (hf.T5EncoderModel, hf.T5Config(**t5), ["attention_mask"]),
    "t5-gated": (hf.T5EncoderModel, hf.T5Config(**t5, feed_forward_proj="gated-gelu"), []),
    "vit": (hf.ViTForImageClassification, hf.ViTConfig(**vit, num_labels=5), []),
    "resnet": (hf.ResNetForImageClassification, hf.ResNetConfig(**resnet, layer_type="basic", num_labels=5), []),
    "resnet-bottleneck": (hf.ResNetForImageClassification, hf.ResNetConfig(**resnet, num_labels=5, downsample_in_first_stage=True, downsample_in_bottleneck=True), []),
}


def whole(name, count, limit):
    """Numbers 0 .. limit - 1."""
    return ((uniform(name, count) + 1) / 2 * limit).astype(np.int64)


def inputs_of(name, config, extra):
    if name.startswith(("vit", "resnet")):
        side = getattr(config, "image_size", 25)
        return {"pixel_values": uniform("pixel_values", ROWS * 3 * side * side).reshape(ROWS, 3, side, side)}
    # From 2 on, so that nothing but what stands for padding is it.
    words = whole("input_ids", ROWS * STEPS, WORDS - 2).reshape(ROWS, STEPS) + 2
    inputs = {"input_ids": words}
    if "attention_mask" in extra or "classification" in name:
        # The second row is shorter.
        words[1, 5:] = config.pad_token_id if config.pad_token_id is not None else 2
    if "attention_mask" in extra:
        inputs["attention_mask"] = np.ones((ROWS, STEPS), dtype=np.int64)
        inputs["attention_mask"][1, 5:] = 0
    if "token_type_ids" in extra:
        inputs["token_type_ids"] = whole("token_type_ids", ROWS * STEPS, 2).reshape(ROWS, STEPS)
    return inputs


def saved(kind, config):
    """A model in float64 with its weights by name, their shapes as they are saved, and its configuration as it is saved."""
    with tempfile.TemporaryDirectory() as folder:
        kind(config).save_pretrained(folder)
        path = os.path.join(folder, "model.safetensors")
        shapes = {key: tuple(tensor.shape) for key, tensor in load_file(path).items() if tensor.is_floating_point()}
        save_file({key: torch.from_numpy(weight(key, shape)) for key, shape in shapes.items()}, path, metadata={"format": "pt"})
        model = kind.from_pretrained(folder, attn_implementation="eager").double().eval()
        with open(os.path.join(folder, "config.json")) as file:
            return model, shapes, json.load(file)


def reference(name, kind, config, extra):
    model, shapes, said = saved(kind, config)
    inputs = inputs_of(name, config, extra)
    with torch.no_grad():
        output = model(**{key: torch.from_numpy(value) for key, value in inputs.items()})
    y = output["logits"] if "logits" in output else output.last_hidden_state
    return {
        "config": said,
        "tensors": " ".join(f"{key}:{'x'.join(map(str, shape))}" for key, shape in shapes.items()),
        "parameters": sum(p.numel() for p in model.parameters()),
        "inputs": {key: {"shape": list(value.shape), "data": value.flatten().tolist() if value.dtype == np.int64 else key} for key, value in inputs.items()},
        "shape": list(y.shape),
        "output": [float(f"{v:.9g}") for v in y.flatten().tolist()],
    }


def main():
    torch.manual_seed(1)
    hf.logging.set_verbosity_error()
    stored = {name: reference(name, *case) for name, case in CASES.items()}
    with open(os.path.join(FOLDER, "references.json"), "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in stored.items()) + "\n}\n")


if __name__ == "__main__":
    main()
