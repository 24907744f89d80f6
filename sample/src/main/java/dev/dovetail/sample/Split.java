package dev.dovetail.sample;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.coco.CocoAnnotation.Crowd;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDatasetWriter;
import dev.dovetail.formats.coco.CocoImage;
import dev.dovetail.formats.image.PngFile.Colour;
import dev.dovetail.formats.image.PngWriter;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticDataset;
import dev.dovetail.formats.panoptic.PanopticDatasetWriter;
import dev.dovetail.formats.panoptic.PanopticSegment;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.sample.scene.Category;
import dev.dovetail.sample.scene.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A split of a set.
 *
 * @param name the name of its directories and files
 * @param count the number of its pictures
 * @param firstId the id of its first picture; ids are consecutive
 */
record Split(String name, int count, int firstId) {

  /** The data of a picture for the annotation files of its split. Its masks are in its segments. */
  private record Annotated(CocoImage image, List<Picture.Segment> kinds, List<Rle> masks) {}

  private static List<Category> categories() {
    return List.of(Category.values());
  }

  /** Draws the pictures on all processors and writes all files. */
  SampleCounts draw(Path folder, SampleOptions options, Runnable drawn) throws IOException {
    Files.createDirectories(folder.resolve("images").resolve(name));
    Path annotations = folder.resolve("annotations");
    Files.createDirectories(annotations.resolve(name));
    Files.createDirectories(annotations.resolve("panoptic_" + name));
    // A failure is thrown only after every thread has ended, so that no thread writes to the
    // directory while the caller deletes it.
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Annotated> all =
        IntStream.range(firstId, firstId + count)
            .parallel()
            .mapToObj(
                id -> {
                  if (failure.get() != null) {
                    return Optional.<Annotated>empty();
                  }
                  try {
                    Annotated picture = draw(folder, options, id);
                    drawn.run();
                    return Optional.of(picture);
                  } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                    return Optional.<Annotated>empty();
                  }
                })
            .flatMap(Optional::stream)
            .toList();
    if (failure.get() instanceof IOException e) {
      throw e;
    }
    if (failure.get() instanceof RuntimeException e) {
      throw e;
    }
    writePanoptic(annotations.resolve("panoptic_" + name + ".json"), all);
    return writeInstances(annotations.resolve("instances_" + name + ".json"), all);
  }

  /** Draws one picture and writes its files. */
  private Annotated draw(Path folder, SampleOptions options, int id) throws IOException {
    Picture picture = Picture.draw(options.seed(), id, options.size());
    Size size = picture.size();
    String file = String.format(Locale.ROOT, "%06d.png", id);
    Path annotations = folder.resolve("annotations");
    PngWriter.write(
        folder.resolve("images").resolve(name).resolve(file), size, Colour.RGB, 8, picture.rgb());
    LabelPng.write(annotations.resolve(name).resolve(file), labels(picture));
    IdPng.write(
        annotations.resolve("panoptic_" + name).resolve(file), new IdMap(size, picture.segments()));
    CocoImage image = new CocoImage(id, size.width(), size.height(), file);
    return new Annotated(image, picture.kinds(), masks(picture));
  }

  /** Returns the category of every pixel. */
  private static LabelMap labels(Picture picture) {
    byte[] labels = new byte[picture.segments().length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) picture.kinds().get(picture.segments()[i] - 1).category().id();
    }
    return new LabelMap.Bytes(picture.size(), labels);
  }

  /** Returns the mask of every segment. */
  private static List<Rle> masks(Picture picture) {
    List<Rle> masks = new ArrayList<>();
    int[] segments = picture.segments();
    byte[] mask = new byte[segments.length];
    for (int number = 1; number <= picture.kinds().size(); number++) {
      for (int i = 0; i < mask.length; i++) {
        mask[i] = (byte) (segments[i] == number ? 1 : 0);
      }
      masks.add(Rle.ofRowMajor(picture.size().height(), picture.size().width(), mask));
    }
    return masks;
  }

  private static SampleCounts writeInstances(Path file, List<Annotated> all) throws IOException {
    int objects = 0;
    int small = 0;
    int crowds = 0;
    try (CocoDatasetWriter writer = CocoDatasetWriter.create(file)) {
      for (Annotated picture : all) {
        for (int i = 0; i < picture.kinds.size(); i++) {
          Picture.Segment kind = picture.kinds.get(i);
          if (kind.category().isThing()) {
            Crowd crowd = kind.crowd() ? Crowd.YES : Crowd.NO;
            writer.annotation(picture.image, kind.category().id(), picture.masks.get(i), crowd);
            crowds += kind.crowd() ? 1 : 0;
            objects += kind.crowd() ? 0 : 1;
            small += !kind.crowd() && picture.masks.get(i).area() < 32 * 32 ? 1 : 0;
          }
        }
      }
      Stream<Category> things = categories().stream().filter(Category::isThing);
      writer.finish(
          all.stream().map(Annotated::image).toList(),
          things.map(c -> new CocoCategory(c.id(), c.label(), "")).toList());
    }
    return new SampleCounts(all.size(), objects, small, crowds);
  }

  private static void writePanoptic(Path file, List<Annotated> all) throws IOException {
    List<PanopticAnnotation> annotations = new ArrayList<>();
    for (Annotated picture : all) {
      List<PanopticSegment> segments = new ArrayList<>();
      for (int i = 0; i < picture.kinds.size(); i++) {
        Picture.Segment kind = picture.kinds.get(i);
        int area = picture.masks.get(i).area();
        segments.add(new PanopticSegment(i + 1, kind.category().id(), area, kind.crowd()));
      }
      CocoImage image = picture.image;
      annotations.add(
          new PanopticAnnotation(file.toString(), image.id(), image.fileName(), segments));
    }
    List<PanopticCategory> categories =
        categories().stream()
            .map(c -> new PanopticCategory(c.id(), c.label(), c.isThing()))
            .toList();
    PanopticDatasetWriter.write(
        file,
        all.stream().map(Annotated::image).toList(),
        new PanopticDataset(file.toString(), categories, annotations));
  }
}
