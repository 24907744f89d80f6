package dev.dovetail.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.EvaluationOptions;
import dev.dovetail.EvaluationReport;
import dev.dovetail.core.DType;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.onnx.ParameterStore;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Models that are stopped or fail. */
class BenchTest {

  private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());
  private static final Size SIZE = new Size(4, 5);

  /** A graph with one sum. Compiling it fails at batch size 3, running it at batch size 4. */
  private record Toy(String name, AtomicInteger closed) implements Subject, Subject.Opened {

    Toy(String name) {
      this(name, new AtomicInteger());
    }

    @Override
    public Opened open(Settings settings) throws IOException {
      if (name.equals("absent")) {
        throw new IOException("no such checkpoint");
      }
      return this;
    }

    @Override
    public ModelConfig config() {
      try {
        String json =
            "{'backbone':{'type':'mobilevitv2','multiplier':0.0625,'depths':[1,1,1]},"
                + "'head':{'type':'classifier','classes':2}}";
        ObjectNode tree = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
        return ModelConfig.of(tree, PartRegistry.load());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Optional<String> weights() {
      return Optional.empty();
    }

    @Override
    public Optional<Integer> batch() {
      return Optional.empty();
    }

    @Override
    public Size size() {
      return SIZE;
    }

    @Override
    public Graph trace(int batch) {
      Trace trace = new Trace();
      Tensor image = trace.input("image", DType.UINT8, batch, SIZE.height(), SIZE.width(), 3);
      Tensor values = image.cast(DType.FLOAT32).flatten(0, 3);
      Tensor index = values.sum(0, true).cast(DType.INT64);
      TensorData column = TensorData.of(new float[240], 240);
      // An index out of bounds is detected when the graph runs.
      Tensor result = name.equals("falls") ? trace.constant(column).gather(0, index) : values;
      return trace.graph(Map.of("result", result));
    }

    @Override
    public Plan compile(Graph graph, Settings settings) throws IOException {
      if (name.equals("large") && graph.inputs().get("image").shape().dim(0) == 3) {
        throw new IOException("there is not enough memory");
      }
      return Plan.compile(graph, ParameterStore.none(), settings);
    }

    @Override
    public EvaluationReport evaluate(EvaluationOptions options, Settings settings) {
      throw new IllegalStateException("nothing is scored here");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static BenchResult run(BooleanSupplier stopped, List<Integer> batches, Toy... toys)
      throws IOException {
    BenchSettings settings =
        new BenchSettings(
            Settings.cpu().threads(1), batches, 5, 1, false, Optional.empty(), Optional.empty());
    BenchResult result = new Bench(settings, NOWHERE, stopped).run(List.of(toys));
    for (Toy toy : toys) {
      assertEquals(toy.name.equals("absent") ? 0 : 1, toy.closed.get(), toy.name);
    }
    return result;
  }

  @Test
  void aModelThatFailsAtOneBatchSizeIsMeasuredAtOthers() throws IOException {
    BenchResult result = run(() -> false, List.of(3, 2), new Toy("small"), new Toy("large"));
    assertEquals(
        List.of("small 3", "small 2", "large 2"),
        result.measurements().stream().map(m -> m.model() + " " + m.batch()).toList());
    assertEquals(
        List.of("large (batch 3): there is not enough memory"),
        result.failures().stream().map(Object::toString).toList());
    assertEquals(1, result.exitCode());
    assertFalse(result.stopped());
    assertTrue(result.reference(result.measurements().get(2)).isPresent());
  }

  @Test
  void aModelThatFailsDoesNotAffectOthers() throws IOException {
    BenchResult result =
        run(() -> false, List.of(), new Toy("falls"), new Toy("absent"), new Toy("small"));
    assertEquals(List.of("small"), result.measurements().stream().map(Measurement::model).toList());
    assertEquals(
        List.of("falls", "absent"),
        result.failures().stream().map(BenchResult.Failure::model).toList());
    assertEquals(5, result.measurements().get(0).timings().runs());
    assertEquals(1, result.exitCode());
  }

  @Test
  void aStoppedRunReturnsItsMeasurements() throws IOException {
    // Checked before each of two preparations, two warm-up runs, five rounds and their runs.
    AtomicInteger asked = new AtomicInteger();
    BenchResult result =
        run(() -> asked.incrementAndGet() > 11, List.of(), new Toy("small"), new Toy("other"));
    assertTrue(result.stopped());
    assertEquals(0, result.exitCode());
    assertEquals(2, result.measurements().size());
    int runs = result.measurements().get(0).timings().runs();
    assertTrue(runs >= 1 && runs < 5, "runs: " + runs);
  }

  @Test
  void aRunThatIsStoppedEarlyReturnsNothing() throws IOException {
    BenchSettings settings =
        new BenchSettings(
            Settings.cpu(), List.of(), 5, 1, true, Optional.empty(), Optional.empty());
    BenchResult result =
        new Bench(settings, NOWHERE, () -> true).run(List.of(new Toy("small"), new Toy("other")));
    assertEquals(List.of(), result.measurements());
    assertTrue(result.models().isEmpty());
    assertTrue(result.stopped());
  }
}
