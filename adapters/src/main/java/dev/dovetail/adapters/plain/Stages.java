package dev.dovetail.adapters.plain;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.Stage;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import java.util.ArrayList;
import java.util.List;

/**
 * The output maps of some stages of a hierarchical backbone, each at its own stride.
 *
 * @param after number of stages before each map, ascending from 1; an empty list for all stages
 */
public record Stages(List<Integer> after) implements Adapter {

  /**
   * @throws IllegalArgumentException if the numbers are not ascending or not positive
   */
  public Stages {
    after = List.copyOf(after);
    boolean ascending = after.equals(after.stream().sorted().distinct().toList());
    if (!ascending || !after.isEmpty() && after.get(0) < 1) {
      throw new IllegalArgumentException(
          "Stages: after must be ascending numbers of stages from 1 on, but is " + after);
    }
  }

  /**
   * Returns an adapter with all stages.
   *
   * @return the adapter
   */
  public static Stages defaults() {
    return new Stages(List.of());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the backbone has only one stage, or fewer stages than
   *     requested
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    List<Stage> stages = backbone.stages();
    if (stages.size() == 1) {
      throw new IllegalArgumentException(
          "Stages needs a hierarchical backbone, but this one is plain: use the adapter 'taps' for"
              + " its maps");
    }
    if (!after.isEmpty() && after.get(after.size() - 1) > stages.size()) {
      throw new IllegalArgumentException(
          "Stages: after " + after + " names more stages than the backbone's " + stages.size());
    }
    List<FeaturePyramid.Level> levels = new ArrayList<>();
    Features x = backbone.stem(s, image);
    // Other stages have no effect but are part of the model and its checkpoint.
    for (int i = 0; i < stages.size(); i++) {
      x = backbone.blocks(s, x, i, 0, stages.get(i).blocks());
      if (after.isEmpty() || after.contains(i + 1)) {
        levels.add(new FeaturePyramid.Level(backbone.output(s, x, i), stages.get(i).stride()));
      }
    }
    return new FeaturePyramid(levels);
  }
}
