package dev.dovetail.heads;

import dev.dovetail.backbones.Backbone;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;

/** A network around an exchangeable backbone. */
public interface BackboneNetwork<P extends Predictions> extends Network<P> {

  Backbone backbone();
}
