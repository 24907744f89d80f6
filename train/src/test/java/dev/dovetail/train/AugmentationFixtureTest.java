package dev.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.images.Image;
import dev.dovetail.testing.FixtureFolders;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.augment.AnnotatedImage;
import dev.dovetail.train.data.augment.CategoryLimitedCrop;
import dev.dovetail.train.data.augment.GivenDraws;
import dev.dovetail.train.data.augment.HorizontalFlip;
import dev.dovetail.train.data.augment.Instances;
import dev.dovetail.train.data.augment.PhotometricDistortion;
import dev.dovetail.train.data.augment.RandomCrop;
import dev.dovetail.train.data.augment.RandomResize;
import dev.dovetail.train.data.augment.Transform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Augmentations with fixed random numbers produce the bytes of mmdet, mmcv and mmseg. */
class AugmentationFixtureTest {

  private static final float BOXES = 1e-4f;

  private Map<String, TensorData> expected = Map.of();
  private final Map<String, Object> got = new LinkedHashMap<>();

  @TestFactory
  Stream<DynamicTest> augmentationsMakeTheReferencesBytes() {
    return FixtureFolders.in("training", "config.json")
        .where("op_augment fixture", f -> f.getFileName().toString().equals("op_augment"))
        .each(folder -> new AugmentationFixtureTest().compare(folder));
  }

  private void compare(Path folder) throws IOException {
    TrainingFixture fixture = TrainingFixture.read(folder);
    expected = fixture.outputs();
    Map<String, TensorData> inputs = fixture.inputs();
    Map<String, JsonNode> cases = new LinkedHashMap<>();
    fixture.config().get("cases").forEach(c -> cases.put(c.get("name").asText(), c));
    Image image = image(inputs.get("image"));
    LabelMap map = new LabelMap.Bytes(image.size(), bytes(inputs.get("label_map")));
    AnnotatedImage objects = new AnnotatedImage(image, instances(inputs), Optional.empty());
    AnnotatedImage pixels = new AnnotatedImage(image, Instances.NONE, Optional.of(map));

    put("flip", apply(new HorizontalFlip(0.5), objects, new GivenDraws().chance(0.5, true)));
    for (String name : List.of("resize_up", "resize_down")) {
      JsonNode scale = cases.get(name).get("scale");
      RandomResize resize =
          RandomResize.shortEdge(scale.get(0).asInt(), List.of(scale.get(1).asInt()));
      AnnotatedImage resized = apply(resize, objects, new GivenDraws().integer(0, 1, 0));
      put(name, resized);
      got.put(name + ".scale_factor", factor(image.size(), resized.size()));
      AnnotatedImage labelled = apply(resize, pixels, new GivenDraws().integer(0, 1, 0));
      got.put("seg_" + name + ".image", labelled.image().toBytes());
      LabelMap.Bytes labels = (LabelMap.Bytes) labelled.labels().orElseThrow();
      got.put("seg_" + name + ".label_map", labels.labels());
    }
    for (String name : List.of("crop", "crop_small")) {
      JsonNode sides = cases.get(name).get("crop_size");
      GivenDraws draws = new GivenDraws();
      for (JsonNode d : cases.get(name).get("draws_low_highexclusive_value")) {
        draws.integer(d.get(0).asInt(), d.get(1).asInt(), d.get(2).asInt());
      }
      Transform crop = new RandomCrop(sides.get(0).asInt(), sides.get(1).asInt());
      put(name, apply(crop, objects, draws));
    }
    pad(objects);
    photo(cases.get("photo"), objects);
    decisions(cases.get("cat_max_ratio"), pixels);

    assertEquals(new TreeSet<>(expected.keySet()), new TreeSet<>(got.keySet()));
    got.forEach(this::assertSame);
  }

  private static AnnotatedImage apply(Transform transform, AnnotatedImage on, GivenDraws draws) {
    AnnotatedImage made = transform.apply(on, draws);
    draws.assertAllDrawn();
    return made;
  }

  /** The batch pads the images. */
  private void pad(AnnotatedImage objects) {
    Batch batch = new Batch(0, List.of("a.png"), List.of(objects));
    Size padded = batch.padded(32);
    got.put("pad32.image", bytes(batch.pixels(padded)));
    got.put("pad32.masks", bytes(batch.masks(0, padded)));
    got.put("pad32.boxes", objects.instances().boxes());
    got.put("pad32.labels", objects.instances().labels());
  }

  private void photo(JsonNode values, AnnotatedImage image) {
    for (String name :
        List.of("brightness", "contrast", "saturation", "hue", "all_mode1", "all_mode0")) {
      GivenDraws draws = new GivenDraws();
      boolean all = name.startsWith("all");
      boolean first = !name.equals("all_mode0");
      if (happens(draws, all || name.equals("brightness"))) {
        draws.uniform(-32, 32, values.get("brightness").asDouble());
      }
      draws.chance(0.5, first);
      if (first && happens(draws, all || name.equals("contrast"))) {
        draws.uniform(0.5, 1.5, values.get("contrast").asDouble());
      }
      if (happens(draws, all || name.equals("saturation"))) {
        draws.uniform(0.5, 1.5, values.get("saturation").asDouble());
      }
      if (happens(draws, all || name.equals("hue"))) {
        draws.integer(-18, 18, values.get("hue").asInt());
      }
      if (!first && happens(draws, all)) {
        draws.uniform(0.5, 1.5, values.get("contrast").asDouble());
      }
      AnnotatedImage made = apply(PhotometricDistortion.defaults(), image, draws);
      got.put("photo." + name, made.image().toBytes());
    }
  }

  private static boolean happens(GivenDraws draws, boolean happens) {
    draws.chance(0.5, happens);
    return happens;
  }

  /** A rejected crop is drawn again; the second one is known to be accepted. */
  private static void decisions(JsonNode limit, AnnotatedImage labelled) {
    Size crop = new Size(limit.get("crop").get(0).asInt(), limit.get("crop").get(1).asInt());
    CategoryLimitedCrop transform = new CategoryLimitedCrop(crop, limit.get("limit").asDouble());
    JsonNode good = limit.get("candidates").get(0);
    assertEquals(true, good.get("accepted").asBoolean());
    for (JsonNode candidate : limit.get("candidates")) {
      boolean accepted = candidate.get("accepted").asBoolean();
      GivenDraws draws = place(new GivenDraws(), candidate, labelled.size(), crop);
      if (!accepted) {
        place(draws, good, labelled.size(), crop);
      }
      JsonNode kept = accepted ? candidate : good;
      AnnotatedImage made = apply(transform, labelled, draws);
      Image expected = labelled.image().cropped(kept.get("y").asInt(), kept.get("x").asInt(), crop);
      assertEquals(expected, made.image(), candidate.toString());
    }
  }

  private static GivenDraws place(GivenDraws draws, JsonNode candidate, Size image, Size crop) {
    return draws
        .integer(0, image.height() - crop.height() + 1, candidate.get("y").asInt())
        .integer(0, image.width() - crop.width() + 1, candidate.get("x").asInt());
  }

  private static float[] factor(Size from, Size to) {
    return new Geometry(from, to, to).scaleFactor();
  }

  private void put(String name, AnnotatedImage made) {
    Batch batch = new Batch(0, List.of(name), List.of(made));
    got.put(name + ".image", made.image().toBytes());
    got.put(name + ".boxes", made.instances().boxes());
    got.put(name + ".labels", made.instances().labels());
    got.put(name + ".masks", bytes(batch.masks(0, made.size())));
  }

  private void assertSame(String name, Object value) {
    TensorData want = expected.get(name);
    if (value instanceof byte[] bytes) {
      assertArrayEquals(bytes(want), bytes, name);
    } else if (value instanceof float[] floats) {
      assertArrayEquals(floats(want), floats, BOXES, name);
    } else {
      assertArrayEquals(want.longs(), IntStream.of((int[]) value).asLongStream().toArray(), name);
    }
  }

  private static Instances instances(Map<String, TensorData> inputs) {
    int[] labels = Arrays.stream(inputs.get("labels").longs()).mapToInt(Math::toIntExact).toArray();
    TensorData masks = inputs.get("masks");
    int height = masks.type().shape().dims()[1];
    int width = masks.type().shape().dims()[2];
    byte[] all = bytes(masks);
    Rle[] each = new Rle[labels.length];
    for (int i = 0; i < each.length; i++) {
      byte[] one = Arrays.copyOfRange(all, i * height * width, (i + 1) * height * width);
      each[i] = Rle.ofRowMajor(height, width, one);
    }
    return new Instances(floats(inputs.get("boxes")), labels, each);
  }

  private static Image image(TensorData data) {
    int[] dims = data.type().shape().dims();
    return Image.of(new Size(dims[0], dims[1]), bytes(data));
  }

  private static byte[] bytes(TensorData data) {
    ByteBuffer all = data.bytes();
    byte[] copy = new byte[all.remaining()];
    all.get(copy);
    return copy;
  }

  private static float[] floats(TensorData data) {
    double[] values = data.doubles();
    float[] floats = new float[values.length];
    IntStream.range(0, floats.length).forEach(i -> floats[i] = (float) values[i]);
    return floats;
  }
}
