package dev.dovetail.formats.datasets;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.ListedFile;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.IdPng;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A panoptic ground truth with the maps of its segments, in one of several formats. */
public interface PanopticTruth {

  /** {@return the categories, and the segments of each image} */
  PanopticDataset dataset();

  /**
   * Finds the map of an image without opening it.
   *
   * @param image the index of its annotation
   * @return the path of the map, which may not exist
   * @throws IOException if its name is not a valid file name
   */
  Path file(int image) throws IOException;

  /**
   * Reads the map of an image.
   *
   * @param image the index of its annotation
   * @return the segment of each pixel
   * @throws IOException if it cannot be read
   */
  IdMap map(int image) throws IOException;

  /**
   * Reads the directory of Cityscapes' {@code *_instanceIds.png}.
   *
   * @param folder the directory, such as {@code gtFine/val}
   * @return the ground truth
   * @throws IOException if there is no such map, or one cannot be read
   */
  static PanopticTruth ofInstanceIds(Path folder) throws IOException {
    CityscapesTruth truth = CityscapesTruth.read(folder);
    PanopticDataset dataset = truth.segments();
    List<Path> files = truth.files();
    return new PanopticTruth() {
      @Override
      public PanopticDataset dataset() {
        return dataset;
      }

      @Override
      public Path file(int image) {
        return files.get(image);
      }

      @Override
      public IdMap map(int image) throws IOException {
        return CityscapesTruth.segments(files.get(image));
      }
    };
  }

  /**
   * Reads COCO's panoptic format.
   *
   * @param json the file
   * @param maps the directory of its PNG files, requested with the first map
   * @param warnings collects anomalies
   * @return the ground truth
   * @throws IOException if the file cannot be read
   */
  static PanopticTruth ofJson(Path json, Supplier<Path> maps, Warnings warnings)
      throws IOException {
    PanopticDataset dataset = PanopticDataset.readTruth(json, warnings);
    return new PanopticTruth() {
      @Override
      public PanopticDataset dataset() {
        return dataset;
      }

      @Override
      public Path file(int image) throws FormatException {
        PanopticAnnotation annotation = dataset.annotations().get(image);
        return ListedFile.find(maps.get(), annotation.fileName(), annotation.source(), warnings);
      }

      @Override
      public IdMap map(int image) throws IOException {
        return IdPng.read(file(image));
      }
    };
  }

  /**
   * Finds the directory of a JSON file's PNG files. It has the file's name without {@code .json}
   * and is beside the file or, as COCO's archives are often unpacked, beside the file's directory.
   *
   * @param json the file
   * @return the directory; empty if there is none
   */
  static Optional<Path> maps(Path json) {
    Path beside = expectedMaps(json);
    Path above = json.toAbsolutePath().getParent().resolveSibling(beside.getFileName());
    return beside.equals(json)
        ? Optional.empty()
        : Stream.of(beside, above).filter(Files::isDirectory).findFirst();
  }

  /**
   * {@return the expected directory of a JSON file's PNG files}
   *
   * @param json the file
   */
  static Path expectedMaps(Path json) {
    String name = json.getFileName().toString();
    return json.resolveSibling(name.replaceFirst("(?i)\\.json(\\.gz)?$", ""));
  }

  /**
   * {@return the remedy for a missing directory of PNG files, as the end of a sentence; empty if
   * unknown}
   *
   * @param json the file
   */
  static String unpacking(Path json) {
    Path maps = expectedMaps(json);
    Path archive = maps.resolveSibling(maps.getFileName() + ".zip");
    return Files.exists(archive) ? "; unpack " + archive : "";
  }
}
