package dev.dovetail.bench;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.runtime.Plan;
import java.util.Map;

/** A whole graph and its inputs, which are run without any other code. */
interface OneBatch extends AutoCloseable {

  /** Runs the graph once, from inputs in host memory to outputs there. */
  void run() throws Exception;

  /** Compiles the graph with the plans of the library, on the engine that the device uses. */
  static OneBatch ofPlan(Graph graph, Subject subject) throws Exception {
    Plan plan = Plan.compile(graph, subject.weights(), subject.settings());
    Map<String, TensorData> inputs = subject.inputs(graph);
    return new OneBatch() {
      @Override
      public void run() throws Exception {
        plan.run(inputs);
      }

      @Override
      public void close() {
        plan.close();
      }
    };
  }
}
