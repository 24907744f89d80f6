package dev.dovetail.formats.cityscapes;

import dev.dovetail.files.DataFolder;
import dev.dovetail.formats.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of Cityscapes' files: {@code CITY/CITY_SEQUENCE_FRAME_leftImg8bit.png} for an image,
 * and {@code CITY/CITY_SEQUENCE_FRAME_gtFine_labelIds.png} and others for its annotations.
 */
public final class CityscapesFiles {

  private static final String IMAGE = "_leftImg8bit";
  private static final Pattern ANNOTATION = Pattern.compile("(.*)_gt(?:Fine|Coarse)_([a-zA-Z]+)");

  /** The contents of an annotation map. */
  public enum Kind {
    /** The label id of each pixel. */
    LABEL_IDS(
        "labelIds",
        "create each one from its polygons with python -m"
            + " cityscapesscripts.preparation.json2labelImg IN.json OUT.png; eval and train also"
            + " accept the *_labelTrainIds.png of csCreateTrainIdLabelImgs"),
    /** The train id of each pixel; 255 for none. */
    TRAIN_IDS("labelTrainIds", "create them with csCreateTrainIdLabelImgs of cityscapesScripts"),
    /** The instance of each pixel. */
    INSTANCE_IDS(
        "instanceIds",
        "create each one from its polygons with"
            + " python -m cityscapesscripts.preparation.json2instanceImg IN.json OUT.png");

    private final String suffix;
    private final String making;

    Kind(String suffix, String making) {
      this.suffix = suffix;
      this.making = making;
    }

    String pattern() {
      return "CITY/" + file("*");
    }

    /**
     * {@return the name of an image's map}
     *
     * @param core the common prefix of the image's file names
     */
    public String file(String core) {
      return core + "_gtFine_" + suffix + ".png";
    }
  }

  /**
   * The maps of a directory.
   *
   * @param kind their contents
   * @param files by the {@link #core} of their paths below the directory, sorted
   */
  public record Maps(Kind kind, SortedMap<String, Path> files) {}

  private CityscapesFiles() {}

  /**
   * {@return the name of an image}
   *
   * @param core the common prefix of the image's file names
   */
  public static String image(String core) {
    return core + IMAGE + ".png";
  }

  /**
   * {@return the name of an image's panoptic map}
   *
   * @param core the common prefix of the image's file names
   */
  public static String panoptic(String core) {
    return core + "_gtFine_panoptic.png";
  }

  /**
   * {@return whether the name of an image has Cityscapes' format}
   *
   * @param stem the name without its extension
   */
  public static boolean isImage(String stem) {
    return stem.endsWith(IMAGE);
  }

  /**
   * {@return the part of a name that an image and its annotations have in common: {@code
   * CITY_SEQUENCE_FRAME} with its parent directories; any other name unchanged}
   *
   * @param stem the name of an image or an annotation without its extension
   */
  public static String core(String stem) {
    if (isImage(stem)) {
      return stem.substring(0, stem.length() - IMAGE.length());
    }
    Matcher annotation = ANNOTATION.matcher(stem);
    return annotation.matches() ? annotation.group(1) : stem;
  }

  /**
   * {@return the path of the instance map beside a label map, even if it does not exist}
   *
   * @param labels a file {@code *_labelIds.png} or {@code *_labelTrainIds.png}
   */
  public static Path instancesBeside(Path labels) {
    String name = labels.getFileName().toString();
    return labels.resolveSibling(
        name.substring(0, name.lastIndexOf('_') + 1) + Kind.INSTANCE_IDS.suffix + ".png");
  }

  /**
   * {@return whether a directory contains annotations of Cityscapes of any kind}
   *
   * @param folder the directory
   * @throws IOException if it cannot be read
   */
  public static boolean isAnnotated(Path folder) throws IOException {
    return Files.isDirectory(folder)
        && DataFolder.files(folder).stream()
            .map(file -> DataFolder.stem(folder, file))
            .anyMatch(stem -> ANNOTATION.matcher(stem).matches());
  }

  private static boolean is(Path folder, Path file, Kind kind) {
    return DataFolder.hasEnding(file, List.of("png"))
        && DataFolder.stem(folder, file).endsWith("_" + kind.suffix);
  }

  /**
   * Finds the maps of a kind in a directory and below it.
   *
   * @param folder the directory, such as {@code gtFine/val}
   * @param kind of the maps
   * @return the files by the {@link #core} of their paths below the directory, sorted
   * @throws IOException if there are no such files; the message names the existing files
   */
  public static SortedMap<String, Path> maps(Path folder, Kind kind) throws IOException {
    return maps(folder, List.of(kind)).files();
  }

  /**
   * Finds the maps of the first kind that exists in a directory or below it.
   *
   * @param folder the directory, such as {@code gtFine/val}
   * @param kinds in the order of preference
   * @return the maps
   * @throws IOException if there are none; the message names the existing files
   */
  public static Maps maps(Path folder, List<Kind> kinds) throws IOException {
    Kind first = kinds.get(0);
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(
          folder + " is not a directory; expected one with " + first.pattern());
    }
    List<Path> files = DataFolder.files(folder);
    for (Kind kind : kinds) {
      SortedMap<String, Path> maps = maps(folder, files, kind);
      if (!maps.isEmpty()) {
        return new Maps(kind, maps);
      }
    }
    throw new FormatException(missing(folder, first, files));
  }

  private static SortedMap<String, Path> maps(Path folder, List<Path> files, Kind kind)
      throws IOException {
    SortedMap<String, Path> maps = new TreeMap<>();
    for (Path file : files) {
      if (is(folder, file, kind)) {
        Path other = maps.put(core(DataFolder.stem(folder, file)), file);
        if (other != null) {
          throw new FormatException(
              "both " + other + " and " + file + " are annotations of the same image; keep one");
        }
      }
    }
    return maps;
  }

  private static String missing(Path folder, Kind kind, List<Path> files) {
    String expected = folder + " contains no " + kind.pattern();
    long polygons =
        files.stream().filter(f -> f.getFileName().toString().endsWith("_polygons.json")).count();
    if (polygons > 0) {
      return expected + ", only " + polygons + " *_polygons.json: " + kind.making;
    }
    return expected
        + (files.isEmpty()
            ? ": it is empty; download gtFine_trainvaltest.zip"
            : "; the first file there is " + folder.relativize(files.get(0)));
  }
}
