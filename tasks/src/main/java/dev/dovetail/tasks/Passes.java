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
 * The passes of an image through a network: one pass, or several views that are merged into one
 * result. In each round, every view passes once. A second round may use the results of the first
 * one.
 *
 * @param <P> the network's predictions
 * @param <R> the result for one image
 */
public interface Passes<P extends Predictions, R> {

  /** Returns the preprocessing of each view. */
  List<Preparation> views(Preprocess preprocess);

  /** Returns whether no view has padding. */
  boolean fills(Preprocess preprocess);

  /** Returns the number of passes of each view. */
  default int rounds(Network<? extends P> network) {
    return 1;
  }

  /**
   * Traces the pass of a view. Graphs of the second round have a batch size of one and the
   * additional inputs of {@link PendingResult#inputs}.
   *
   * @param round the index of the round, from 0
   * @param root the root scope of the model
   * @return the outputs of the graph by name, which {@link PendingResult#add} reads
   */
  Map<String, Tensor> infer(int round, Scope root, Network<? extends P> network, ImageBatch images);

  /** Creates the pending result of an image before its first pass. */
  PendingResult<R> begin(Size original);
}
