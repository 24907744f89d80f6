package dev.dovetail.heads;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.network.Network;
import java.util.Optional;

/** The end of a network that is composed of parts. */
public interface Head {

  /** How many classes it distinguishes, background not counted. */
  int classes();

  /**
   * The network of this head and what comes before it.
   *
   * @throws IllegalArgumentException if the head needs a part that is missing, or has no place for
   *     one
   */
  Network<?> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck);
}
