package dev.dovetail.tasks;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.Predictions;
import dev.dovetail.images.Preparation;
import dev.dovetail.images.Preprocess;
import java.util.List;
import java.util.Map;

/**
 * How an image passes through a network: once, or in several views that become one result. In each
 * round all views pass; a second round may ask for what the first one found.
 *
 * @param <P> the network's predictions
 * @param <R> the result for one image
 */
public interface Passes<P extends Predictions, R> {

  /** How each view is prepared. */
  List<Preparation> views(Preprocess preprocess);

  /** Whether every view fills its input. */
  boolean fills(Preprocess preprocess);

  /** How often each view passes. */
  default int rounds(Network<? extends P> network) {
    return 1;
  }

  /**
   * Traces the pass of a view. Graphs of the second round take one image, and the inputs of {@link
   * PendingResult#inputs} beside the usual ones.
   *
   * @param round from 0
   * @param root the root of the model's scopes
   * @return the outputs of the graph by name, which {@link PendingResult#add} reads
   */
  Map<String, Tensor> infer(int round, Scope root, Network<? extends P> network, ImageBatch images);

  /** The result of an image, of which no view has passed yet. */
  PendingResult<R> begin(Size original);
}
