package dev.dovetail.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.formats.Size;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.testing.SharedFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Compares with the resized and normalized pixels of the reference pipelines, bit for bit. */
class PreparationFixturesTest {

  private static final int MULTIPLE = 32;

  @TestFactory
  Stream<DynamicTest> everyPreprocessingFixtureIsReproducedBitForBit() {
    return Fixture.each(
        "preprocess fixture",
        folder -> Fixture.config(folder).path("op").asText().equals("preprocess"),
        PreparationFixturesTest::compare);
  }

  @TestFactory
  Stream<DynamicTest> everyWholeModelGetsItsInputBitForBit() {
    return Fixture.each(
        "whole model with its input",
        folder ->
            Fixture.config(folder).path("image").has("resize_scale")
                && Fixture.inputs(folder).has("image"),
        PreparationFixturesTest::compareWholeModel);
  }

  private static void compareWholeModel(Fixture fixture) {
    Preparation preparation = preparation(fixture.config().get("image"));
    Image raw = fixture.inputs().image("raw_image_bgr");
    if (fixture.inputs().has("resized_image_bgr")) {
      assertEquals(fixture.inputs().image("resized_image_bgr"), preparation.apply(raw));
    }
    assertArrayEquals(
        fixture.inputs().floats("image"),
        normalised(preparation, raw, PixelNormalization.IMAGENET),
        "image");
  }

  /** Starts with the file of the photo, which the reference also decoded. */
  @TestFactory
  Stream<DynamicTest> everyTrainedModelGetsTheInputThatItsSamplePhotoGaveTheReference() {
    return FixtureFolders.in("models/reference", "config.json")
        .each(
            folder -> {
              Fixture.Tensors sample = Fixture.Tensors.read(folder.resolve("sample.safetensors"));
              JsonNode config = Fixture.config(folder);
              String name = sample.header().get("__metadata__").get("image").asText();
              Image photo = ImageReader.read(find(config.get("data").get("set").asText(), name));
              assertArrayEquals(
                  sample.floats("input"),
                  normalised(preparation(config.get("image")), photo, PixelNormalization.IMAGENET),
                  name);
            });
  }

  private static Path find(String set, String name) throws IOException {
    try (Stream<Path> files = Files.walk(SharedFolder.require("data/" + set))) {
      return files.filter(f -> f.getFileName().toString().equals(name)).findFirst().orElseThrow();
    }
  }

  private static Preparation preparation(JsonNode image) {
    JsonNode scale = image.get("resize_scale");
    Resize keepRatio = new Resize.KeepRatio(scale.get(0).asInt(), scale.get(1).asInt());
    return image.has("pad_divisor")
        ? new Preparation(List.of(keepRatio), image.get("pad_divisor").asInt())
        : new Preparation(
            List.of(keepRatio, new Resize.ToMultiple(image.path("size_divisor").asInt(MULTIPLE))),
            1);
  }

  private static void compare(Fixture fixture) {
    JsonNode config = fixture.config();
    PixelNormalization normalization =
        new PixelNormalization(
            floats(config.get("mean")),
            floats(config.get("std")),
            config.get("to_rgb").asBoolean());
    JsonNode cases = config.get("cases");
    for (int i = 0; i < cases.size(); i++) {
      JsonNode one = cases.get(i);
      if (!fixture.inputs().has("raw" + i)) {
        continue; // the description is that of the whole fixture, and this may be a part of it
      }
      Resize keepRatio =
          new Resize.KeepRatio(one.get("scale").get(0).asInt(), one.get("scale").get(1).asInt());
      Image raw = fixture.inputs().image("raw" + i);

      Preparation detection = new Preparation(List.of(keepRatio), MULTIPLE);
      Geometry geometry = detection.geometry(raw.size());
      assertEquals(size(one.get("det_img_shape")), geometry.resized());
      assertEquals(size(one.get("det_pad_shape")), geometry.padded());
      assertArrayEquals(
          toArray(floats(one.get("det_scale_factor"))), geometry.scaleFactor(), "scale factor");
      compare(fixture, i, "det", detection, raw, normalization);

      Preparation segmentation =
          new Preparation(List.of(keepRatio, new Resize.ToMultiple(MULTIPLE)), 1);
      assertEquals(size(one.get("seg_keep_ratio_shape")), keepRatio.of(raw.size()));
      assertEquals(size(one.get("seg_input_shape")), segmentation.geometry(raw.size()).padded());
      compare(fixture, i, "seg", segmentation, raw, normalization);
    }
    compareSizes(config);
  }

  private static void compare(
      Fixture fixture,
      int index,
      String task,
      Preparation preparation,
      Image raw,
      PixelNormalization normalization) {
    Image expected = fixture.outputs().image(task + "_resized" + index);
    assertEquals(expected, preparation.apply(raw), task + "_resized" + index);

    String name = task + "_image" + index;
    assertArrayEquals(
        fixture.outputs().floats(name), normalised(preparation, raw, normalization), name);
  }

  /** Normalizes like the model's graph: by the table, with zeros outside of the resized image. */
  private static float[] normalised(Preparation preparation, Image raw, PixelNormalization rule) {
    Size padded = preparation.geometry(raw.size()).padded();
    ByteBuffer slot = ByteBuffer.allocateDirect((int) padded.pixels() * Image.CHANNELS);
    Geometry geometry = preparation.write(raw, slot, padded);
    int height = geometry.padded().height();
    int width = geometry.padded().width();
    float[] values = new float[Image.CHANNELS * height * width];
    for (int c = 0; c < Image.CHANNELS; c++) {
      for (int y = 0; y < geometry.resized().height(); y++) {
        for (int x = 0; x < geometry.resized().width(); x++) {
          byte pixel = slot.get((y * width + x) * Image.CHANNELS + rule.sourceChannel(c));
          values[(c * height + y) * width + x] = rule.of(c, pixel & 0xff);
        }
      }
    }
    return values;
  }

  private static void compareSizes(JsonNode config) {
    List<String> columns = new ArrayList<>();
    config.get("size_table_columns").forEach(c -> columns.add(c.asText()));
    for (JsonNode row : config.get("size_table")) {
      Size original = size(row, columns, "", "");
      for (String scale : columns) {
        if (!scale.startsWith("w_")) {
          continue;
        }
        String suffix = scale.substring(1);
        String[] edges = suffix.substring(1).split("x");
        Resize keepRatio =
            new Resize.KeepRatio(Integer.parseInt(edges[0]), Integer.parseInt(edges[1]));
        assertEquals(size(row, columns, "", suffix), keepRatio.of(original), original + suffix);
        if (columns.contains("padded_w" + suffix)) {
          assertEquals(
              size(row, columns, "padded_", suffix),
              new Preparation(List.of(keepRatio), MULTIPLE).geometry(original).padded());
        }
        if (columns.contains("seg_w" + suffix)) {
          assertEquals(
              size(row, columns, "seg_", suffix),
              new Preparation(List.of(keepRatio, new Resize.ToMultiple(MULTIPLE)), 1)
                  .geometry(original)
                  .resized());
        }
      }
    }
  }

  private static Size size(JsonNode row, List<String> columns, String before, String after) {
    return new Size(
        row.get(columns.indexOf(before + "h" + after)).asInt(),
        row.get(columns.indexOf(before + "w" + after)).asInt());
  }

  private static Size size(JsonNode heightAndWidth) {
    return new Size(heightAndWidth.get(0).asInt(), heightAndWidth.get(1).asInt());
  }

  private static List<Float> floats(JsonNode array) {
    List<Float> values = new ArrayList<>();
    array.forEach(v -> values.add((float) v.asDouble()));
    return values;
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }
}
