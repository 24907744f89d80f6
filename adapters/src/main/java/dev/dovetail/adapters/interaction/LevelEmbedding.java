package dev.dovetail.adapters.interaction;

import dev.dovetail.graph.Init;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.TokenPyramid;
import java.util.ArrayList;
import java.util.List;

/** A learned vector for each level, which is added to its map ({@code level_embed}). */
public final class LevelEmbedding {

  private LevelEmbedding() {}

  /**
   * {@return the tokens of the maps plus the vector of their level}
   *
   * @param s the scope that contains {@code level_embed}
   * @param maps maps [batch, channels, height, width]
   */
  public static TokenPyramid embed(Scope s, List<Tensor> maps) {
    int width = maps.get(0).dim(1);
    Tensor vectors = s.weight("level_embed", new Init.Normal(1), maps.size(), width);
    List<Tensor> embedded = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      embedded.add(maps.get(i).plus(vectors.slice(0, i, i + 1).reshape(width, 1, 1)));
    }
    return TokenPyramid.ofMaps(embedded);
  }
}
