package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * A graph as text, one line per node. A value is named by its scope and its index in the scope
 * ({@code blocks.0.attn#3}, or {@code #3} within the scope), so that a change in one scope does not
 * affect the lines of other scopes.
 */
final class GraphText {

  /** Larger constants are represented by their checksum. */
  private static final int FEW = 16;

  private final Map<Tensor, String> names = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private GraphText() {}

  static String of(Graph graph) {
    GraphText all = new GraphText();
    graph.inputs().values().forEach(input -> all.line("input " + all.named(input)));
    graph.nodes().forEach(all::add);
    graph.outputs().forEach((name, value) -> all.line("output " + name + " = " + all.named(value)));
    return all.text.toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void add(Node node) {
    if (node.op() instanceof Source) {
      return; // printed where it is used
    }
    String scope = scope(node);
    String name = scope + "#" + counts.merge(scope, 1, Integer::sum);
    for (Tensor result : node.outputs()) {
      names.put(result, node.outputs().size() == 1 ? name : name + "." + result.index());
    }
    StringJoiner line = new StringJoiner(" ");
    line.add(node.outputs().stream().map(this::named).collect(Collectors.joining(", ")));
    line.add("=");
    line.add(
        node.op().onnxName()
            + node.inputs().stream()
                .map(operand -> operand(operand, scope))
                .collect(Collectors.joining(", ", "(", ")")));
    attributes(node.op()).forEach(line::add);
    if (node.float32()) {
      line.add("in float32");
    }
    line(line.toString());
  }

  private static String scope(Node node) {
    return node.scope().isEmpty() ? "root" : node.scope();
  }

  /** Values of the same scope are named only by their index. */
  private String operand(Tensor value, String scope) {
    String name = named(value);
    return name.startsWith(scope + "#") ? name.substring(scope.length()) : name;
  }

  private String named(Tensor value) {
    return name(value) + " " + value.type();
  }

  private String name(Tensor value) {
    if (value.node().op() instanceof Source.Input input) {
      return input.name();
    }
    if (value.node().op() instanceof Source.Weight weight) {
      return weight.parameter().name();
    }
    if (value.node().op() instanceof Source.Constant constant) {
      return values(constant.data());
    }
    return names.get(value);
  }

  private static List<String> attributes(Op op) {
    List<String> all = new ArrayList<>();
    op.attributes().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> all.add(e.getKey() + "=" + attribute(e.getValue())));
    for (TensorData constant : op.trailing()) {
      all.add(constant == null ? "none" : values(constant));
    }
    return all;
  }

  private static String attribute(Object value) {
    return value instanceof long[] numbers ? java.util.Arrays.toString(numbers) : value.toString();
  }

  private static String values(TensorData data) {
    int n = Math.toIntExact(data.type().shape().elements());
    if (n > FEW) {
      CRC32 sum = new CRC32();
      sum.update(data.bytes());
      return "constant:" + Long.toHexString(sum.getValue());
    }
    return IntStream.range(0, n)
        .mapToObj(i -> value(data, i))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String value(TensorData data, int i) {
    ByteBuffer bytes = data.bytes();
    if (data.type().dtype() == DType.FLOAT32) {
      return Float.toString(bytes.getFloat(i * Float.BYTES));
    }
    return switch (data.type().dtype().bytes()) {
      case Long.BYTES -> Long.toString(bytes.getLong(i * Long.BYTES));
      case Integer.BYTES -> Integer.toString(bytes.getInt(i * Integer.BYTES));
      case Short.BYTES -> Short.toString(bytes.getShort(i * Short.BYTES));
      default -> Integer.toString(Byte.toUnsignedInt(bytes.get(i)));
    };
  }
}
