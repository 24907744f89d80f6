package dev.dovetail.adapters;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Conv2d;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Four stages of one convolution each.
 *
 * @param wholePatches whether incomplete patches are ignored, as in ConvNeXt, instead of counting
 *     as a cell, as in ResNet
 */
record TinyHierarchy(boolean wholePatches) implements Backbone {

  @Override
  public List<Stage> stages() {
    return IntStream.range(0, 4).mapToObj(i -> new Stage(4 << i, 6 << i, 1)).toList();
  }

  @Override
  public Features stem(Scope s, Tensor image) {
    return Features.ofMap(halved(s.at("stem.1"), halved(s.at("stem.0"), image, 6), 6), 4);
  }

  @Override
  public Features blocks(Scope s, Features x, int stage, int from, int to) {
    Features y = x;
    for (int i = from; i < to; i++) {
      Scope block = s.at("stages").at(stage).at(i);
      Tensor map = stage == 0 ? y.map() : halved(block.at("down"), y.map(), 6 << stage);
      y = Features.ofMap(Conv2d.of(6 << stage, 3).apply(block.at("conv"), map).gelu(), 4 << stage);
    }
    return y;
  }

  private Tensor halved(Scope s, Tensor map, int out) {
    Conv2d conv = wholePatches ? Conv2d.patches(out, 2) : Conv2d.of(out, 3).stride(2);
    return conv.apply(s, map);
  }
}
