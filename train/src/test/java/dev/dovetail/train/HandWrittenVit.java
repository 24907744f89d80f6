package dev.dovetail.train;

import dev.dovetail.train.engine.Parameters;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A ViT classifier written directly on the binding, to measure the graph's walk against. */
record HandWrittenVit(Parameters parameters, int width, int depth, int heads) {

  /** Logits [batch, classes]; every layer closes what it made and nobody needs any more. */
  Tensor forward(Tensor image) {
    Tensor x = embed(image);
    for (int i = 0; i < depth; i++) {
      x = block("blocks." + i + ".", x);
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = linear("head", norm("norm", x).narrow(1, 0, 1).squeeze(1));
      logits.retainReference();
      x.close();
      return logits;
    }
  }

  private Tensor embed(Tensor image) {
    try (PointerScope scope = new PointerScope()) {
      long[] both = {16, 16};
      Tensor map =
          torch.conv2d(
              image,
              parameters.value("patch_embed.proj.weight"),
              new TensorOptional(parameters.value("patch_embed.proj.bias")),
              both,
              new long[] {0, 0},
              new long[] {1, 1},
              1);
      Tensor grid = map.flatten(2, 3).transpose(1, 2);
      Tensor first = parameters.value("cls_token").expand(image.size(0), 1, width);
      Tensor x = torch.cat(new TensorVector(first, grid), 1).add(parameters.value("pos_embed"));
      x.retainReference();
      return x;
    }
  }

  private Tensor block(String name, Tensor in) {
    try (PointerScope scope = new PointerScope()) {
      Tensor qkv = linear(name + "attn.qkv", norm(name + "norm1", in));
      TensorVector parts = torch.split_with_sizes(qkv, new long[] {width, width, width}, 2);
      Tensor found =
          torch
              .scaled_dot_product_attention(
                  heads(parts.get(0)),
                  heads(parts.get(1)),
                  heads(parts.get(2)),
                  new TensorOptional(),
                  0,
                  false,
                  new DoubleOptional(),
                  false)
              .transpose(1, 2)
              .reshape(in.size(0), in.size(1), width);
      Tensor x = in.add(linear(name + "attn.proj", found));
      in.close();
      Tensor hidden = torch.gelu(linear(name + "mlp.fc1", norm(name + "norm2", x)));
      Tensor y = x.add(linear(name + "mlp.fc2", hidden));
      y.retainReference();
      return y;
    }
  }

  private Tensor heads(Tensor x) {
    return x.reshape(x.size(0), x.size(1), heads, width / heads).transpose(1, 2);
  }

  private Tensor norm(String name, Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {width},
        new TensorOptional(parameters.value(name + ".weight")),
        new TensorOptional(parameters.value(name + ".bias")),
        1e-6,
        false);
  }

  private Tensor linear(String name, Tensor x) {
    return torch.linear(
        x,
        parameters.value(name + ".weight"),
        new TensorOptional(parameters.value(name + ".bias")));
  }
}
