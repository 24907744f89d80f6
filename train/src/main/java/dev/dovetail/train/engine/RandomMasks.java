package dev.dovetail.train.engine;

import dev.dovetail.graph.Node;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random dropout masks. They depend only on the seed and the step, so a resumed run drops the same
 * elements without a saved generator state.
 */
public final class RandomMasks implements Masks {

  private final long seed;
  private final Generator generator;

  RandomMasks(long seed) {
    Libtorch.load();
    this.seed = seed;
    this.generator = Libtorch.kept(torch.createCPUGenerator(0));
    at(0);
  }

  /**
   * Starts a step. Before the first call the step is 0.
   *
   * @param step the index of the step
   * @return this
   */
  public RandomMasks at(long step) {
    long start = new SplittableRandom(seed).nextLong() + step;
    generator.set_current_seed(new SplittableRandom(start).nextLong());
    return this;
  }

  @Override
  public Tensor mask(Node node, double rate, ScalarType type, long... dims) {
    return torch
        .empty(dims, new TensorOptions(type), new MemoryFormatOptional())
        .bernoulli_(1 - rate, new GeneratorOptional(generator))
        .div_(new Scalar(1 - rate));
  }
}
