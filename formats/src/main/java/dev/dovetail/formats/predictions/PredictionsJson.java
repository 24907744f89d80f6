package dev.dovetail.formats.predictions;

import dev.dovetail.formats.Box;
import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.LabelledImage;
import dev.dovetail.formats.LabelledObject;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.JsonSource;
import dev.dovetail.formats.mask.IdRuns;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Reads the {@code results.json} that {@code dovetail predict} writes. It is a list with one
 * element for each image, with the fields {@code file}, {@code width} and {@code height}, and the
 * results:
 *
 * <ul>
 *   <li>detection: {@code objects}, each with {@code name}, {@code score}, {@code bbox} and, for
 *       masks, {@code segmentation} with {@code size} and {@code counts};
 *   <li>semantic segmentation: {@code label_map}, a PNG file in the directory of the JSON file, and
 *       {@code labels}, the value of each class;
 *   <li>panoptic segmentation: {@code segments}, a PNG file, and {@code segments_info}, each with
 *       {@code id} and {@code name}.
 * </ul>
 */
public final class PredictionsJson {

  private final JsonSource in;
  private final Path folder;

  private PredictionsJson(JsonSource in, Path folder) {
    this.in = in;
    this.folder = folder;
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return the images, in the order of the file
   * @throws FormatException naming file, record and field
   */
  public static List<LabelledImage> read(Path file) throws IOException {
    List<LabelledImage> read =
        JsonSource.read(
            file,
            in -> {
              PredictionsJson reader = new PredictionsJson(in, file.toAbsolutePath().getParent());
              List<LabelledImage> images = new ArrayList<>();
              in.expectArray("results");
              while (in.nextElement()) {
                in.at("results", images.size());
                images.add(reader.image(file + ": results[" + images.size() + "]"));
              }
              in.at("", -1);
              return images;
            });
    return below(read);
  }

  /**
   * Returns the images with names relative to their deepest common directory, if any path is
   * absolute or begins with {@code ..}.
   */
  private static List<LabelledImage> below(List<LabelledImage> images) {
    List<Path> files = images.stream().map(image -> path(image.name())).toList();
    if (files.stream().noneMatch(file -> file.isAbsolute() || file.startsWith(".."))) {
      return images;
    }
    List<Path> whole = files.stream().map(file -> file.toAbsolutePath().normalize()).toList();
    Path common = whole.get(0).getParent();
    for (Path file : whole) {
      while (common != null && !file.startsWith(common)) {
        common = common.getParent();
      }
    }
    List<LabelledImage> named = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      LabelledImage image = images.get(i);
      String name = common == null ? image.name() : common.relativize(whole.get(i)).toString();
      named.add(
          new LabelledImage(image.source(), name, image.fileName(), image.size(), image.objects()));
    }
    return named;
  }

  /** Returns the path of a file, or the last part of a URL. */
  private static Path path(String name) {
    return Path.of(name.replaceFirst("^[A-Za-z]+://.*/", ""));
  }

  private LabelledImage image(String source) throws IOException {
    String name = "";
    int width = 0;
    int height = 0;
    List<LabelledObject> objects = null;
    boolean video = false;
    PixelFile labels = new PixelFile();
    PixelFile segments = new PixelFile();
    in.expectObject("");
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "file" -> name = in.text(field);
        case "width" -> width = in.size(field);
        case "height" -> height = in.size(field);
        case "objects" -> {
          objects = new ArrayList<>();
          in.expectArray(field);
          while (in.nextElement()) {
            objects.add(object("objects[" + objects.size() + "]."));
          }
        }
        case "label_map" -> labels.file = in.text(field);
        case "labels" -> labels(labels.names);
        case "segments" -> segments.file = in.text(field);
        case "segments_info" -> segments(segments.names);
        case "frames" -> {
          video = true;
          in.skip();
        }
        default -> in.skip();
      }
    }
    if (name.isEmpty()) {
      throw in.error("file", "is missing");
    }
    if (width < 1 || height < 1) {
      throw in.error("", "\"width\" and \"height\" are missing or 0");
    }
    if (video) {
      throw in.error("frames", "is the frame list of a video, which is not supported");
    }
    PixelFile pixels = labels.file.isEmpty() ? segments : labels;
    if (objects == null && !pixels.file.isEmpty()) {
      objects = objects(pixels, pixels == labels, new Size(height, width));
    }
    if (objects == null) {
      throw in.error(
          "",
          "missing \"objects\", \"label_map\" or \"segments\"; expected the results of a detector"
              + " or segmenter");
    }
    return new LabelledImage(
        source, LabelledImage.stem(name), name, new Size(height, width), objects);
  }

  /** A map next to the JSON file. */
  private static final class PixelFile {
    private final Map<Integer, String> names = new TreeMap<>();
    private String file = "";
  }

  private void labels(Map<Integer, String> names) throws IOException {
    in.expectObject("labels");
    for (String name = in.nextField(); name != null; name = in.nextField()) {
      names.put(in.size("labels." + name), name);
    }
  }

  private void segments(Map<Integer, String> names) throws IOException {
    in.expectArray("segments_info");
    while (in.nextElement()) {
      int id = 0;
      String name = "";
      in.expectObject("segments_info");
      for (String field = in.nextField(); field != null; field = in.nextField()) {
        switch (field) {
          case "id" -> id = in.size("segments_info.id");
          case "name" -> name = in.text("segments_info.name");
          default -> in.skip();
        }
      }
      names.put(id, name);
    }
  }

  /** Returns the regions of a map. */
  private List<LabelledObject> objects(PixelFile pixels, boolean labels, Size size)
      throws IOException {
    Path map = ListedFile.find(folder, pixels.file, in.name(), new Warnings(Strictness.LENIENT));
    Size found;
    IntUnaryOperator ids;
    if (labels) {
      LabelMap read = LabelPng.read(map);
      found = read.size();
      ids = read::at;
    } else {
      IdMap read = IdPng.read(map);
      found = read.size();
      ids = i -> read.ids()[i];
    }
    if (!found.equals(size)) {
      throw in.error("", map + " has " + found + " pixels, but the image has " + size);
    }
    List<LabelledObject> objects = new ArrayList<>();
    for (Map.Entry<Integer, Rle> mask : IdRuns.masks(size.height(), size.width(), ids).entrySet()) {
      String name = pixels.names.get(mask.getKey());
      if (name != null) {
        objects.add(LabelledObject.of(name, mask.getValue()));
      } else if (labels || mask.getKey() != 0) {
        throw in.error(
            "", map + " contains " + mask.getKey() + ", which has no name in the JSON file");
      }
    }
    return objects;
  }

  private LabelledObject object(String where) throws IOException {
    String name = "";
    double score = Double.NaN;
    double[] box = {};
    Rle mask = null;
    in.expectObject(where);
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "name" -> name = in.text(where + field);
        case "score" -> score = in.finite(where + field);
        case "bbox" -> box = in.finites(where + field);
        case "segmentation" -> mask = mask(where + field);
        default -> in.skip();
      }
    }
    if (name.isEmpty()) {
      throw in.error(where + "name", "is missing");
    }
    if (Double.isNaN(score)) {
      throw in.error(where + "score", "is missing");
    }
    if (box.length != 4) {
      throw in.error(where + "bbox", "has " + box.length + " numbers; expected four");
    }
    LabelledObject object =
        mask == null ? LabelledObject.of(name, boxOf(box)) : LabelledObject.of(name, mask);
    return new LabelledObject(name, boxOf(box), object.segmentation(), score, false);
  }

  private static Box boxOf(double... xywh) {
    return new Box(xywh[0], xywh[1], xywh[2], xywh[3]);
  }

  private Rle mask(String where) throws IOException {
    double[] size = {};
    String counts = "";
    in.expectObject(where);
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "size" -> size = in.finites(where + ".size");
        case "counts" -> counts = in.text(where + ".counts");
        default -> in.skip();
      }
    }
    if (size.length != 2) {
      throw in.error(where + ".size", "has " + size.length + " numbers; expected height and width");
    }
    try {
      return Rle.ofCompressed((int) size[0], (int) size[1], counts);
    } catch (IllegalArgumentException e) {
      throw in.error(where, e.getMessage());
    }
  }
}
