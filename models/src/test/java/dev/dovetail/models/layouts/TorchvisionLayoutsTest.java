package dev.dovetail.models.layouts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.graph.Parameter;
import dev.dovetail.models.CheckpointMatch;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.ModelGraph;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.LoadReport;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import dev.dovetail.weights.tensors.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State dicts of torchvision's detectors: checkpoints with its current names and those of its first
 * files are recognized and read back.
 */
class TorchvisionLayoutsTest {

  /** Narrower than the published models but otherwise the same. */
  private static final List<String> NARROW =
      List.of(
          "backbone.stemWidth=4",
          "backbone.widths=[8,12,16,20]",
          "backbone.depths=[1,1,1,1]",
          "neck.channels=32");

  private static final List<String> NARROW_STAGES =
      List.of("head.proposals.channels=32", "head.boxes.channels=8");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "faster-rcnn-resnet50-torchvision",
        "faster-rcnn-resnet50-torchvision-v2",
        "mask-rcnn-resnet50-torchvision",
        "mask-rcnn-resnet50-torchvision-v2",
        "retinanet-resnet50-torchvision",
        "retinanet-resnet50-torchvision-v2",
        "fcos-resnet50-torchvision"
      })
  void currentNamesAreReadBack(String config) throws IOException {
    readBack(model(config), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "faster-rcnn-resnet50-torchvision",
        "mask-rcnn-resnet50-torchvision",
        "retinanet-resnet50-torchvision"
      })
  void namesOfTheFirstFilesAreReadBack(String config) throws IOException {
    readBack(model(config), true);
  }

  @ParameterizedTest
  @CsvSource({
    "backbone.layer3.0.downsample.1.running_var, backbone.body.layer3.0.downsample.1.running_var",
    "neck.lateral_convs.2.conv.weight, backbone.fpn.inner_blocks.2.0.weight",
    "neck.fpn_convs.1.bn.running_mean, backbone.fpn.layer_blocks.1.1.running_mean",
    "rpn_head.rpn_conv.1.conv.bias, rpn.head.conv.1.0.bias",
    "roi_head.bbox_head.shared_convs.3.bn.bias, roi_heads.box_head.3.1.bias",
    "roi_head.bbox_head.shared_fcs.0.weight, roi_heads.box_head.5.weight",
    "roi_head.mask_head.convs.2.conv.weight, roi_heads.mask_head.2.0.weight"
  })
  void publishedNamesOfTheSecondVersionMatchParameters(String ours, String theirs)
      throws IOException {
    List<String> names =
        parameters(model("mask-rcnn-resnet50-torchvision-v2")).stream()
            .map(Parameter::name)
            .toList();
    assertTrue(names.contains(ours), ours);
    assertEquals(theirs, torchvisions(ours, true, false));
  }

  @Test
  void theBackboneOfADetectorIsReadSeparately() throws IOException {
    Model<?, ?> detector = model("retinanet-resnet50-torchvision");
    Map<String, TensorSource> written = written(parameters(detector), false);
    written.keySet().removeIf(n -> !n.startsWith("backbone.body."));
    assertEquals(
        "torchvision-detector-resnet",
        LayoutRoundTrip.recognise(written.keySet()).orElseThrow().known().name());
    assertEquals(
        List.of(),
        report(detector, written).missing().stream()
            .filter(p -> p.name().startsWith("backbone."))
            .toList());
  }

  private static Model<?, ?> model(String config) throws IOException {
    Path file = SharedFolder.projectRoot().resolve("configs").resolve(config + ".json");
    List<String> overrides = new java.util.ArrayList<>(NARROW);
    if (config.contains("rcnn")) {
      overrides.addAll(NARROW_STAGES);
    }
    return ModelConfig.read(file, overrides, PartRegistry.load()).model();
  }

  private static List<Parameter> parameters(Model<?, ?> model) {
    return ModelGraph.bare(model, 1, new Size(128, 128)).parameters();
  }

  private void readBack(Model<?, ?> model, boolean old) throws IOException {
    List<Parameter> parameters = parameters(model);
    Map<String, TensorSource> written = written(parameters, old);
    LoadReport report = report(model, written);
    assertTrue(report.complete(), report.describe());
    int place = 0;
    for (Parameter parameter : parameters) {
      assertArrayEquals(
          values(parameter, place++),
          report.matched().get(parameter.name()).floats(),
          parameter.name());
    }
  }

  private LoadReport report(Model<?, ?> model, Map<String, TensorSource> written)
      throws IOException {
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, written.values(), Map.of());
    // The file is small: matched tensors are read before it is closed.
    Checkpoint checkpoint = Checkpoint.open(file);
    return CheckpointMatch.of(model, checkpoint).report();
  }

  private static float[] values(Parameter parameter, int place) {
    float[] values = new float[(int) parameter.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = place + i % 97 / 128f;
    }
    return values;
  }

  /** Returns all parameters with torchvision's names. */
  private static Map<String, TensorSource> written(List<Parameter> parameters, boolean old) {
    boolean convolved =
        parameters.stream().anyMatch(p -> p.name().contains("bbox_head.shared_convs."));
    Map<String, TensorSource> written = new LinkedHashMap<>();
    int place = 0;
    for (Parameter p : parameters) {
      String name = torchvisions(p.name(), convolved, old);
      long[] shape = Arrays.stream(p.shape().dims()).asLongStream().toArray();
      written.put(name, ArrayTensor.of(name, values(p, place++), shape));
    }
    assertEquals(parameters.size(), written.size());
    return written;
  }

  /**
   * Returns torchvision's name of a parameter.
   *
   * @param convolved whether convolutions precede the hidden layers of the box head
   * @param old whether single convolutions have no index
   */
  private static String torchvisions(String name, boolean convolved, boolean old) {
    String first = old ? "" : "0.";
    String[][] rules = {
      {"backbone\\.(.*)", "backbone.body.$1"},
      {
        "neck\\.lateral_convs\\.(\\d)\\.conv\\.(.*)", "backbone.fpn.inner_blocks.$1." + first + "$2"
      },
      {"neck\\.lateral_convs\\.(\\d)\\.bn\\.(.*)", "backbone.fpn.inner_blocks.$1.1.$2"},
      {"neck\\.fpn_convs\\.3\\.conv\\.(.*)", "backbone.fpn.extra_blocks.p6.$1"},
      {"neck\\.fpn_convs\\.4\\.conv\\.(.*)", "backbone.fpn.extra_blocks.p7.$1"},
      {"neck\\.fpn_convs\\.(\\d)\\.conv\\.(.*)", "backbone.fpn.layer_blocks.$1." + first + "$2"},
      {"neck\\.fpn_convs\\.(\\d)\\.bn\\.(.*)", "backbone.fpn.layer_blocks.$1.1.$2"},
      {"rpn_head\\.rpn_conv\\.(weight|bias)", "rpn.head.conv." + (old ? "" : "0.0.") + "$1"},
      {"rpn_head\\.rpn_conv\\.(\\d)\\.conv\\.(.*)", "rpn.head.conv.$1.0.$2"},
      {"rpn_head\\.rpn_cls\\.(.*)", "rpn.head.cls_logits.$1"},
      {"rpn_head\\.rpn_reg\\.(.*)", "rpn.head.bbox_pred.$1"},
      {
        "roi_head\\.bbox_head\\.shared_fcs\\.0\\.(.*)",
        convolved ? "roi_heads.box_head.5.$1" : "roi_heads.box_head.fc6.$1"
      },
      {"roi_head\\.bbox_head\\.shared_fcs\\.1\\.(.*)", "roi_heads.box_head.fc7.$1"},
      {"roi_head\\.bbox_head\\.shared_convs\\.(\\d)\\.conv\\.(.*)", "roi_heads.box_head.$1.0.$2"},
      {"roi_head\\.bbox_head\\.shared_convs\\.(\\d)\\.bn\\.(.*)", "roi_heads.box_head.$1.1.$2"},
      {"roi_head\\.bbox_head\\.fc_cls\\.(.*)", "roi_heads.box_predictor.cls_score.$1"},
      {"roi_head\\.bbox_head\\.fc_reg\\.(.*)", "roi_heads.box_predictor.bbox_pred.$1"},
      {"roi_head\\.mask_head\\.convs\\.(\\d)\\.bn\\.(.*)", "roi_heads.mask_head.$1.1.$2"},
      {"roi_head\\.mask_head\\.upsample\\.(.*)", "roi_heads.mask_predictor.conv5_mask.$1"},
      {"roi_head\\.mask_head\\.conv_logits\\.(.*)", "roi_heads.mask_predictor.mask_fcn_logits.$1"},
    };
    for (String[] rule : rules) {
      Matcher m = Pattern.compile(rule[0]).matcher(name);
      if (m.matches()) {
        return m.replaceFirst(rule[1]);
      }
    }
    Matcher mask =
        Pattern.compile("roi_head\\.mask_head\\.convs\\.(\\d)\\.conv\\.(.*)").matcher(name);
    if (mask.matches()) {
      int i = Integer.parseInt(mask.group(1));
      return "roi_heads.mask_head." + (old ? "mask_fcn" + (i + 1) : i + ".0") + "." + mask.group(2);
    }
    Matcher dense = Pattern.compile("(head\\..*\\.conv)\\.(\\d)\\.0\\.(.*)").matcher(name);
    return old && dense.matches()
        ? dense.group(1) + "." + 2 * Integer.parseInt(dense.group(2)) + "." + dense.group(3)
        : name;
  }
}
