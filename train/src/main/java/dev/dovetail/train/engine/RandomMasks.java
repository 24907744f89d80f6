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
 * Masks of random numbers. What a step drops depends on the seed and the number of the step alone,
 * so that a run that is resumed drops the same without having kept the state of a generator.
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
   * Begins a step. Before the first call it is step 0.
   *
   * @param step its number
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
