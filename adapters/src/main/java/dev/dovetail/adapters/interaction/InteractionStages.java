package dev.dovetail.adapters.interaction;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The common structure of ViT-Adapter (Chen et al. 2023) and ViT-CoMer, which is derived from it: a
 * convolutional branch beside a plain transformer, stages in which both exchange features, and the
 * sum of both as the result. The two models differ in the exchange.
 *
 * @param model name of the model in error messages
 * @param stemChannels channels of the convolutional stem
 * @param interactionIndexes first and last transformer block of each stage
 * @param addVitFeatures whether the transformer's features are added to the results
 * @param stageFeatures whether the features after stage i are added to result i; otherwise the last
 *     ones are added to all results
 */
public record InteractionStages(
    String model,
    int stemChannels,
    List<List<Integer>> interactionIndexes,
    boolean addVitFeatures,
    boolean stageFeatures) {

  private static final int STRIDE = 16;

  /** The exchange of features between the branches in a stage. */
  @FunctionalInterface
  public interface Exchange {
    /**
     * Runs one stage.
     *
     * @param s the stage's scope
     * @param i index of the stage, counted from 0
     * @param in the state before the stage
     * @param blocks the stage's transformer blocks
     * @return the state after the stage
     */
    BranchState apply(Scope s, int i, BranchState in, UnaryOperator<Features> blocks);
  }

  /**
   * @throws IllegalArgumentException if the stages are not consecutive
   */
  public InteractionStages {
    interactionIndexes = interactionIndexes.stream().map(List::copyOf).toList();
    int next = 0;
    for (List<Integer> range : interactionIndexes) {
      if (range.size() != 2 || range.get(0) != next || range.get(1) < next) {
        throw new IllegalArgumentException(
            model
                + ": interactionIndexes "
                + interactionIndexes
                + " must be consecutive [first, last] pairs that start at block 0");
      }
      next = range.get(1) + 1;
    }
    int stages = interactionIndexes.size();
    if (stages == 0) {
      throw new IllegalArgumentException(
          model + ": interactionIndexes is empty, expected at least one stage");
    }
    if (addVitFeatures && stageFeatures && stages != 4) {
      throw new IllegalArgumentException(
          model
              + ": addVitFeatures needs four stages for the four results, but there are "
              + stages
              + " stages in interactionIndexes");
    }
  }

  /**
   * {@return the block ranges of four stages of equal depth}
   *
   * @param depth number of blocks, a multiple of 4
   */
  public static List<List<Integer>> quarters(int depth) {
    int quarter = depth / 4;
    return IntStream.range(0, 4)
        .mapToObj(i -> List.of(i * quarter, (i + 1) * quarter - 1))
        .toList();
  }

  /** {@return the number of stages} */
  public int stages() {
    return interactionIndexes.size();
  }

  /**
   * Computes the pyramid of an image. The transformer's last tokens are tapped as {@code x}: as a
   * map if they are added to the results without resampling, otherwise as tokens. Both branches
   * after stage i are tapped as {@code x} and {@code c} in the scope of that stage.
   *
   * @param s the scope of the parameters of both branches
   * @param backbone the transformer
   * @param image [batch, 3, height, width]
   * @param exchange the exchange of features in each stage
   * @return maps at strides 4, 8, 16 and 32
   * @throws IllegalArgumentException if the image's height or width is not a multiple of 32, or the
   *     backbone is not a plain one of stride 16 whose depth is that of the stages
   */
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image, Exchange exchange) {
    int width = requirePlain(backbone).channels();
    requireWholeCells(image);
    List<Tensor> prior = new SpatialPrior(stemChannels, width).apply(s.at("spm"), image);
    BranchState state =
        new BranchState(backbone.stem(s, image), LevelEmbedding.embed(s, prior.subList(1, 4)));
    List<Features> afterStages = new ArrayList<>();
    for (int i = 0; i < stages(); i++) {
      state = stage(s, backbone, i, state, exchange);
      afterStages.add(state.x());
    }
    return results(s, prior.get(0), state.c(), afterStages);
  }

  private BranchState stage(
      Scope s, Backbone backbone, int i, BranchState state, Exchange exchange) {
    int first = interactionIndexes.get(i).get(0);
    int end = interactionIndexes.get(i).get(1) + 1;
    Scope stage = s.at("interactions").at(i);
    BranchState after =
        stage.run(() -> exchange.apply(stage, i, state, x -> backbone.blocks(s, x, 0, first, end)));
    stage.tap("x", after.x().tokens());
    stage.tap("c", after.c().tokens());
    return after;
  }

  private FeaturePyramid results(Scope s, Tensor c1, TokenPyramid c, List<Features> afterStages) {
    Features last = afterStages.get(stages() - 1);
    boolean lastForAll = addVitFeatures && !stageFeatures;
    Tensor x = s.tap("x", lastForAll ? last.map() : last.tokens());
    if (!addVitFeatures) {
      return BranchSum.of(s, c1, c, List.of());
    }
    List<Tensor> added =
        stageFeatures ? afterStages.stream().map(Features::map).toList() : List.of(x, x, x, x);
    return BranchSum.of(s, c1, c, added);
  }

  private Stage requirePlain(Backbone backbone) {
    List<Stage> stages = backbone.stages();
    if (stages.size() != 1) {
      throw new IllegalArgumentException(
          model
              + " needs a plain backbone of stride 16, but this one has stages of strides "
              + backbone.strides()
              + "; use the adapter 'vit-comer-hierarchical' for hierarchical backbones");
    }
    Stage stage = stages.get(0);
    if (stage.stride() != STRIDE) {
      throw new IllegalArgumentException(
          model
              + " needs a plain backbone of stride 16, but this one has patches of "
              + stage.stride()
              + " pixels; set backbone.patchSize to 16, and for a checkpoint with patches of "
              + stage.stride()
              + " backbone.embedding.kernel to "
              + stage.stride()
              + " to resize its kernel");
    }
    int blocks = interactionIndexes.get(stages() - 1).get(1) + 1;
    if (stage.blocks() != blocks) {
      throw new IllegalArgumentException(
          model
              + ": interactionIndexes covers "
              + blocks
              + " blocks, but the backbone has "
              + stage.blocks());
    }
    return stage;
  }

  private void requireWholeCells(Tensor image) {
    if (image.dim(2) % 32 != 0 || image.dim(3) % 32 != 0) {
      throw new IllegalArgumentException(
          "an image of height "
              + image.dim(2)
              + " and width "
              + image.dim(3)
              + " does not fit "
              + model
              + ": both must be multiples of 32");
    }
  }
}
