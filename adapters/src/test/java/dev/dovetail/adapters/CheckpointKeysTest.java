package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.adapters.vitcomer.VitBaseline;
import dev.dovetail.adapters.vitcomer.VitComerFamily;
import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.backbones.vit.VitFamily;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.registry.KnownLayout;
import dev.dovetail.registry.ModelFamily;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keys and shapes equal those of the state dictionaries of the authors' models. */
class CheckpointKeysTest {

  @Test
  void backboneAndNeckOfTheSmallDetectorHaveTheAuthorsKeys() throws IOException {
    Published small = Published.detection(384, 12, 6, 6, 1, Published.TWO_OF_THREE_WINDOWED);
    check("mask_rcnn_vit_comer_small_det.tsv", "backbone.", small.trace(64, 64, "backbone"));
  }

  @Test
  void theBackboneOfTheSmallSegmenterHasTheAuthorsKeys() throws IOException {
    Published small = Published.segmentation(384, 12, 6, 6, 1, 1.5);
    check("upernet_vit_comer_small_seg.tsv", "backbone.", small.trace(64, 64, "backbone"));
  }

  @Test
  void theSmallBaselineHasTheAuthorsKeys() throws IOException {
    VisionTransformer backbone = VisionTransformer.small().withWindows(14, 14, 0);
    Published small = new Published(backbone, VitBaseline.defaults());
    check("vit_baseline_small_det_backbone.tsv", "", small.trace(64, 64));
  }

  @Test
  void theCoDetrBackboneHasTheAuthorsKeys() throws IOException {
    check(
        "beit_comer_large_codetr_backbone.tsv",
        "",
        Published.coDetr().trace(64, 64),
        Stream.of(new VitFamily(), new VitComerFamily())
            .flatMap(family -> layouts(family).stream())
            .filter(layout -> List.of("timm-eva", "co-detr-vit-comer").contains(layout.name()))
            .toList());
  }

  private static void check(String file, String prefix, Graph graph) throws IOException {
    check(file, prefix, graph, List.of());
  }

  private static void check(String file, String prefix, Graph graph, List<KnownLayout> layouts)
      throws IOException {
    Map<String, String> published =
        Files.readAllLines(SharedFolder.require("spec/keys/" + file)).stream()
            .filter(line -> !line.startsWith("#") && line.startsWith(prefix))
            .map(line -> line.split("\t"))
            .collect(
                Collectors.toMap(
                    f -> renamed(f[0], layouts), f -> f[1], (a, b) -> a, TreeMap::new));
    Map<String, String> ours =
        graph.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, CheckpointKeysTest::shape));
    TreeSet<String> unused = new TreeSet<>(published.keySet());
    unused.removeIf(key -> graph.ignoredKeys().stream().noneMatch(u -> u.matches(key)));
    Map<String, String> expected = new TreeMap<>(published);
    expected.keySet().removeAll(unused);
    assertEquals(expected, new TreeMap<>(ours));
  }

  private static List<KnownLayout> layouts(ModelFamily family) {
    try {
      return family.layouts();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String renamed(String name, List<KnownLayout> layouts) {
    String renamed = name;
    for (KnownLayout layout : layouts) {
      for (Rule rule : layout.layout().rules()) {
        Rule.Rename rename = (Rule.Rename) rule;
        Matcher matcher = rename.pattern().matcher(renamed);
        renamed = matcher.matches() ? matcher.replaceFirst(rename.to()) : renamed;
      }
    }
    return renamed;
  }

  private static String shape(Parameter parameter) {
    return Arrays.stream(parameter.shape().dims())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("x"));
  }
}
