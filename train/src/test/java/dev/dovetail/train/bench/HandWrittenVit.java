package dev.dovetail.train.bench;

import static dev.dovetail.train.bench.HandLayers.scoped;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A ViT classifier written directly on the libtorch binding, to measure the overhead of executing
 * the graph.
 */
record HandWrittenVit(HandLayers nn, int width, int depth, int heads) {

  /** Returns logits [batch, classes]. */
  Tensor forward(Tensor image) {
    Tensor x = scoped(() -> embed(image));
    for (int i = 0; i < depth; i++) {
      x = nn.block("blocks." + i + ".", x, heads, false);
    }
    Tensor last = x;
    return scoped(() -> nn.linear("head", nn.layerNorm("norm", last).narrow(1, 0, 1).squeeze(1)));
  }

  private Tensor embed(Tensor image) {
    Tensor grid = nn.conv("patch_embed.proj", image, 16, 0).flatten(2, 3).transpose(1, 2);
    Tensor first = nn.value("cls_token").expand(image.size(0), 1, width);
    return torch.cat(new TensorVector(first, grid), 1).add(nn.value("pos_embed"));
  }
}
