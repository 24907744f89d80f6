package dev.dovetail.backbones.swin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.swin.Swin.Patches;
import dev.dovetail.backbones.swin.Swin.Size;
import dev.dovetail.backbones.swin.Swin.Windows;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.RecordBinder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows on small grids, parameters that are independent of the image, and configs. */
class SwinTest {

  private static Swin with(WindowPadding borders, Swin.Version version) {
    return Swin.of(
            version,
            new Size(8, List.of(2, 2), List.of(1, 2)),
            new Windows(4, borders, List.of()),
            new Patches(4, List.of(64, 64)))
        .withMlpRatio(2)
        .withOutputNorms(true);
  }

  @Test
  void onSmallGridsEachLibraryHasItsWindow() {
    assertEquals(List.of(2, 4, 0, 2), plan(WindowPadding.TIMM, 2, 9));
    assertEquals(List.of(4, 4, 2, 2), plan(WindowPadding.TIMM_ALWAYS_PARTITION, 2, 9));
    assertEquals(List.of(4, 4, 2, 2), plan(WindowPadding.MMDETECTION, 2, 9));
    assertEquals(List.of(4, 4, 0, 2), plan(WindowPadding.TORCHVISION, 2, 9));
    assertEquals(List.of(2, 2, 0, 0), plan(WindowPadding.TRANSFORMERS, 2, 9));
    assertEquals(
        List.of(4, 4, 2, 2), plan(WindowPadding.TRANSFORMERS_V2, 2, 9), "a grid of 8 once");
    for (WindowPadding borders : WindowPadding.values()) {
      assertEquals(List.of(4, 4, 2, 2), plan(borders, 5, 9), borders.name());
    }
  }

  /** Window and shift in the second stage of a model for 64x64 pixels. */
  private static List<Integer> plan(WindowPadding borders, int height, int width) {
    ShiftedWindows w = borders.windows(new Extent(height, width), new Extent(8, 8), 4);
    return List.of(w.window().height(), w.window().width(), w.shift().height(), w.shift().width());
  }

  @Test
  void parametersDoNotDependOnTheImage() {
    for (WindowPadding borders : WindowPadding.values()) {
      for (Swin.Version version : Swin.Version.values()) {
        Swin swin = with(borders, version);
        Map<String, TensorType> trained = parameters(trace(swin, 64, 64));
        assertEquals(trained, parameters(trace(swin, 10, 50)), borders + " " + version);
        assertEquals(trained, parameters(trace(swin, 130, 90)), borders + " " + version);
      }
    }
  }

  @Test
  void buffersOfPublishedCheckpointsAreIgnored() {
    Graph graph = trace(with(WindowPadding.TIMM, Swin.Version.V1), 64, 64);
    for (String key :
        List.of(
            "layers.0.blocks.1.attn_mask",
            "layers.1.blocks.0.attn.relative_position_index",
            "norm.weight",
            "head.fc.bias")) {
      assertTrue(graph.ignoredKeys().stream().anyMatch(u -> u.matches(key)), key);
    }
  }

  private static Map<String, TensorType> parameters(Graph graph) {
    return graph.parameters().stream().collect(Collectors.toMap(Parameter::name, Parameter::type));
  }

  private static Graph trace(Swin swin, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 2, 3, height, width);
    Features x = swin.stem(trace.root(), image);
    x = swin.blocks(trace.root(), x, 0, 0, 2);
    Tensor first = swin.output(trace.root(), x, 0);
    x = swin.blocks(trace.root(), x, 1, 0, 2);
    Tensor second = swin.output(trace.root(), x, 1);
    assertEquals(List.of(2, 8, (height + 3) / 4, (width + 3) / 4), dims(first));
    assertEquals(List.of(2, 16, (height + 7) / 8, (width + 7) / 8), dims(second));
    return trace.graph(Map.of("first", first, "second", second));
  }

  private static List<Integer> dims(Tensor t) {
    return Arrays.stream(t.shape().dims()).boxed().toList();
  }

  @Test
  void invalidValuesAreRejected() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Size(8, List.of(2, 2), List.of(1, 3)))
            .getMessage();
    assertTrue(message.contains("stage 1, 16, to be a multiple of its heads"), message);
    message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Swin.tiny().withWindows(new Windows(7, WindowPadding.TIMM, List.of(7))))
            .getMessage();
    assertTrue(
        message.contains("pretrainedWindows to be empty or to have one element for"), message);
  }

  @Test
  void aConfigSectionCanSetEveryValue() {
    ObjectNode section = JsonNodeFactory.instance.objectNode();
    section.put("window", 12).put("width", 48).put("patchSize", 2).put("outputNorms", true);
    Swin swin = RecordBinder.bind(RecordBinder.merge(Swin.tiny(), section, "b"), Swin.class, "b");
    assertEquals(12, swin.windows().window());
    assertEquals(48, swin.size().width());
    assertEquals(2, swin.patches().patchSize());
    assertEquals(Swin.tiny().size().depths(), swin.size().depths());
    assertEquals(swin, RecordBinder.bind(RecordBinder.tree(swin), Swin.class, "b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"windwo\": 7}       | unknown key 'b.windwo' (did you mean 'b.window'?)",
        "{\"window\": \"7\"}   | 'b.window' is \"7\", expected a whole number",
        "{\"window\": null}    | 'b.window' is null, expected a whole number",
        "{\"depths\": [2, 1.5]}| 'b.depths[1]' is 1.5, expected a whole number",
        "{\"borders\": \"tim\"}| 'b.borders' is \"tim\", expected one of TIMM",
        "{\"window\": 0}       | 'b': Swin: expected a positive window",
        "{\"imageSize\": [8]}  | 'b': Swin: expected a height and a width as imageSize",
        "{\"mlpRatio\": 0}     | 'b': Swin: expected an mlpRatio that gives the MLPs"
      })
  void errorsInAConfigAreNamed(String json, String expected) throws Exception {
    ObjectNode section = (ObjectNode) new ObjectMapper().readTree(json);
    String message =
        assertThrows(
                ConfigException.class,
                () ->
                    RecordBinder.bind(
                        RecordBinder.merge(Swin.tiny(), section, "b"), Swin.class, "b"))
            .getMessage();
    assertTrue(message.startsWith(expected), message);
  }
}
