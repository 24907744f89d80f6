package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Preprocess;
import dev.dovetail.images.Preprocess.Filter;
import dev.dovetail.images.Preprocess.Sides;
import dev.dovetail.images.Preprocess.Sides.Fill;
import dev.dovetail.images.Preprocess.Sides.Multiples;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigTree;
import dev.dovetail.registry.config.RecordBinder;
import dev.dovetail.registry.huggingface.HuggingFaceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The behavior of image processor classes for sizes, padding, windows and labels. */
class ImageProcessorRulesTest {

  /** Every file specifies its class, so the reader's default is not used. */
  private static final HuggingFaceReader<?> ANY = PartRegistry.load().huggingFace().get("vit");

  @TempDir private Path folder;

  private ImageProcessing read(String processor) throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    Files.writeString(file, processor.replace('\'', '"'));
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{}");
    return ImageProcessor.read(folder, ConfigTree.read(config), ANY);
  }

  private Preprocess preprocess(String keys) throws IOException {
    return read("{" + keys + "}").preprocess();
  }

  /** Sizes (original, resized, padded), computed with the formulas of transformers 5 in Python. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Yolos | 'size': {'shortest_edge': 128, 'longest_edge': 192} | 97x141 | 128x176 | 128x176",
        "Yolos | 'size': {'shortest_edge': 128, 'longest_edge': 192} | 131x67 | 192x96 | 192x96",
        "Yolos | 'size': {'shortest_edge': 200, 'longest_edge': 255} | 256x128 | 240x128 | 240x128",
        "Yolos | 'size': {'shortest_edge': 200, 'longest_edge': 255} | 128x256 | 128x256 | 128x256",
        "Detr | 'size': {'shortest_edge': 200, 'longest_edge': 255} | 256x128 | 256x128 | 256x128",
        "Yolos | 'size': [100, 90] | 97x141 | 100x90 | 100x90",
        "Yolos | 'size': {'max_height': 100, 'max_width': 90} | 97x141 | 61x90 | 61x90",
        "Mask2Former | 'size': {'shortest_edge': 128, 'longest_edge': 192}"
            + " | 97x141 | 128x192 | 128x192",
        "MaskFormer | 'size': 128, 'max_size': 192, 'size_divisor': 0 | 97x141 | 128x186 | 128x186",
        "MaskFormer | 'max_size': 192, 'size_divisor': 1 | 97x141 | 132x192 | 132x192",
        "MaskFormer | 'size': [90, 100], 'pad_size': [128, 160] | 97x141 | 96x128 | 128x160",
        "MaskFormer | 'do_resize': false, 'pad_size': 160 | 97x141 | 97x141 | 160x160",
        "Detr | 'size': [90, 100], 'pad_size': {'height': 128, 'width': 160}"
            + " | 97x141 | 90x100 | 128x160",
        "Detr | 'size': [90, 100], 'pad_size': 128, 'do_pad': false | 97x141 | 90x100 | 90x100",
        "Detr | 'size': [90, 100], 'pad_size': 128, 'pad_and_return_pixel_mask': false"
            + " | 97x141 | 90x100 | 90x100",
        "RfDetr | 'size': {'shortest_edge': 128, 'longest_edge': 192} | 97x141 | 128x186 | 128x186",
        "Eomt | 'size': {'shortest_edge': 128, 'longest_edge': 128}, 'do_pad': true"
            + " | 97x141 | 88x128 | 128x128",
        "Eomt | 'size': {'shortest_edge': 96, 'longest_edge': 128}, 'do_pad': true"
            + " | 97x300 | 41x127 | 96x128",
        "Eomt | 'size': {'shortest_edge': 128}, 'do_pad': true, 'do_split_image': true"
            + " | 97x141 | 128x186 | 128x186",
        "DPT | 'keep_aspect_ratio': true, 'ensure_multiple_of': 32 | 480x640 | 384x512 | 384x512",
        "DPT | 'keep_aspect_ratio': true, 'ensure_multiple_of': 32 | 500x333 | 576x384 | 576x384",
        "DPT | 'keep_aspect_ratio': true, 'size': [64, 96] | 97x141 | 66x96 | 66x96",
        "DPT | 'keep_aspect_ratio': true, 'size': [50, 60], 'ensure_multiple_of': 16"
            + " | 100x103 | 64x64 | 64x64",
        "DPT | 'do_pad': true, 'size': [64, 96], 'size_divisor': 32 | 97x141 | 64x96 | 64x96",
        "DPT | 'do_pad': true, 'keep_aspect_ratio': true, 'ensure_multiple_of': 32,"
            + " 'size_divisor': 16 | 480x640 | 384x512 | 384x512",
        "DPT | 'do_pad': true, 'size': 90 | 97x141 | 90x90 | 90x90",
      })
  void sidesAreRoundedAndPaddedAsInTheClass(
      String type, String keys, String original, String resized, String padded) throws IOException {
    Preprocess read = preprocess("'image_processor_type': '" + type + "ImageProcessor', " + keys);
    Geometry where = read.preparation().geometry(size(original));
    assertEquals(size(resized), where.resized());
    assertEquals(size(padded), where.padded());
  }

  private static Size size(String rows) {
    String[] sides = rows.split("x");
    return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
  }

  @Test
  void anImageLargerThanThePaddedSizeIsRejected() throws IOException {
    Preprocess read =
        preprocess(
            "'image_processor_type': 'DetrImageProcessor', 'pad_size': 150,"
                + " 'size': {'shortest_edge': 128, 'longest_edge': 192}");
    assertEquals(new Size(150, 150), read.preparation().geometry(new Size(97, 100)).padded());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> read.preparation().geometry(new Size(97, 141)));
    assertTrue(e.getMessage().contains("does not fit into"), e.getMessage());
  }

  @Test
  void thePaddingOfEomtIsBlackBeforeNormalization() throws IOException {
    Preprocess black =
        preprocess(
            "'image_processor_type': 'EomtImageProcessor', 'do_pad': true,"
                + " 'image_mean': 0.5, 'image_std': 0.25");
    assertEquals(new Sides(1, Multiples.PAD, List.of(640, 640), Fill.BLACK), black.sides());
    for (float value : black.beside()) {
      assertEquals(-2, value);
    }
    assertFalse(black.fills());
    Preprocess zero = preprocess("'do_pad': true, 'pad_size': 300");
    assertEquals(0, zero.beside()[1]);
    assertTrue(preprocess("'do_pad': true, 'pad_size': 224").fills());
  }

  @Test
  void eomtSplitsAnImageIntoSquaresOfItsShortEdge() throws IOException {
    String type = "'image_processor_type': 'EomtImageProcessor', 'size': {'shortest_edge': 128}";
    assertEquals(Optional.of(128), read("{" + type + ", 'do_split_image': true}").window());
    assertEquals(Optional.empty(), read("{" + type + "}").window());
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    read("{" + type + ", 'do_split_image': true}").addTo(config);
    assertEquals(
        "{\"test\":{\"mode\":\"spread\",\"crop\":[128,128],\"stride\":[128,128]}}",
        config.toString());
  }

  @Test
  void rfDetrResizesFloatsIfItRescalesThem() throws IOException {
    String type = "'image_processor_type': 'RfDetrImageProcessor'";
    assertEquals(Filter.FLOAT_BILINEAR, preprocess(type).filter());
    assertEquals(Filter.NEAREST, preprocess(type + ", 'resample': 0").filter());
    assertEquals(Filter.BILINEAR, preprocess(type + ", 'do_rescale': false").filter());
    assertEquals(Filter.BICUBIC, preprocess(type + ", 'do_resize': false, 'resample': 3").filter());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mask2Former | 'ignore_index': 254, 'do_reduce_labels': true | true | 254",
        "Mask2Former | 'ignore_index': 254, 'num_labels': 7 | false | 254",
        "Mask2Former | 'do_reduce_labels': false | false | 255",
        "Eomt | 'ignore_index': 254 | true | 254",
        "Eomt | 'ignore_index': null | false | 255",
        "ViT | 'ignore_index': 254 | false | 255",
      })
  void labelsAreReducedAndIgnoredAsInTheClass(
      String type, String keys, boolean reduced, int ignored) throws IOException {
    ImageProcessing read =
        read("{'image_processor_type': '" + type + "ImageProcessor', " + keys + "}");
    assertEquals(reduced, read.reduceLabels());
    assertEquals(List.of(), read.notes());
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.putObject("labels").put("ignore", 255);
    read.addTo(config);
    assertEquals(ignored, config.at("/labels/ignore").intValue());
  }

  @Test
  void preprocessingIsUnchangedAfterWritingAndReadingItsConfig() throws IOException {
    for (String keys :
        List.of(
            "'image_processor_type': 'EomtImageProcessor', 'do_pad': true",
            "'image_processor_type': 'YolosImageProcessor'",
            "'image_processor_type': 'RfDetrImageProcessor'",
            "'image_processor_type': 'DPTImageProcessor', 'keep_aspect_ratio': true")) {
      Preprocess read = preprocess(keys);
      ObjectNode written = RecordBinder.tree(read);
      assertEquals(
          read, RecordBinder.bind(RecordBinder.merge(read, written, ""), Preprocess.class, ""));
    }
  }
}
