package dev.dovetail.heads;

import dev.dovetail.adapters.Adapter;
import dev.dovetail.adapters.Neck;
import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.network.Network;
import java.util.Optional;

/** The head of a network that is composed of parts. */
public interface Head {

  /** Returns the number of classes without the background. */
  int classes();

  /**
   * Composes a network of this head and the parts before it.
   *
   * @throws IllegalArgumentException if the head needs a part that is missing or does not support a
   *     part
   */
  Network<?> over(Backbone backbone, Optional<Adapter> adapter, Optional<Neck> neck);
}
