package dev.dovetail.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Elementwise;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.ShapeException;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contents of a written model, read back field by field. */
class OnnxWriterTest {

  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  private static final int FLOAT16 = TensorProto.DataType.FLOAT16_VALUE;

  private final Trace trace = new Trace();
  private final Scope root = trace.root();

  /** Locates every parameter in one file, at 64 times the length of its name. */
  private static ParameterStore.Location inFile(Parameter parameter, DType type) {
    return new ParameterStore.InFile(
        "weights.bin",
        64L * parameter.name().length(),
        parameter.shape().elements() * type.bytes());
  }

  private ModelProto write(Tensor output, Dialect dialect, Precision precision) {
    return OnnxWriter.write(
        trace.graph(Map.of("y", output)), dialect, precision, OnnxWriterTest::inFile, Map.of());
  }

  private ModelProto write(Tensor output) {
    return write(output, Dialect.PORTABLE, Precision.FP32);
  }

  private static List<String> operators(ModelProto model) {
    return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  private static NodeProto node(ModelProto model, String operator) {
    return model.getGraph().getNodeList().stream()
        .filter(n -> n.getOpType().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, TensorProto> initializers(ModelProto model) {
    Map<String, TensorProto> initializers = new LinkedHashMap<>();
    model.getGraph().getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    return initializers;
  }

  private static Map<String, AttributeProto> attributes(NodeProto node) {
    Map<String, AttributeProto> attributes = new TreeMap<>();
    node.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    return attributes;
  }

  private static Map<String, String> entries(List<StringStringEntryProto> list) {
    Map<String, String> entries = new TreeMap<>();
    list.forEach(e -> entries.put(e.getKey(), e.getValue()));
    return entries;
  }

  @Test
  void theModelContainsItsVersionsAndMetadata() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model =
        OnnxWriter.write(
            trace.graph(Map.of("y", x.relu())),
            Dialect.PORTABLE,
            Precision.FP32,
            ParameterStore.none(),
            Map.of("b", "2", "a", "1"));
    assertEquals(9, model.getIrVersion());
    assertEquals(1, model.getOpsetImportCount());
    assertEquals("", model.getOpsetImport(0).getDomain());
    assertEquals(20, model.getOpsetImport(0).getVersion());
    assertEquals("a", model.getMetadataProps(0).getKey());
    assertEquals(Map.of("a", "1", "b", "2"), entries(model.getMetadataPropsList()));
  }

  @Test
  void inputsAndOutputsHaveTheirTypesAndUnknownExtentsHaveNames() {
    Tensor x = trace.input("x", DType.UINT8, 2, Shape.UNKNOWN, 3);
    ModelProto model = write(x.cast(DType.FLOAT32));
    ValueInfoProto in = model.getGraph().getInput(0);
    ValueInfoProto out = model.getGraph().getOutput(0);
    assertEquals("x", in.getName());
    assertEquals("y", out.getName());
    assertEquals(TensorProto.DataType.UINT8_VALUE, in.getType().getTensorType().getElemType());
    assertEquals(FLOAT, out.getType().getTensorType().getElemType());
    List<Dimension> dims = in.getType().getTensorType().getShape().getDimList();
    assertEquals(2, dims.get(0).getDimValue());
    assertEquals("x_1", dims.get(1).getDimParam());
    assertEquals(3, dims.get(2).getDimValue());
  }

  @Test
  void nodesAreInOrderAndHaveTheirScopes() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model =
        write(root.in("blocks", s -> s.fold(0, 2, x, (block, h, i) -> block.run(h::relu))));
    assertEquals(List.of("Relu", "Relu", "Identity"), operators(model));
    assertEquals("blocks.0/Relu", model.getGraph().getNode(0).getName());
    assertEquals("blocks.1/Relu", model.getGraph().getNode(1).getName());
    assertEquals(List.of("x"), model.getGraph().getNode(0).getInputList());
    assertEquals(List.of("blocks.0/Relu"), model.getGraph().getNode(1).getInputList());
    assertEquals(List.of("y"), model.getGraph().getNode(2).getOutputList());
  }

  @Test
  void anOperatorHasItsAttributesAndItsConstantInputs() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 4, 8, 8);
    Tensor w = root.weight("w", Init.zeros(), 6, 2, 3, 3);
    ModelProto model = write(x.apply(new Convolution.Conv(2, 1, 2), w).slice(1, 1, 5, 2));
    Map<String, AttributeProto> conv = attributes(node(model, "Conv"));
    assertEquals(List.of("group", "pads", "strides"), List.copyOf(conv.keySet()));
    assertEquals(2, conv.get("group").getI());
    assertEquals(List.of(1L, 1L, 1L, 1L), conv.get("pads").getIntsList());
    assertEquals(List.of(2L, 2L), conv.get("strides").getIntsList());
    List<String> slice = node(model, "Slice").getInputList();
    List<Long> constants =
        slice.subList(1, 5).stream()
            .map(name -> initializers(model).get(name).getRawData().asReadOnlyByteBuffer())
            .map(b -> b.order(ByteOrder.LITTLE_ENDIAN).getLong())
            .toList();
    assertEquals(List.of(1L, 5L, 1L, 2L), constants);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT64", "FLOAT16", "BFLOAT16"},
      mode = EnumSource.Mode.EXCLUDE)
  void aCastNamesTheTypeAsOnnxNumbersIt(DType to) {
    Tensor x = trace.input("x", to == DType.FLOAT32 ? DType.INT64 : DType.FLOAT32, 2);
    AttributeProto attribute = attributes(node(write(x.cast(to)), "Cast")).get("to");
    String onnx = to == DType.FLOAT32 ? "FLOAT" : to.name();
    assertEquals(TensorProto.DataType.valueOf(onnx).getNumber(), attribute.getI());
  }

  @Test
  void parametersInFilesHaveFileOffsetAndLength() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 3);
    ModelProto model = write(x.times(root.weight("head.scale", Init.ones(), 3)));
    TensorProto scale = initializers(model).get("head.scale");
    assertEquals(TensorProto.DataLocation.EXTERNAL, scale.getDataLocation());
    assertEquals(List.of(3L), scale.getDimsList());
    assertEquals(FLOAT, scale.getDataType());
    assertEquals(
        Map.of("location", "weights.bin", "offset", "640", "length", "12"),
        entries(scale.getExternalDataList()));
    assertTrue(scale.getRawData().isEmpty());
  }

  @Test
  void parametersInMemoryAreInTheModel() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor y = x.plus(root.weight("b", Init.zeros(), 2));
    ParameterStore store = (p, type) -> new ParameterStore.Inline(ByteBuffer.wrap(new byte[8]));
    ModelProto model =
        OnnxWriter.write(
            trace.graph(Map.of("y", y)), Dialect.PORTABLE, Precision.FP32, store, Map.of());
    assertEquals(8, initializers(model).get("b").getRawData().size());
    assertEquals(0, initializers(model).get("b").getExternalDataCount());
  }

  @Test
  void aMissingWeightIsNamed() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor y = x.plus(root.weight("head.bias", Init.zeros(), 2));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                OnnxWriter.write(
                    trace.graph(Map.of("y", y)),
                    Dialect.PORTABLE,
                    Precision.FP32,
                    ParameterStore.none(),
                    Map.of()));
    assertTrue(e.getMessage().contains("'head.bias'"), e.getMessage());
  }

  @Test
  void aParameterWithTheNameOfAnInputIsRenamed() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model = write(x.plus(root.weight("x", Init.zeros(), 2)));
    assertEquals(List.of("x", "x/parameter"), node(model, "Add").getInputList());
  }

  private Tensor attention(boolean withBias) {
    Tensor q = trace.input("q", DType.FLOAT32, 1, 5, 8);
    Tensor bias = trace.input("bias", DType.FLOAT32, 1, 2, 5, 5);
    Product.Attention op = new Product.Attention(2, 0.5f);
    return withBias ? q.apply(op, q, q, bias) : q.apply(op, q, q);
  }

  @Test
  void thePortableDialectWritesAttentionInPlainOperators() {
    ModelProto model = write(attention(true));
    assertFalse(operators(model).contains("MultiHeadAttention"));
    assertEquals(2, operators(model).stream().filter("MatMul"::equals).count());
    assertTrue(operators(model).contains("Softmax"));
    assertTrue(model.getGraph().getNodeList().stream().allMatch(n -> n.getDomain().isEmpty()));
  }

  @Test
  void theOrtDialectWritesAttentionAsOneOperatorWithBias() {
    ModelProto model = write(attention(true), Dialect.ORT, Precision.FP32);
    NodeProto node = node(model, "MultiHeadAttention");
    assertEquals("com.microsoft", node.getDomain());
    assertEquals(List.of("q", "q", "q", "", "", "bias"), node.getInputList());
    assertEquals(2, attributes(node).get("num_heads").getI());
    assertEquals(0.5f, attributes(node).get("scale").getF());
    assertEquals("com.microsoft", model.getOpsetImport(1).getDomain());
  }

  @Test
  void anAttentionWithoutBiasHasThreeInputs() {
    ModelProto model = write(attention(false), Dialect.ORT, Precision.FP32);
    assertEquals(3, node(model, "MultiHeadAttention").getInputCount());
  }

  @Test
  void dropoutIsOmitted() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model =
        write(x.apply(new Elementwise.Dropout(0.5, Elementwise.Unit.ELEMENT)).relu());
    assertEquals(List.of("Relu", "Identity"), operators(model));
  }

  @Test
  void halfPrecisionKeepsInputsAndOutputsAndCastsBetween() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model =
        write(
            x.times(root.weight("w", Init.ones(), 2)).plus(1.5), Dialect.PORTABLE, Precision.FP16);
    assertEquals(List.of("Cast", "Mul", "Add", "Cast", "Identity"), operators(model));
    assertEquals(FLOAT16, initializers(model).get("w/float16").getDataType());
    assertEquals(
        "4", entries(initializers(model).get("w/float16").getExternalDataList()).get("length"));
    TensorProto constant = initializers(model).get("constant/float16");
    assertEquals(FLOAT16, constant.getDataType());
    assertEquals(
        0x3e00,
        constant.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getShort());
    assertEquals(FLOAT, model.getGraph().getOutput(0).getType().getTensorType().getElemType());
  }

  @Test
  void float32NodesStayInFloat32InHalfPrecision() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    ModelProto model = write(root.float32(() -> x.exp()).plus(1), Dialect.PORTABLE, Precision.FP16);
    assertEquals(List.of("Exp", "Cast", "Add", "Cast", "Identity"), operators(model));
  }

  @Test
  void inHalfPrecisionABatchNormIsFoldedIntoTheConvolution() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 3, 8, 8);
    Tensor c = root.weight("c", Init.ones(), 4);
    Tensor conv =
        x.apply(new Convolution.Conv(1, 1, 1), root.weight("w", Init.zeros(), 4, 3, 3, 3));
    Tensor y = conv.apply(new Normalization.BatchNorm(1e-5f), c, c, c, c);
    List<String> single = operators(write(y));
    assertEquals(List.of("Conv", "BatchNormalization", "Identity"), single);
    List<String> half = operators(write(y, Dialect.PORTABLE, Precision.FP16));
    assertFalse(half.contains("BatchNormalization"));
    assertEquals(1, half.stream().filter("Conv"::equals).count());
  }

  @Test
  void aConstantThatIsUsedTwiceIsWrittenOnce() {
    Tensor x = trace.input("x", DType.FLOAT32, 2);
    Tensor two = x.constant(TensorData.of(new float[] {2, 3}, 2));
    ModelProto model = write(x.plus(two).times(two));
    assertEquals(1, model.getGraph().getInitializerCount());
  }

  @Test
  void constantsOfEqualTypeShapeAndElementsAreWrittenOnce() {
    Tensor x = trace.input("x", DType.FLOAT32, 1, 2);
    Tensor y = x;
    for (float[] values : List.of(new float[] {2, 3}, new float[] {2, 3}, new float[] {3, 2})) {
      y = y.plus(x.constant(TensorData.of(values, 2)));
    }
    ModelProto model = write(y.plus(x.constant(TensorData.of(new float[] {2, 3}, 1, 2))));
    assertEquals(3, model.getGraph().getInitializerCount());
    List<String> others =
        model.getGraph().getNodeList().stream()
            .filter(n -> n.getInputCount() == 2)
            .map(n -> n.getInput(1))
            .toList();
    assertEquals(others.get(0), others.get(1));
    assertEquals(initializers(model).keySet(), Set.copyOf(others));
  }

  @Test
  void onlyValuesOfARunAreLimitedTo2To31ElementsOnCuda() {
    Tensor x = trace.input("x", DType.FLOAT32, 2, 1 << 30);
    Tensor few = x.slice(1, 0, 1);
    write(few, Dialect.ORT, Precision.FP32);
    assertThrows(ShapeException.class, () -> write(few, Dialect.ORT_CUDA, Precision.FP32));
    Tensor row = trace.input("row", DType.FLOAT32, 1, 1 << 30);
    Tensor rows = root.in("neck", s -> row.expand(2, 1 << 30));
    ShapeException e =
        assertThrows(ShapeException.class, () -> write(rows, Dialect.ORT_CUDA, Precision.FP16));
    assertTrue(e.getMessage().contains("[2, 1073741824] in neck"), e.getMessage());
    Tensor w = root.weight("w", Init.ones(), 1, 1 << 30);
    Tensor first = w.expand(2, 1 << 30).slice(0, 0, 1);
    write(row.plus(first), Dialect.ORT_CUDA, Precision.FP16);
  }
}
