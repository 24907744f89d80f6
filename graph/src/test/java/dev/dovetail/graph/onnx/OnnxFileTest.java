package dev.dovetail.graph.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that contain a graph with its weights. */
class OnnxFileTest {

  private static final float[] VALUES = {0.5f, -1, 2, 4};

  @TempDir Path folder;

  /** Locates the weight {@code w} at byte 4 of {@code weights.bin}. */
  private final class Store implements ParameterStore {
    @Override
    public Location locate(Parameter parameter, DType type) {
      return new InFile("weights.bin", 4, 16);
    }

    @Override
    public Optional<Path> folder() {
      return Optional.of(folder);
    }
  }

  private ModelProto written(int bytes, boolean external) throws IOException {
    ByteBuffer weights = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putInt(7);
    for (float value : VALUES) {
      weights.putFloat(value);
    }
    Files.write(folder.resolve("weights.bin"), java.util.Arrays.copyOf(weights.array(), bytes));
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, 4);
    Graph graph = trace.graph(Map.of("y", x.plus(trace.root().weight("w", Init.zeros(), 4))));
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file, graph, Dialect.PORTABLE, Precision.FP32, new Store(), Map.of(), external);
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private static void assertValues(ByteBuffer bytes) {
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float value : VALUES) {
      assertEquals(value, bytes.getFloat());
    }
  }

  @Test
  void aSmallModelContainsItsWeights() throws IOException {
    TensorProto w = written(20, false).getGraph().getInitializer(0);
    assertEquals("w", w.getName());
    assertEquals(0, w.getExternalDataCount());
    assertValues(w.getRawData().asReadOnlyByteBuffer());
    assertFalse(Files.exists(folder.resolve("model.onnx.data")));
  }

  @Test
  void weightsAreWrittenToASeparateFileOnRequest() throws IOException {
    TensorProto w = written(20, true).getGraph().getInitializer(0);
    assertEquals(TensorProto.DataLocation.EXTERNAL, w.getDataLocation());
    assertEquals("model.onnx.data", w.getExternalData(0).getValue());
    assertEquals("0", w.getExternalData(1).getValue());
    assertEquals("16", w.getExternalData(2).getValue());
    assertValues(ByteBuffer.wrap(Files.readAllBytes(folder.resolve("model.onnx.data"))));
  }

  @Test
  void aTruncatedWeightFileIsNamed() {
    IOException e = assertThrows(IOException.class, () -> written(12, false));
    assertTrue(e.getMessage().contains("weights.bin was truncated"), e.getMessage());
  }
}
