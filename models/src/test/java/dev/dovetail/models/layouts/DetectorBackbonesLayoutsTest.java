package dev.dovetail.models.layouts;

import static dev.dovetail.models.layouts.LayoutRoundTrip.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.models.layouts.LayoutRoundTrip.Writer;
import dev.dovetail.weights.layouts.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layouts of ResNet and HGNetV2, whose fixtures are the backbones inside whole detectors:
 * checkpoints in the layout of another publisher are recognized and read back.
 */
class DetectorBackbonesLayoutsTest extends OtherLayouts {

  private static final String PLAIN_RESNET = "conv1\\.weight";
  private static final String RESNET_D = "conv1\\.6\\.weight";

  private final List<Writer> writers =
      List.of(
          new Writer("detectron2-resnet", "resnet", PLAIN_RESNET, resNetOfDetectron2()),
          new Writer(
              "torchvision-detector-resnet",
              "resnet",
              PLAIN_RESNET,
              List.of(below("backbone.body"))),
          new Writer("huggingface-resnet", "resnet", PLAIN_RESNET, resNetOfHuggingFace()),
          new Writer("huggingface-rtdetr-resnet", "resnet", RESNET_D, resNetDOfHuggingFace()),
          new Writer("official-rtdetr-resnet", "resnet", RESNET_D, resNetDOfRtDetr()),
          new Writer("huggingface-hgnetv2", "hgnetv2", hgNetOfHuggingFace()),
          new Writer("same", "hgnetv2", List.of(below("backbone"))));

  @Override
  List<String> folders() {
    return List.of("fixtures/zoo/hf", "fixtures/heads");
  }

  @Override
  List<Writer> writers() {
    return writers;
  }

  private static List<Rule> resNetOfDetectron2() {
    List<Rule> rules =
        new ArrayList<>(
            List.of(
                rename("(layer.*)\\.bn([123])\\.(.*)", "$1.conv$2.norm.$3"),
                rename("(layer.*)\\.downsample\\.0\\.(.*)", "$1.shortcut.$2"),
                rename("(layer.*)\\.downsample\\.1\\.(.*)", "$1.shortcut.norm.$2"),
                rename("bn1\\.(.*)", "backbone.bottom_up.stem.conv1.norm.$1"),
                rename("conv1\\.(.*)", "backbone.bottom_up.stem.conv1.$1")));
    IntStream.rangeClosed(1, 4)
        .forEach(
            i ->
                rules.add(
                    rename("layer" + i + "\\.(.*)", "backbone.bottom_up.res" + (i + 1) + ".$1")));
    return rules;
  }

  private static Rule below(String prefix) {
    return rename("(.*)", prefix + ".$1");
  }

  private static List<Rule> resNetOfHuggingFace() {
    List<Rule> rules = new ArrayList<>(blocksOfHuggingFace());
    rules.add(rename("(.*)\\.downsample\\.0\\.(.*)", "$1.shortcut.convolution.$2"));
    rules.add(rename("(.*)\\.downsample\\.1\\.(.*)", "$1.shortcut.normalization.$2"));
    rules.add(rename("conv1\\.(.*)", "embedder.embedder.convolution.$1"));
    rules.add(rename("bn1\\.(.*)", "embedder.embedder.normalization.$1"));
    rules.add(below("model.backbone.conv_encoder.model"));
    return rules;
  }

  private static List<Rule> resNetDOfHuggingFace() {
    List<Rule> rules = new ArrayList<>(blocksOfHuggingFace());
    for (int i : List.of(0, 1)) {
      String place = i == 0 ? "(.*stages\\.0\\..*)" : "(.*)";
      String shortcut = i == 0 ? "$1.shortcut." : "$1.shortcut.1.";
      rules.add(rename(place + "\\.downsample\\.1\\.(.*)", shortcut + "convolution.$2"));
      rules.add(rename(place + "\\.downsample\\.2\\.(.*)", shortcut + "normalization.$2"));
      rules.add(rename("conv1\\." + 3 * i + "\\.(.*)", embedder(i) + "convolution.$1"));
      rules.add(rename("conv1\\." + (3 * i + 1) + "\\.(.*)", embedder(i) + "normalization.$1"));
    }
    rules.add(rename("conv1\\.6\\.(.*)", embedder(2) + "convolution.$1"));
    rules.add(rename("bn1\\.(.*)", embedder(2) + "normalization.$1"));
    rules.add(below("model.backbone.model"));
    return rules;
  }

  private static String embedder(int index) {
    return "embedder.embedder." + index + ".";
  }

  private static List<Rule> blocksOfHuggingFace() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String block = "layer" + (i + 1) + "\\.(.*)\\.";
      String theirs = "encoder.stages." + i + ".layers.$1.layer.";
      for (int j = 0; j < 3; j++) {
        String layer = (j + 1) + "\\.(.*)";
        rules.add(rename(block + "conv" + layer, theirs + j + ".convolution.$2"));
        rules.add(rename(block + "bn" + layer, theirs + j + ".normalization.$2"));
      }
      rules.add(rename("layer" + (i + 1) + "\\.(.*)", "encoder.stages." + i + ".layers.$1"));
    }
    return rules;
  }

  static List<Rule> resNetDOfRtDetr() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String theirs = "conv1.conv1_" + (i + 1);
      rules.add(rename("conv1\\." + 3 * i + "\\.(.*)", theirs + ".conv.$1"));
      rules.add(rename("conv1\\." + (3 * i + 1) + "\\.(.*)", theirs + ".norm.$1"));
    }
    rules.add(rename("conv1\\.6\\.(.*)", "conv1.conv1_3.conv.$1"));
    rules.add(rename("bn1\\.(.*)", "conv1.conv1_3.norm.$1"));
    for (int i = 0; i < 3; i++) {
      String theirs = "$1.branch2" + "abc".charAt(i);
      rules.add(rename("(layer.*)\\.conv" + (i + 1) + "\\.(.*)", theirs + ".conv.$2"));
      rules.add(rename("(layer.*)\\.bn" + (i + 1) + "\\.(.*)", theirs + ".norm.$2"));
    }
    rules.add(rename("(layer1.*)\\.downsample\\.1\\.(.*)", "$1.short.conv.$2"));
    rules.add(rename("(layer1.*)\\.downsample\\.2\\.(.*)", "$1.short.norm.$2"));
    rules.add(rename("(.*)\\.downsample\\.1\\.(.*)", "$1.short.conv.conv.$2"));
    rules.add(rename("(.*)\\.downsample\\.2\\.(.*)", "$1.short.conv.norm.$2"));
    for (int i = 0; i < 4; i++) {
      rules.add(rename("layer" + (i + 1) + "\\.(.*)", "res_layers." + i + ".blocks.$1"));
    }
    rules.add(below("backbone"));
    return rules;
  }

  private static List<Rule> hgNetOfHuggingFace() {
    return List.of(
        rename("(.*)\\.conv\\.(.*)", "$1.convolution.$2"),
        rename("(.*)\\.bn\\.(.*)", "$1.normalization.$2"),
        rename("stem\\.(.*)", "model.conv_encoder.model.embedder.$1"),
        rename("(stages\\..*)", "model.conv_encoder.model.encoder.$1"));
  }

  @Test
  void aModelOfDetectron2IsRecognizedByItsNormsBelowTheConvolutions() {
    Set<String> names =
        Set.of(
            "stem.conv1.weight",
            "stem.conv1.norm.weight",
            "res2.0.conv1.weight",
            "res2.0.conv1.norm.weight",
            "res2.0.conv1.norm.num_batches_tracked");
    assertEquals(
        "detectron2-resnet", LayoutRoundTrip.recognise(names).orElseThrow().known().name());
  }

  @ParameterizedTest
  @CsvSource({
    "huggingface-resnet, resnet.embedder.embedder.normalization.running_var, bn1.running_var",
    "huggingface-resnet, resnet.encoder.stages.3.layers.2.layer.1.normalization.bias,"
        + " layer4.2.bn2.bias",
    "huggingface-resnet, resnet.encoder.stages.1.layers.0.shortcut.convolution.weight,"
        + " layer2.0.downsample.0.weight",
    "huggingface-resnet, classifier.1.weight, fc.weight",
    "detectron2-resnet, backbone.bottom_up.res2.0.conv1.norm.weight, layer1.0.bn1.weight",
    "detectron2-resnet, backbone.bottom_up.res5.2.conv3.weight, layer4.2.conv3.weight",
    "detectron2-resnet, backbone.bottom_up.res3.0.shortcut.norm.running_mean,"
        + " layer2.0.downsample.1.running_mean",
    "detectron2-resnet, stem.conv1.norm.bias, bn1.bias",
    "torchvision-detector-resnet, body.layer1.0.conv1.weight, layer1.0.conv1.weight",
    "huggingface-rtdetr-resnet, embedder.embedder.1.normalization.bias, conv1.4.bias",
    "huggingface-rtdetr-resnet, encoder.stages.0.layers.0.shortcut.convolution.weight,"
        + " layer1.0.downsample.1.weight",
    "huggingface-rtdetr-resnet, encoder.stages.3.layers.0.shortcut.1.normalization.running_mean,"
        + " layer4.0.downsample.2.running_mean",
    "official-rtdetr-resnet, conv1.conv1_3.norm.running_var, bn1.running_var",
    "official-rtdetr-resnet, res_layers.2.blocks.5.branch2c.norm.weight, layer3.5.bn3.weight",
    "official-rtdetr-resnet, res_layers.0.blocks.0.short.conv.weight,"
        + " layer1.0.downsample.1.weight",
    "official-rtdetr-resnet, res_layers.0.blocks.0.short.norm.bias, layer1.0.downsample.2.bias",
    "official-rtdetr-resnet, res_layers.1.blocks.0.short.conv.conv.weight,"
        + " layer2.0.downsample.1.weight",
    "official-rtdetr-resnet, res_layers.1.blocks.0.short.conv.norm.weight,"
        + " layer2.0.downsample.2.weight",
    "huggingface-hgnetv2, embedder.stem2b.lab.scale, stem.stem2b.lab.scale",
    "huggingface-hgnetv2, encoder.stages.2.blocks.1.layers.0.conv2.convolution.weight,"
        + " stages.2.blocks.1.layers.0.conv2.conv.weight",
    "huggingface-hgnetv2, encoder.stages.1.downsample.normalization.running_mean,"
        + " stages.1.downsample.bn.running_mean",
    "huggingface-hgnetv2, fc.weight, head.fc.weight"
  })
  void aPublishedNameIsConvertedToTheModels(String layout, String published, String ours)
      throws IOException {
    LayoutRoundTrip.assertBecomes(layout, published, ours);
  }
}
