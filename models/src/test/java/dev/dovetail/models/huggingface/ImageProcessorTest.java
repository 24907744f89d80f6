package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.images.CentreCrop.Rounding;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Crop;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Fit;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Target;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The values of a processor's file are read or rejected in every format that transformers accepts.
 */
class ImageProcessorTest {

  private static final String FILE = "preprocessor_config.json";

  private static final Map<String, HuggingFaceReader<?>> READERS =
      PartRegistry.load().huggingFace();

  @TempDir private Path folder;

  private ImageProcessing read(String processor) throws IOException {
    return read("{'model_type': 'vit'}", FILE, processor);
  }

  private ImageProcessing read(String config, String name, String processor) throws IOException {
    Files.writeString(folder.resolve(name), processor.replace('\'', '"'));
    Path file = folder.resolve("config.json");
    Files.writeString(file, config.replace('\'', '"'));
    return read(ConfigTree.read(file));
  }

  private ImageProcessing read(ConfigTree config) throws IOException {
    return ImageProcessor.read(folder, config, READERS.get(config.text("model_type", "")));
  }

  private Preprocess preprocess(String keys) throws IOException {
    return read("{" + keys + "}").preprocess();
  }

  private String refused(String keys) {
    String message = assertThrows(ConfigException.class, () -> preprocess(keys), keys).getMessage();
    assertTrue(message.contains(FILE), message);
    return message;
  }

  private static List<Float> all(double value) {
    return List.of((float) value, (float) value, (float) value);
  }

  private static List<Float> bytes(double... values) {
    return java.util.Arrays.stream(values).mapToObj(v -> (float) (v * 255)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'image_mean': null, 'image_std': null, 'do_normalize': null",
        "'image_mean': 0.5, 'image_std': 0.5",
        "'image_mean': [0.5, 0.5, 0.5], 'image_std': [0.5, 0.5, 0.5], 'do_normalize': true",
        "'image_processor_type': 'ViTImageProcessor'",
        "'image_processor_type': 'ViTImageProcessorFast'",
        "'feature_extractor_type': 'ViTFeatureExtractor'",
        "'image_processor_type': 'ViTImageProcessor', 'feature_extractor_type': 'Other'",
        "'size': 224, 'resample': 2",
        "'size': [224, 224], 'resample': 'bilinear'",
        "'size': {'height': 224, 'width': 224, 'longest_edge': null}",
        "'size': null, 'resample': null, 'rescale_factor': null, 'crop_size': null",
        "'do_center_crop': false, 'crop_size': {'height': 8, 'width': 8}",
        "'do_convert_rgb': true, 'do_pad': true, 'data_format': 'channels_first'",
      })
  void everyFormatOfTheDefaultIsTheDefault(String keys) throws IOException {
    ImageProcessing read = read("{" + keys + "}");
    assertEquals(
        new Preprocess(
            Target.size(Fit.STRETCH, 224, 224),
            Filter.BILINEAR,
            Crop.none(),
            Sides.padded(1),
            all(127.5),
            all(127.5),
            true),
        read.preprocess());
    assertEquals(List.of(), read.notes());
    assertFalse(read.reduceLabels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'size': {'height': 32, 'width': 48} | STRETCH | 32 | 48",
        "'size': [32, 48] | STRETCH | 32 | 48",
        "'size': 40 | STRETCH | 40 | 40",
        "'size': 40, 'default_to_square': false | SHORT_EDGE | 40 | 40",
        "'size': {'shortest_edge': 40} | SHORT_EDGE | 40 | 40",
        "'size': {'shortest_edge': 40, 'longest_edge': 60} | SHORT_EDGE_BOUNDED | 60 | 40",
        "'size': {'shortest_edge': 60, 'longest_edge': 40} | SHORT_EDGE_BOUNDED | 40 | 40",
        "'size': {'max_height': 40, 'max_width': 60} | WITHIN | 40 | 60",
        "'image_processor_type': 'DetrImageProcessor', 'size': 40 | SHORT_EDGE_BOUNDED | 1333 | 40",
        "'image_processor_type': 'DetrImageProcessor', 'size': 40, 'max_size': 50"
            + " | SHORT_EDGE_BOUNDED | 50 | 40",
        "'image_processor_type': 'CLIPImageProcessor', 'do_center_crop': false, 'size': 40"
            + " | SHORT_EDGE | 40 | 40",
        "'image_processor_type': 'DPTImageProcessor', 'size': [33, 48], 'ensure_multiple_of': 14"
            + " | STRETCH | 28 | 42",
        "'image_processor_type': 'Mask2FormerImageProcessor', 'size': [33, 64]"
            + " | STRETCH | 64 | 64",
      })
  void everyFormatOfASizeIsRead(String keys, Fit fit, int first, int second) throws IOException {
    Preprocess read = preprocess(keys);
    assertEquals(fit, read.target().fit());
    assertEquals(List.of(first, second), read.target().scale());
  }

  @ParameterizedTest
  @CsvSource({
    "0, NEAREST, nearest",
    "1, LANCZOS, Lanczos",
    "2, BILINEAR, BILINEAR",
    "3, BICUBIC, bicubic",
    "4, BOX, box",
    "5, HAMMING, hamming"
  })
  void everyFilterIsReadByNumberAndName(int number, Filter filter, String name) throws IOException {
    assertEquals(filter, preprocess("'resample': " + number).filter());
    assertEquals(filter, preprocess("'resample': '" + name + "'").filter());
  }

  @Test
  void disabledStepsAreSkipped() throws IOException {
    assertEquals(Fit.KEEP, preprocess("'do_resize': false").target().fit());
    Preprocess raw = preprocess("'do_rescale': false, 'do_normalize': false");
    assertEquals(all(0), raw.mean());
    assertEquals(all(1), raw.std());
    Preprocess rescaled = preprocess("'do_normalize': false, 'rescale_factor': 0.5");
    assertEquals(all(0), rescaled.mean());
    assertEquals(all(2), rescaled.std());
    Preprocess normalised = preprocess("'do_rescale': false, 'image_mean': 100, 'image_std': 50");
    assertEquals(all(100), normalised.mean());
    assertEquals(all(50), normalised.std());
  }

  @Test
  void efficientNetsOffsetAndSecondDivisionAreApplied() throws IOException {
    String type = "'image_processor_type': 'EfficientNetImageProcessor', ";
    // ((x / 127.5 - 1 - 0.5) / 0.25) / 0.25 = (x - 191.25) / 7.96875
    Preprocess read =
        preprocess(
            type
                + "'rescale_factor': 0.00784313725490196, 'rescale_offset': true,"
                + " 'image_mean': 0.5, 'image_std': 0.25");
    assertEquals(all(191.25), read.mean());
    assertEquals(all(7.96875), read.std());
    assertEquals(
        all(255 * 0.25),
        preprocess(type + "'include_top': false, 'image_mean': 0, 'image_std': 0.25").std());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'do_center_crop': true, 'crop_size': 24 | 24 | 24",
        "'do_center_crop': true, 'crop_size': [24, 30] | 24 | 30",
        "'do_center_crop': true, 'crop_size': {'height': 24, 'width': 30} | 24 | 30",
      })
  void everyFormatOfACropIsRead(String keys, int height, int width) throws IOException {
    assertEquals(new Crop(List.of(height, width), Rounding.DOWN), preprocess(keys).middle());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit | STRETCH | 224 | BILINEAR | 0 | 0.5",
        "deit | STRETCH | 256 | BICUBIC | 224 | 0.5",
        "beit | STRETCH | 224 | BICUBIC | 0 | 0.5",
        "swinv2 | STRETCH | 224 | BILINEAR | 0 | 0.5",
        "segformer | STRETCH | 512 | BILINEAR | 0 | 0.485",
        "convnext | STRETCH | 384 | BICUBIC | 0 | 0.5",
        "resnet | STRETCH | 384 | BICUBIC | 0 | 0.5",
        "dinov2 | SHORT_EDGE | 224 | BICUBIC | 224 | 0.48145466",
        "dinov3_vit | STRETCH | 224 | BILINEAR | 0 | 0.485",
      })
  void aFileWithoutAClassHasTheDefaultsOfTheModelType(
      String model, Fit fit, int side, Filter filter, int crop, double mean) throws IOException {
    Preprocess read = read("{'model_type': '" + model + "'}", FILE, "{}").preprocess();
    assertEquals(fit, read.target().fit());
    assertEquals(List.of(side, side), read.target().scale());
    assertEquals(filter, read.filter());
    assertEquals(crop == 0 ? List.of() : List.of(crop, crop), read.middle().crop());
    assertEquals((float) (mean * 255), read.mean().get(0));
  }

  @Test
  void convNextCropsBelow384() throws IOException {
    String type = "'image_processor_type': 'ConvNextImageProcessor', ";
    Preprocess small = preprocess(type + "'size': 224, 'crop_pct': 0.95");
    assertEquals(Fit.SHORT_EDGE, small.target().fit());
    assertEquals(List.of(235, 235), small.target().scale());
    assertEquals(List.of(224, 224), small.middle().crop());
    assertEquals(
        List.of(256, 256), preprocess(type + "'size': {'shortest_edge': 224}").target().scale());
    assertTrue(refused(type + "'size': [224, 224]").contains("{shortest_edge}"));
    assertTrue(refused(type + "'size': 224, 'crop_pct': 0").contains("'crop_pct' is 0"));
  }

  @Test
  void mobileVitFlipsTheChannelsAndDoesNotNormalize() throws IOException {
    String type =
        "'image_processor_type': 'MobileViTImageProcessor', 'crop_size': 224, 'size': 256";
    Preprocess read = preprocess(type);
    assertFalse(read.rgb());
    assertEquals(all(0), read.mean());
    assertTrue(preprocess(type + ", 'do_flip_channel_order': false").rgb());
    ImageProcessing normalising = read("{" + type + ", 'do_normalize': true}");
    assertEquals(read, normalising.preprocess());
    assertTrue(
        normalising.notes().get(0).contains("MobileViTImageProcessor has no 'do_normalize'"),
        normalising.notes().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'do_reduce_labels': true | true",
        "'reduce_labels': true | true",
        "'do_reduce_labels': true, 'reduce_labels': true | true",
        "'do_reduce_labels': false | false",
        "'reduce_labels': null | false",
      })
  void bothNamesOfReducedLabelsAreRead(String keys, boolean reduced) throws IOException {
    assertEquals(reduced, read("{" + keys + "}").reduceLabels());
  }

  @Test
  void theNestedFileOfNewerVersionsTakesPrecedence() throws IOException {
    String nested = "{'processor_class': 'X', 'image_processor': {'size': 64}}";
    assertEquals(
        List.of(64, 64),
        read("{'model_type': 'vit'}", "processor_config.json", nested)
            .preprocess()
            .target()
            .scale());
    assertEquals(List.of(64, 64), preprocess("'size': 32").target().scale());
    Files.writeString(folder.resolve("processor_config.json"), "{}");
    assertEquals(List.of(32, 32), preprocess("'size': 32").target().scale());
    assertEquals(
        List.of(48, 48), read("{'image_processor': {'size': 48}}").preprocess().target().scale());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'do_normalize': 'true' | 'do_normalize' is \"true\", expected true or false",
        "'do_resize': 1 | 'do_resize' is 1, expected true or false",
        "'do_rescale': [] | 'do_rescale' is [], expected true or false",
        "'do_convert_rgb': 'yes' | 'do_convert_rgb' is \"yes\"",
        "'do_reduce_labels': 0 | 'do_reduce_labels' is 0, expected true or false",
        "'do_reduce_labels': true, 'reduce_labels': false | 'reduce_labels' is false",
        "'image_mean': '0.5' | 'image_mean' is \"0.5\", expected a number, or a list of 3",
        "'image_mean': [0.5, 0.5] | 'image_mean' is [0.5,0.5], expected a number, or a list of 3",
        "'image_mean': [0.5, 0.5, 'x'] | 'image_mean'",
        "'image_std': [0.5, 0, 0.5] | 'image_std' is [0.5,0,0.5], expected numbers above 0",
        "'image_std': -1 | 'image_std' is -1, expected numbers above 0",
        "'size': '224' | 'size' is \"224\", expected a positive integer, [height, width]",
        "'size': 224.5 | 'size' is 224.5",
        "'size': 0 | 'size' is 0",
        "'size': [224] | 'size' is [224]",
        "'size': {'longest_edge': 32} | 'size' is {\"longest_edge\":32}",
        "'size': {'height': 32} | 'size' is {\"height\":32}",
        "'size': {'height': '32', 'width': 32} | 'size.height' is \"32\", expected a whole number",
        "'size': true | 'size' is true",
        "'resample': 6 | 'resample' is 6, expected 0 (nearest)",
        "'resample': 'cubic' | 'resample' is \"cubic\"",
        "'rescale_factor': 0 | 'rescale_factor' is 0, expected a number above 0",
        "'rescale_factor': '1/255' | 'rescale_factor' is \"1/255\"",
        "'do_center_crop': true | 'crop_size' is null",
        "'do_center_crop': true, 'crop_size': {'shortest_edge': 8} | 'crop_size' is",
        "'do_center_crop': true, 'crop_size': 300 | at most the result of 'size', [224, 224]",
        "'do_pad': true, 'pad_size': {'height': 8, 'width': 8} | at least the size that is padded",
        "'do_pad': true, 'pad_size': {'shortest_edge': 300} | 'pad_size' is",
        "'image_processor_type': 'FooImageProcessor' | expected one of the supported",
        "'image_processor_type': 7 | 'image_processor_type' is 7, expected a text",
        "'feature_extractor_type': 'FooFeatureExtractor' | 'feature_extractor_type' is",
        "'image_processor_type': 'DetrImageProcessor', 'size': {'shortest_edge': 8} | both edges",
        "'image_processor_type': 'RTDetrImageProcessor', 'size': {'shortest_edge': 8} | both edges",
        "'image_processor_type': 'Mask2FormerImageProcessor', 'size': 8 | both edges",
        "'image_processor_type': 'RfDetrImageProcessor', 'resample': 3 | in floating point",
        "'image_processor_type': 'DPTImageProcessor', 'do_pad': true, 'size_divisor': 14"
            + " | on all four sides",
        "'image_processor_type': 'DPTImageProcessor', 'do_pad': true, 'size_divisor': 32,"
            + " 'keep_aspect_ratio': true, 'ensure_multiple_of': 16 | on all four sides",
        "'image_processor_type': 'DPTImageProcessor', 'do_pad': true, 'size_divisor': 16,"
            + " 'do_resize': false | on all four sides",
        "'image_processor_type': 'EomtImageProcessor', 'do_pad': true, 'size': [8, 8] | no edges",
        "'image_processor_type': 'EomtImageProcessor', 'do_split_image': true, 'size': [8, 8]"
            + " | no shortest_edge",
        "'image_processor_type': 'EomtImageProcessor', 'do_split_image': true, 'do_pad': true"
            + " | pads parts",
      })
  void unusableValuesAreRejectedByKey(String keys, String expected) {
    String message = refused(keys);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void unknownKeysOfTheClassAreNamed() throws IOException {
    List<String> notes = read("{'image_meen': 0.1, 'do_thumbnail': false}").notes();
    assertEquals(1, notes.size());
    assertTrue(
        notes.get(0).contains("ViTImageProcessor has no 'image_meen' (did you mean 'image_mean'?)"),
        notes.get(0));
    ImageProcessing cropping =
        read("{'image_processor_type': 'SegformerImageProcessor', 'do_center_crop': true}");
    assertEquals(Crop.none(), cropping.preprocess().middle());
    assertTrue(cropping.notes().get(0).contains("has no 'do_center_crop'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'model_type': 'vit', 'image_size': 64 | STRETCH | 64 | 64",
        "'model_type': 'vit', 'image_size': [64, 96] | STRETCH | 64 | 96",
        "'model_type': 'vit' | STRETCH | 224 | 224",
        "'model_type': 'deit', 'image_size': 64 | STRETCH | 64 | 64",
        "'model_type': 'dinov2', 'image_size': 70 | SHORT_EDGE | 70 | 70",
        "'model_type': 'mobilevitv2' | SHORT_EDGE | 224 | 224",
        "'model_type': 'convnext', 'image_size': 224 | SHORT_EDGE | 256 | 256",
        "'model_type': 'segformer', 'image_size': 224 | STRETCH | 512 | 512",
      })
  void withoutAFileTheDefaultsAreReported(String config, Fit fit, int first, int second)
      throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{" + config.replace('\'', '"') + "}");
    ImageProcessing read = read(ConfigTree.read(file));
    assertEquals(fit, read.preprocess().target().fit());
    assertEquals(List.of(first, second), read.preprocess().target().scale());
    String note = read.notes().get(0);
    assertTrue(note.contains(folder + " has no preprocessor_config.json"), note);
    assertTrue(note.contains("\"scale\":[" + first + "," + second + "]"), note);
    assertTrue(note.contains("do_reduce_labels is false"), note);
  }

  @Test
  void aFamilyMayRegisterItsOwnClass() {
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    own.put("like", "ViTImageProcessor").putObject("size").put("height", 96).put("width", 160);
    own.putArray("without").add("do_pad").add("pad_size");
    Map<String, ObjectNode> ofFamily = Map.of("TinyImageProcessor", own);
    ImageProcessorDefaults tiny =
        ImageProcessorDefaults.of("TinyImageProcessorFast", ofFamily).orElseThrow();
    assertEquals("TinyImageProcessor", tiny.type());
    assertEquals(96, tiny.values().at("/size/height").intValue());
    assertEquals(2, tiny.values().get("resample").intValue());
    assertFalse(tiny.values().has("do_pad") || tiny.values().has("like"));
    assertTrue(ImageProcessorDefaults.types(ofFamily).contains("TinyImageProcessor"));
    assertTrue(ImageProcessorDefaults.of("TinyImageProcessor", Map.of()).isEmpty());
  }

  @Test
  void theDefaultsOfEveryClassAreReadOrRejectedWithAReason() throws IOException {
    for (String type : ImageProcessorDefaults.types(Map.of())) {
      String keys = "'image_processor_type': '" + type + "'";
      if (type.equals("MobileViTImageProcessor")) {
        assertTrue(refused(keys).contains("'"), type);
      } else {
        assertEquals(3, preprocess(keys).mean().size(), type);
      }
    }
    assertEquals(
        bytes(0.48145466, 0.4578275, 0.40821073),
        preprocess("'image_processor_type': 'BitImageProcessor'").mean());
  }
}
