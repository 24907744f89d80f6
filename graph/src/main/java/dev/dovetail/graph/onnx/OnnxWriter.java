package dev.dovetail.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.dovetail.core.DType;
import dev.dovetail.graph.DeformableLowering;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Node;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.OrtOp;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.ShapeException;
import dev.dovetail.graph.Source;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as an ONNX model of opset 20 (IR 9). Names of nodes and values contain the scope
 * that created them. Dropout is omitted. In half precision, batch norms are folded into the
 * preceding convolutions, and casts are inserted where an operation needs another precision than
 * that of its operand.
 */
public final class OnnxWriter {

  private static final int IR_VERSION = 9;
  private static final int OPSET = 20;

  private final Dialect dialect;
  private final Precision precision;
  private final ParameterStore store;

  private final GraphProto.Builder out = GraphProto.newBuilder().setName("dovetail");
  private final Map<Tensor, String> names = new HashMap<>();
  private final Map<Tensor, DType> types = new HashMap<>();
  private final Map<String, String> converted = new HashMap<>();
  private final Map<TensorProto, String> constants = new HashMap<>();
  private final Map<String, Integer> counters = new HashMap<>();
  private final Set<Node> dynamic = new HashSet<>();
  private final Set<Node> written = new HashSet<>();
  private final Set<Tensor> read = new HashSet<>();
  private final Set<String> reserved = new HashSet<>();

  private OnnxWriter(Dialect dialect, Precision precision, ParameterStore store) {
    this.dialect = dialect;
    this.precision = precision;
    this.store = store;
  }

  /**
   * {@return the model of {@code graph}}
   *
   * @param graph the graph
   * @param dialect the allowed operators
   * @param precision the type of floating-point values
   * @param store the location of the parameters' values
   * @param metadata key-value pairs to store in the file
   * @throws ShapeException if a value has more elements than the operators of the dialect support
   */
  public static ModelProto write(
      Graph graph,
      Dialect dialect,
      Precision precision,
      ParameterStore store,
      Map<String, String> metadata) {
    OnnxWriter writer = new OnnxWriter(dialect, precision, store);
    // A running variance or its reciprocal may exceed the range of half precision. The weights of
    // folded convolutions are computed in float32.
    Graph folded = precision == Precision.FP16 ? Lowering.foldBatchNorms(graph) : graph;
    Graph fused =
        dialect == Dialect.ORT_CUDA
            ? CudaFusions.of(folded, precision).rewriteAll(TopKByChunks::of)
            : folded;
    writer.writeGraph(fused.rewrite(forms(dialect, precision)));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("dovetail")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(writer.out);
    if (dialect != Dialect.PORTABLE) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(OrtOp.DOMAIN).setVersion(1));
    }
    if (graph.nodes().stream().anyMatch(n -> n.op() instanceof FusedOp)) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(FusedOp.DOMAIN).setVersion(1));
    }
    new TreeMap<>(metadata)
        .forEach(
            (k, v) ->
                model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(k).setValue(v)));
    return model.build();
  }

  /** Rewrites nodes before they are written. */
  private static BiFunction<Node, List<Tensor>, Optional<Tensor>> forms(
      Dialect dialect, Precision precision) {
    boolean mixes = dialect != Dialect.PORTABLE && precision != Precision.FP16;
    CudaForms cuda = new CudaForms(precision);
    return (node, operands) -> {
      Optional<Tensor> mixed =
          mixes ? ConvolutionBeforeResize.of(node, operands) : Optional.empty();
      return mixed
          .or(() -> dialect == Dialect.ORT_CUDA ? cuda.of(node, operands) : Optional.empty())
          .or(() -> DeformableLowering.byMap(node, operands));
    };
  }

  private void writeGraph(Graph graph) {
    reserved.addAll(graph.inputs().keySet());
    reserved.addAll(graph.outputs().keySet());
    for (Map.Entry<String, Tensor> input : graph.inputs().entrySet()) {
      out.addInput(valueInfo(input.getKey(), input.getValue()));
    }
    read.addAll(graph.outputs().values());
    graph.nodes().forEach(n -> read.addAll(n.inputs()));
    graph.nodes().forEach(this::writeNode);
    for (Map.Entry<String, Tensor> output : graph.outputs().entrySet()) {
      Tensor value = output.getValue();
      String name = nameOf(value, value.dtype());
      out.addNode(
          NodeProto.newBuilder()
              .setName("output/" + output.getKey())
              .setOpType("Identity")
              .addInput(name)
              .addOutput(output.getKey()));
      out.addOutput(valueInfo(output.getKey(), value));
    }
  }

  private static ValueInfoProto valueInfo(String name, Tensor value) {
    return valueInfo(name, value, value.dtype());
  }

  private static ValueInfoProto valueInfo(String name, Tensor value, DType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    int[] dims = value.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == Shape.UNKNOWN) {
        shape.addDimBuilder().setDimParam(name + "_" + i);
      } else {
        shape.addDimBuilder().setDimValue(dims[i]);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxTypes.code(type))
                        .setShape(shape)))
        .build();
  }

  private void writeNode(Node node) {
    if (!written.add(node)) {
      return;
    }
    Op op = node.op();
    if (op instanceof Source.Input input) {
      dynamic.add(node);
      requireSizes(node);
      names.put(node.outputs().get(0), input.name());
      types.put(node.outputs().get(0), input.type().dtype());
    } else if (op instanceof Source) {
      return; // initializers are written in the precision in which they are used
    } else if (op instanceof Elementwise.Dropout) {
      alias(node, node.inputs().get(0));
    } else if (op instanceof Product.Attention && dialect == Dialect.PORTABLE) {
      writeInstead(node, Lowering.attention(node));
    } else if (op instanceof Normalization.LayerNorm
        && dialect == Dialect.ORT_CPU
        && precision != Precision.FP16
        && node.inputs().get(0).shape().isStatic()) {
      writeInstead(node, Lowering.layerNorm(node));
    } else if (op instanceof Normalization.BatchNorm && precision == Precision.FP16) {
      writeInstead(node, Lowering.batchNorm(node));
    } else if (precision == Precision.FP16 && Lowering.cutsPatches(node)) {
      writeInstead(node, Lowering.patchesByProduct(node));
    } else {
      writeOperation(node);
    }
  }

  private void writeInstead(Node node, Tensor lowered) {
    writeWithOperands(lowered.node());
    alias(node, lowered);
  }

  /**
   * Verifies that ONNX Runtime's operators for CUDA can number the elements of a node's results.
   * They use 32 bits and would fail in the run. Values that depend only on parameters are computed
   * on the CPU, when the session is created.
   */
  private void requireSizes(Node node) {
    if (dialect != Dialect.ORT_CUDA || !dynamic.contains(node)) {
      return;
    }
    for (Tensor t : node.outputs()) {
      if (t.shape().isStatic() && t.shape().elements() > Integer.MAX_VALUE) {
        throw new ShapeException(
            "a value has more than 2^31 - 1 elements, the limit of ONNX Runtime's operators for"
                + " CUDA: "
                + t.shape()
                + (node.scope().isEmpty() ? "" : " in " + node.scope())
                + "; use a smaller batch or smaller images");
      }
    }
  }

  /** Writes nodes that were created after the graph's order was determined. */
  private void writeWithOperands(Node node) {
    if (!written.contains(node)) {
      node.inputs().forEach(t -> writeWithOperands(t.node()));
      writeNode(node);
    }
  }

  private void alias(Node node, Tensor same) {
    if (dynamic.contains(same.node())) {
      dynamic.add(node);
    }
    names.put(node.outputs().get(0), nameOf(same, typeOf(same)));
    types.put(node.outputs().get(0), typeOf(same));
  }

  private void writeOperation(Node node) {
    if (node.inputs().stream().anyMatch(t -> dynamic.contains(t.node()))) {
      dynamic.add(node);
    }
    requireSizes(node);
    Op op = node.op();
    DType width = widthOf(node);
    String name = unique((node.scope().isEmpty() ? "" : node.scope() + "/") + op.onnxName());
    NodeProto.Builder proto = NodeProto.newBuilder().setName(name).setOpType(op.onnxName());
    for (int i = 0; i < node.inputs().size(); i++) {
      Tensor in = node.inputs().get(i);
      boolean float32 = op instanceof FusedOp fused && fused.readsFloat32(i);
      DType floats = float32 ? DType.FLOAT32 : width;
      proto.addInput(nameOf(in, in.dtype().isFloat() ? floats : in.dtype()));
    }
    for (@Nullable TensorData data : op.trailing()) {
      proto.addInput(data == null ? "" : constant(data, width));
    }
    if (op instanceof Product.Attention && node.inputs().size() > 3) {
      String bias = proto.getInput(3);
      proto.setInput(3, "").addInput("").addInput(bias);
    }
    new TreeMap<>(op.attributes())
        .forEach((k, v) -> proto.addAttribute(attribute(k, inWidth(v, width))));
    for (Tensor result : node.outputs()) {
      String value = node.outputs().size() == 1 ? name : name + ":" + result.index();
      proto.addOutput(value);
      names.put(result, value);
      types.put(result, result.dtype().isFloat() ? width : result.dtype());
    }
    if (op instanceof ContribOp.SkipLayerNormalization) {
      arrangeResults(proto, read.contains(node.outputs().get(0)));
    }
    if (op instanceof OrtOp ort) {
      proto.setDomain(ort.domain());
    } else if (op instanceof FusedOp) {
      proto.setDomain(FusedOp.DOMAIN).setOpType(op.onnxName() + "_" + width);
      // ONNX Runtime has no shape rule for it.
      node.outputs().forEach(t -> out.addValueInfo(valueInfo(names.get(t), t, types.get(t))));
    }
    out.addNode(proto);
  }

  /** ONNX Runtime's result 0 is the norm, and 3 the sum, which is not written unless it is read. */
  private static void arrangeResults(NodeProto.Builder proto, boolean sumIsRead) {
    String sum = proto.getOutput(0);
    String norm = proto.getOutput(1);
    proto.clearOutput().addOutput(norm);
    if (sumIsRead) {
      proto.addOutput("").addOutput("").addOutput(sum);
    }
  }

  /** Returns an attribute's value for a node's precision, which replaces floating-point types. */
  private static Object inWidth(Object value, DType width) {
    return value instanceof DType type && type.isFloat() ? width : value;
  }

  /** Returns the precision of a node. Values that depend only on parameters stay in float32. */
  private DType widthOf(Node node) {
    return precision != Precision.FP16 || node.float32() || !dynamic.contains(node)
        ? DType.FLOAT32
        : DType.FLOAT16;
  }

  /** Returns the type in which a value is available; sources are available in any precision. */
  private DType typeOf(Tensor t) {
    return types.getOrDefault(t, t.dtype());
  }

  /** Returns the name of {@code t} in the element type {@code requested}. */
  private String nameOf(Tensor t, DType requested) {
    Op op = t.node().op();
    if (op instanceof Source.Constant constant) {
      return initializer(t, requested, constant.data());
    }
    if (op instanceof Source.Weight weight) {
      return initializer(weight.parameter(), requested);
    }
    String name = names.get(t);
    return typeOf(t) == requested ? name : cast(name, requested);
  }

  private String cast(String name, DType to) {
    return converted.computeIfAbsent(
        name + "/" + to,
        key -> {
          String result = unique(name + "/Cast");
          out.addNode(
              NodeProto.newBuilder()
                  .setName(result)
                  .setOpType("Cast")
                  .addInput(name)
                  .addOutput(result)
                  .addAttribute(attribute("to", to)));
          return result;
        });
  }

  private String initializer(Parameter p, DType requested) {
    DType type = p.type().dtype().isFloat() ? requested : p.type().dtype();
    String plain = reserved.contains(p.name()) ? p.name() + "/parameter" : p.name();
    String name = type == p.type().dtype() ? plain : plain + "/" + type;
    return converted.computeIfAbsent(
        name,
        key -> {
          TensorProto.Builder proto = tensor(name, type, p.shape());
          ParameterStore.Location location = store.locate(p, type);
          if (location instanceof ParameterStore.InFile file) {
            proto
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", file.file()))
                .addExternalData(entry("offset", Long.toString(file.offset())))
                .addExternalData(entry("length", Long.toString(file.length())));
          } else if (location instanceof ParameterStore.Inline inline) {
            proto.setRawData(ByteString.copyFrom(inline.bytes().duplicate()));
          }
          out.addInitializer(proto);
          return name;
        });
  }

  private String initializer(Tensor t, DType requested, TensorData data) {
    String known = names.get(t);
    if (known == null) {
      known = unique("constant");
      names.put(t, known);
    }
    String name = known + (requested == DType.FLOAT16 ? "/" + requested : "");
    return converted.computeIfAbsent(name, key -> addConstant(name, data, requested));
  }

  private String constant(TensorData data, DType width) {
    return addConstant(unique("constant"), data, width);
  }

  /** Adds a constant with a name, and returns the name of the first one that is equal. */
  private String addConstant(String name, TensorData data, DType width) {
    TensorData values = width == DType.FLOAT16 ? data.toHalf() : data;
    TensorProto unnamed =
        tensor("", values.type().dtype(), values.type().shape())
            .setRawData(ByteString.copyFrom(values.bytes()))
            .build();
    return constants.computeIfAbsent(
        unnamed,
        key -> {
          out.addInitializer(key.toBuilder().setName(name));
          return name;
        });
  }

  private static TensorProto.Builder tensor(String name, DType type, Shape shape) {
    TensorProto.Builder proto =
        TensorProto.newBuilder().setName(name).setDataType(OnnxTypes.code(type));
    for (int d : shape.dims()) {
      proto.addDims(d);
    }
    return proto;
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long i) {
      a.setType(AttributeProto.AttributeType.INT).setI(i);
    } else if (value instanceof Float f) {
      a.setType(AttributeProto.AttributeType.FLOAT).setF(f);
    } else if (value instanceof DType type) {
      a.setType(AttributeProto.AttributeType.INT).setI(OnnxTypes.code(type));
    } else if (value instanceof String s) {
      a.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
    } else {
      a.setType(AttributeProto.AttributeType.INTS);
      for (long i : (long[]) value) {
        a.addInts(i);
      }
    }
    return a.build();
  }

  private String unique(String base) {
    int n = counters.merge(base, 1, Integer::sum);
    return n == 1 ? base : base + "_" + n;
  }
}
