package dev.dovetail.adapters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.backbones.vit.VisionTransformer;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Parameter;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The state dictionaries of the authors' models: names, shapes, and nothing left over. */
class CheckpointKeysTest {

  @Test
  void theSmallDetectorsBackboneAndNeckHaveTheAuthorsKeys() throws IOException {
    Published small = Published.detection(384, 12, 6, 6, 1, Published.TWO_OF_THREE_WINDOWED);
    check("mask_rcnn_vit_comer_small_det.tsv", "backbone.", small.trace(64, 64, "backbone"));
  }

  @Test
  void theSmallSegmentersBackboneHasTheAuthorsKeys() throws IOException {
    Published small = Published.segmentation(384, 12, 6, 6, 1, 1.5);
    check("upernet_vit_comer_small_seg.tsv", "backbone.", small.trace(64, 64, "backbone"));
  }

  @Test
  void theSmallBaselineHasTheAuthorsKeys() throws IOException {
    VisionTransformer backbone =
        new VisionTransformer(384, 12, 6, 4, true, true, List.of(14, 14, 0), 224, 16, List.of());
    Published small = new Published(backbone, VitBaseline.defaults());
    check("vit_baseline_small_det_backbone.tsv", "", small.trace(64, 64));
  }

  @Test
  void theCoDetrBackboneHasTheAuthorsKeys() throws IOException {
    check("beit_comer_large_codetr_backbone.tsv", "", Published.coDetr().trace(64, 64));
  }

  private static void check(String file, String prefix, Graph graph) throws IOException {
    Map<String, String> published =
        Files.readAllLines(SharedFolder.require("spec/keys/" + file)).stream()
            .filter(line -> !line.startsWith("#") && line.startsWith(prefix))
            .map(line -> line.split("\t"))
            .collect(Collectors.toMap(f -> f[0], f -> f[1], (a, b) -> a, TreeMap::new));
    Map<String, String> ours =
        graph.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, CheckpointKeysTest::shape));
    TreeSet<String> unused = new TreeSet<>(published.keySet());
    unused.removeIf(key -> graph.ignoredKeys().stream().noneMatch(u -> u.matches(key)));
    Map<String, String> wanted = new TreeMap<>(published);
    wanted.keySet().removeAll(unused);
    assertEquals(wanted, new TreeMap<>(ours));
  }

  private static String shape(Parameter parameter) {
    return Arrays.stream(parameter.shape().dims())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("x"));
  }
}
