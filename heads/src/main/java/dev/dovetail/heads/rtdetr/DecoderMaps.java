package dev.dovetail.heads.rtdetr;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Norms;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.heads.Require;
import java.util.ArrayList;
import java.util.List;

/**
 * The maps that a decoder attends to, with a convolution without bias and a batch norm for each:
 * {@code 0.0} and {@code 0.1}, {@code 1.0}, ….
 *
 * @param width width of the queries
 * @param levels number of feature maps that are used, the coarsest ones
 * @param extraLevels number of additional maps, each computed from the previous one at half its
 *     resolution
 * @param normEpsilon epsilon of the batch norms
 * @param anchorImage height and width of the images for which initial boxes are computed; empty for
 *     the size of the input images
 */
public record DecoderMaps(
    int width, int levels, int extraLevels, double normEpsilon, List<Integer> anchorImage) {

  public DecoderMaps {
    anchorImage = List.copyOf(anchorImage);
    if (!anchorImage.isEmpty() && anchorImage.size() != 2) {
      throw new IllegalArgumentException(
          "anchorImage is " + anchorImage + ", expected a height and a width, or an empty list");
    }
    Require.positive("width", width);
    Require.positive("levels", levels);
    if (extraLevels < 0) {
      throw new IllegalArgumentException(
          "extraLevels is " + extraLevels + ", expected 0 or a positive number");
    }
  }

  /** {@return the total number of maps} */
  int count() {
    return levels + extraLevels;
  }

  /**
   * {@return the tokens of all maps [batch, cells, width]}
   *
   * @param s the scope of its parameters
   */
  public TokenPyramid tokens(Scope s, FeaturePyramid features) {
    FeaturePyramid taken = features.coarsest(levels);
    Tensor coarsest = taken.map(levels - 1);
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      Conv2d conv = i < levels ? Conv2d.of(width, 1) : Conv2d.of(width, 3).stride(2);
      Tensor map = i < levels ? taken.map(i) : coarsest;
      Tensor y = conv.withoutBias().apply(s.at(i).at(0), map);
      maps.add(Norms.batchNorm(s.at(i).at(1), y, normEpsilon));
    }
    return TokenPyramid.ofMaps(maps);
  }

  /**
   * Returns the grids of the initial boxes.
   *
   * @param features the features of the tokens
   * @param tokens the tokens of all maps
   * @throws IllegalArgumentException if the number of cells differs from the number of tokens
   */
  public List<Extent> anchorGrids(FeaturePyramid features, TokenPyramid tokens) {
    if (anchorImage.isEmpty()) {
      return tokens.grids();
    }
    List<FeaturePyramid.Level> taken = features.coarsest(levels).levels();
    List<Extent> grids = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      int stride = i < levels ? taken.get(i).stride() : 2 * taken.get(levels - 1).stride();
      grids.add(new Extent(anchorImage.get(0) / stride, anchorImage.get(1) / stride));
    }
    int cells = grids.stream().mapToInt(Extent::area).sum();
    if (cells != tokens.tokens().dim(1)) {
      throw new IllegalArgumentException(
          "anchorImage "
              + anchorImage
              + " has "
              + cells
              + " cells, but the image "
              + tokens.tokens().dim(1)
              + "; use images of that size or an empty anchorImage");
    }
    return grids;
  }
}
