package dev.dovetail.backbones;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.backbones.convnext.ConvNeXt;
import dev.dovetail.backbones.resnet.ResNet;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Cost;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Movement;
import dev.dovetail.graph.Parameter;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import dev.dovetail.registry.Preset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published sizes of ResNet and ConvNeXt, and graphs without transpositions. */
class ConvolutionalBackbonesTest {

  /** Parameter counts of torchvision's models with their classification heads. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11_689_512",
    "resnet34, 21_797_672",
    "resnet50, 25_557_032",
    "resnet101, 44_549_160",
    "resnet152, 60_192_808",
    "convnext_tiny, 28_589_128",
    "convnext_small, 50_223_688",
    "convnext_base, 88_591_464",
    "convnext_large, 197_767_336"
  })
  void aPresetHasTheParameterCountOfTorchvision(String name, String published) {
    Preset preset =
        Stream.of(ResNet.presets(), ConvNeXt.presets())
            .flatMap(List::stream)
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow();
    Graph graph = trace((Classifier) preset.model(), 64, 64);
    assertEquals(
        Long.parseLong(published.replace("_", "")), Cost.perScope(graph).get("").parameters());
  }

  @Test
  void resNetDHasTheParameterCountOfTimm() {
    ResNet deep = ResNet.resnet50().withDeep(true);
    assertEquals(25_576_264, Cost.perScope(trace(deep, 64, 64)).get("").parameters());
  }

  /** Parameter counts of KerasHub's models with their classifiers, including running statistics. */
  @ParameterizedTest
  @CsvSource({
    "resnet18_vd, 11_722_824",
    "resnet34_vd, 21_838_408",
    "resnet50_vd, 25_629_512",
    "resnet101_vd, 44_673_864"
  })
  void paddlesResNetHasTheCountsOfKerasHub(String name, String published) {
    Preset preset =
        ResNet.presets().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    Graph graph = trace((Classifier) preset.model(), 64, 64);
    long numbers = graph.parameters().stream().mapToLong(p -> p.shape().elements()).sum();
    assertEquals(Long.parseLong(published.replace("_", "")), numbers);
  }

  @Test
  void projectedShortcutsAverageOnlyIfTheWidthChanges() {
    ResNet model =
        ResNet.of(List.of(8, 8, 12), List.of(1, 1, 1), false)
            .withStemWidth(8)
            .withDeep(true)
            .withProjectFirst(true);
    Graph graph = trace(model, 64, 64);
    List<Integer> strides =
        graph.nodes().stream()
            .filter(n -> n.op() instanceof Convolution.AveragePool)
            .map(n -> n.inputs().get(0).dim(1))
            .toList();
    assertEquals(List.of(8), strides);
    assertEquals(
        List.of(
            "layer1.0.downsample.1.weight",
            "layer2.0.downsample.1.weight",
            "layer3.0.downsample.1.weight"),
        graph.parameters().stream()
            .map(Parameter::name)
            .filter(n -> n.endsWith("downsample.1.weight"))
            .sorted()
            .toList());
  }

  @Test
  void aFirstStageWithStrideTwoDoublesAllStrides() {
    ResNet model = ResNet.of(List.of(8, 12), List.of(1, 1), false).withDownsampleFirst(true);
    Graph graph = trace(model, 64, 96);
    assertEquals(List.of(1, 8, 8, 12), dims(graph.outputs().get("stage0")));
    assertEquals(List.of(1, 12, 4, 6), dims(graph.outputs().get("stage1")));
  }

  @Test
  void aChainOfConvolutionsContainsNoTranspositions() {
    Graph graph = trace(ResNet.resnet50(), 64, 96);
    assertEquals(0, transpositions(graph));
    // Two for the MLP of each of 18 blocks, and two for the norms of the stem and of three others.
    assertEquals(2 * 18 + 2 * 4, transpositions(trace(ConvNeXt.tiny(), 64, 96)));
  }

  private static long transpositions(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof Movement.Transpose).count();
  }

  @Test
  void averagesAtOddBordersUseTheExistingCells() {
    ResNet deep = ResNet.of(List.of(8, 12), List.of(1, 1), false).withStemWidth(8).withDeep(true);
    Graph graph = trace(deep, 36, 52);
    assertEquals(List.of(1, 12, 5, 7), dims(graph.outputs().get("stage1")));
  }

  @Test
  void movingTheStrideKeepsTheParameters() {
    ResNet second = ResNet.resnet50();
    ResNet first = second.withStrideFirst(true);
    Cost a = Cost.perScope(trace(first, 64, 64)).get("");
    Cost b = Cost.perScope(trace(second, 64, 64)).get("");
    assertEquals(a.parameters(), b.parameters());
    assertTrue(a.macs() < b.macs(), a + " and " + b);
  }

  @Test
  void invalidValuesAreRejected() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ResNet.of(List.of(30), List.of(1), true))
            .getMessage();
    assertTrue(message.contains("multiples of 4"), message);
    message =
        assertThrows(IllegalArgumentException.class, () -> ConvNeXt.of(List.of(8, 16), List.of(1)))
            .getMessage();
    assertTrue(message.contains("differ in length"), message);
  }

  private static Graph trace(Classifier backbone, int height, int width) {
    Trace trace = new Trace();
    Tensor image = trace.input("image", DType.FLOAT32, 1, 3, height, width);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    Features x = backbone.stem(trace.root(), image);
    for (int i = 0; i < backbone.stages().size(); i++) {
      x = backbone.blocks(trace.root(), x, i, 0, backbone.stages().get(i).blocks());
      outputs.put("stage" + i, backbone.output(trace.root(), x, i));
    }
    outputs.put("logits", backbone.logits(trace.root(), x, 1000));
    return trace.graph(outputs);
  }

  private static List<Integer> dims(Tensor t) {
    return java.util.Arrays.stream(t.shape().dims()).boxed().toList();
  }
}
