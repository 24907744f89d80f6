package dev.dovetail.adapters.dpt;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.plain.Taps;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.backbones.Features;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.FeaturePyramid.Level;
import dev.dovetail.graph.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The reassemble operation of DPT (Ranftl et al. 2021, section 3), which converts the tokens after
 * some blocks of a plain backbone to maps of different widths and resolutions. Parameters have
 * transformers' names below {@code reassemble_stage}.
 *
 * @param readout the use of the class token
 * @param after number of blocks before each map, ascending; an empty list for equal parts of the
 *     depth
 * @param channels channels of each map, finest first
 * @param factors ratio of the resolution of each map to that of the patches: 1, an integer above 1,
 *     or a number between 0 and 1, whose inverse, rounded down, is the stride of a convolution
 */
public record Reassemble(
    Readout readout, List<Integer> after, List<Integer> channels, List<Double> factors)
    implements Adapter {

  /** The uses of the class token. */
  public enum Readout {
    /** None; the backbone does not need a class token. */
    IGNORE,
    /** It is added to each token. */
    ADD,
    /** It is concatenated with each token, and a linear layer with GELU projects the result. */
    PROJECT
  }

  /**
   * @throws IllegalArgumentException if the lists differ in length, or a value is out of range
   */
  public Reassemble {
    after = List.copyOf(after);
    channels = List.copyOf(channels);
    factors = List.copyOf(factors);
    int maps = channels.size();
    if (maps == 0 || factors.size() != maps || !after.isEmpty() && after.size() != maps) {
      throw new IllegalArgumentException(
          "Reassemble: channels, factors and after must have one value for each map, but are "
              + channels
              + ", "
              + factors
              + " and "
              + after);
    }
    if (channels.stream().anyMatch(c -> c < 1)) {
      throw new IllegalArgumentException("Reassemble: channels must be positive: " + channels);
    }
    for (double factor : factors) {
      if (!(factor > 0) || factor > 1 && factor != Math.rint(factor)) {
        throw new IllegalArgumentException(
            "Reassemble: factors must be integers or between 0 and 1, but one is " + factor);
      }
    }
  }

  /**
   * Returns the adapter as published with a base-size ViT.
   *
   * @return the adapter
   */
  public static Reassemble defaults() {
    return new Reassemble(
        Readout.PROJECT, List.of(), List.of(96, 192, 384, 768), List.of(4.0, 2.0, 1.0, 0.5));
  }

  /**
   * {@inheritDoc} The strides are the patch size divided by the factors.
   *
   * @throws IllegalArgumentException if the backbone has several stages, too few blocks, or no
   *     class token although {@link #readout} needs one
   */
  @Override
  public FeaturePyramid apply(Scope s, Backbone backbone, Tensor image) {
    List<Features> tokens = new Taps(ends(backbone)).tokens(s, backbone, image);
    Scope stage = s.at("reassemble_stage");
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Features x = tokens.get(i);
      Tensor read = stage.in("readout_projects." + i, r -> read(r, x));
      Features mixed = new Features(read, x.height(), x.width(), 0, x.stride());
      int index = i;
      Tensor map = stage.in("layers." + i, layer -> resized(layer, mixed.map(), index));
      levels.add(Level.of(map, x.stride() * steps(i)));
    }
    return new FeaturePyramid(levels);
  }

  private List<Integer> ends(Backbone backbone) {
    int depth = backbone.stages().get(0).blocks();
    int maps = channels.size();
    if (!after.isEmpty() || backbone.stages().size() > 1) {
      return after;
    }
    if (depth < maps) {
      throw new IllegalArgumentException(
          "Reassemble: the backbone has " + depth + " blocks, but " + maps + " maps are required");
    }
    return IntStream.rangeClosed(1, maps).mapToObj(i -> i * depth / maps).toList();
  }

  /**
   * Computes the grid's tokens [batch, cells, width], combined with the class token as specified by
   * {@link #readout}.
   */
  private Tensor read(Scope s, Features x) {
    Tensor grid = x.grid();
    if (readout == Readout.IGNORE) {
      return grid;
    }
    if (x.prefix() == 0) {
      throw new IllegalArgumentException(
          "Reassemble: readout "
              + readout
              + " needs a class token, but the backbone has none; expected IGNORE");
    }
    Tensor first = x.tokens().slice(1, 0, 1);
    if (readout == Readout.ADD) {
      return grid.plus(first);
    }
    Tensor beside = first.expand(grid.dim(0), grid.dim(1), grid.dim(2));
    return linear(s.at(0), Tensor.concat(2, grid, beside), grid.dim(2)).gelu();
  }

  private Tensor resized(Scope s, Tensor map, int index) {
    int width = channels.get(index);
    double factor = factors.get(index);
    Tensor projected = Conv2d.of(width, 1).apply(s.at("projection"), map);
    Scope resize = s.at("resize");
    if (factor > 1) {
      return Conv2d.upsample(resize, projected, width, (int) factor);
    }
    return factor == 1
        ? projected
        : Conv2d.of(width, 3).stride((int) steps(index)).apply(resize, projected);
  }

  /** Returns the stride of a map in patches. */
  private double steps(int index) {
    double factor = factors.get(index);
    return factor < 1 ? (int) (1 / factor) : 1 / factor;
  }
}
