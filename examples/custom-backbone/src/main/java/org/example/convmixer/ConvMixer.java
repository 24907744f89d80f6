package org.example.convmixer;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.batchNorm;

import dev.dovetail.backbones.Classifier;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;

/**
 * ConvMixer (Trockman and Kolter 2022, "Patches Are All You Need?"): patches, followed by blocks
 * that mix positions with a large depthwise convolution and channels with a 1x1 convolution. Its
 * parameters have timm's names, so timm's checkpoints can be loaded.
 *
 * @param width channels of a token
 * @param depth number of blocks
 * @param kernel size of the depthwise convolution, odd
 * @param patchSize size of a patch in pixels
 */
public record ConvMixer(int width, int depth, int kernel, int patchSize) implements Classifier {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public ConvMixer {
    if (width < 1 || depth < 1 || patchSize < 1 || kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException(
          "ConvMixer: width, depth and patchSize must be positive, and kernel odd");
    }
  }

  /** Returns the defaults of a config: patches of 16, which every adapter supports. */
  public static ConvMixer defaults() {
    return new ConvMixer(768, 12, 9, 16);
  }

  /** {@inheritDoc} One stage makes a plain backbone; several make a hierarchical one. */
  @Override
  public List<Stage> stages() {
    return List.of(new Stage(patchSize, width, depth));
  }

  /** {@inheritDoc} Incomplete patches are padded with zeros. */
  @Override
  public Features stem(Scope s, Tensor image) {
    Tensor whole = filledUp(filledUp(image, 2), 3);
    Tensor patches = Conv2d.patches(width, patchSize).apply(s.at("stem.0"), whole);
    return Features.ofMap(batchNorm(s.at("stem.2"), patches.gelu()), patchSize);
  }

  private Tensor filledUp(Tensor image, int axis) {
    int rest = image.dim(axis) % patchSize;
    return rest == 0 ? image : image.pad(axis, 0, patchSize - rest, 0);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Tensor out = s.at("blocks").fold(from, to, x.map(), (b, y, i) -> block(b, y));
    return Features.ofMap(out, x.stride());
  }

  /** Maps [batch, width, height, width'] to the same shape. */
  private Tensor block(Scope s, Tensor x) {
    Scope spatial = s.at("0.fn");
    Tensor mixed = Conv2d.depthwise(width, kernel).apply(spatial.at(0), x).gelu();
    Tensor places = x.plus(batchNorm(spatial.at(2), mixed));
    return batchNorm(s.at(3), Conv2d.of(width, 1).apply(s.at(1), places).gelu());
  }

  /** {@inheritDoc} It consists of the mean over the map and a linear layer. */
  @Override
  public Tensor logits(Scope s, Features last, int classes) {
    Tensor pooled = s.tap("features", last.tokens()).mean(1, false);
    return classes == 0 ? pooled : linear(s.at("head"), pooled, classes);
  }
}
