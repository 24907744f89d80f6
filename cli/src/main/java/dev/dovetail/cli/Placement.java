package dev.dovetail.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.eval.TextTable;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.internal.RandomInputs;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.NotFiniteException;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Profile;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the nodes of a graph run, and which attention kernels it uses. ONNX Runtime does not report
 * its choice of kernels; they are derived from the rules of its CUDA provider.
 *
 * @param nodes the number of nodes by operator and provider
 * @param attentions the number of attentions by kernel; empty on the CPU
 * @param copies the number of copies between CPU and device in the graph
 */
record Placement(
    Map<String, Map<String, Integer>> nodes, Map<String, Integer> attentions, int copies) {

  private static final String CPU = "CPUExecutionProvider";
  private static final String PROVIDER = "ExecutionProvider";
  private static final String COPY = "Memcpy";

  /**
   * Runs a graph once.
   *
   * @param graph a graph with pixels as input
   * @param weights the parameters of the graph, possibly random
   * @param settings the device and precision
   * @throws IOException if the graph cannot be compiled or run
   */
  static Placement of(Graph graph, ParameterStore weights, Settings settings) throws IOException {
    try (Plan plan = Plan.compile(graph, weights, settings.withProfile())) {
      run(plan);
      Map<String, Map<String, Integer>> nodes = new TreeMap<>();
      int copies = 0;
      for (Profile.PlacedNode node : plan.profile(0).nodes()) {
        nodes
            .computeIfAbsent(node.operator(), o -> new TreeMap<>())
            .merge(node.provider(), 1, Integer::sum);
        copies += node.operator().startsWith(COPY) ? 1 : 0;
      }
      return new Placement(nodes, attentions(graph, settings), copies);
    }
  }

  /** Random weights may produce non-finite values, which do not change the placement. */
  private static void run(Plan plan) throws IOException {
    try {
      plan.run(RandomInputs.of(plan.inputs(), 1));
    } catch (NotFiniteException e) {
      return;
    }
  }

  private static Map<String, Integer> attentions(Graph graph, Settings settings) {
    Map<String, Integer> all = new TreeMap<>();
    if (settings.device() instanceof Device.Cuda) {
      for (Node node : graph.nodes()) {
        if (node.op() instanceof Product.Attention) {
          all.merge(kernel(node, settings.precision()), 1, Integer::sum);
        }
      }
    }
    return all;
  }

  /** Returns the kernel of an attention, and the reason why no faster kernel is used. */
  private static String kernel(Node node, Precision precision) {
    boolean half = precision == Precision.FP16 && !node.float32();
    int multiple = half ? 8 : 16;
    int tokens = node.inputs().get(1).dim(1);
    if (node.inputs().size() == 3) {
      return half ? "flash attention" : "memory-efficient attention: flash needs fp16";
    }
    return tokens % multiple == 0
        ? "memory-efficient attention: flash does not support a bias"
        : "products and a softmax: it has a bias, and "
            + tokens
            + " tokens are not a multiple of "
            + multiple;
  }

  /** Returns the nodes that run on the CPU although another device was requested. */
  private int onProcessor(Settings settings) {
    return settings.device() instanceof Device.Cpu
        ? 0
        : nodes.values().stream().mapToInt(p -> p.getOrDefault(CPU, 0)).sum();
  }

  /** Returns the tables to print. */
  String text(Settings settings) {
    TextTable table = new TextTable(List.of("operator", "nodes", "provider"));
    nodes.forEach(
        (operator, providers) ->
            providers.forEach(
                (provider, count) ->
                    table.add(
                        List.of(
                            operator,
                            count.toString(),
                            provider.replace(PROVIDER, "").toLowerCase(Locale.ROOT)))));
    List<String> lines = new ArrayList<>(List.of(table.text()));
    attentions.forEach((kernel, count) -> lines.add("attention, " + count + ": " + kernel));
    if (!(settings.device() instanceof Device.Cpu)) {
      lines.add(
          onProcessor(settings)
              + " of "
              + nodes.values().stream().flatMap(p -> p.values().stream()).mapToInt(n -> n).sum()
              + " nodes run on the CPU, "
              + copies
              + " copy between CPU and device");
    }
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  void writeTo(ObjectNode document) {
    ObjectNode placement = document.putObject("placement");
    ObjectNode all = placement.putObject("nodes");
    nodes.forEach(
        (operator, providers) -> {
          ObjectNode counts = all.putObject(operator);
          providers.forEach(counts::put);
        });
    ObjectNode kernels = placement.putObject("attentions");
    attentions.forEach(kernels::put);
    placement.put("copies", copies);
  }
}
