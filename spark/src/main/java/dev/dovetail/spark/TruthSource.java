package dev.dovetail.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.semantic.LabelMapping;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.panoptic.PanopticDataset;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of a ground truth. It is broadcast to the executors. Each executor parses it once for
 * all of its tasks.
 */
@DefaultSerializer(JavaSerializer.class) // also if spark.serializer is Kryo's
final class TruthSource implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TruthSource.class);

  /** The meaning of the labels in label maps. */
  record Labels(int ignoreIndex, boolean reduceZero) implements Serializable {}

  /** Parses a file of annotations. */
  private interface Reader<T> {
    T read(Path file, Warnings warnings) throws IOException;
  }

  private final Measure measure;
  private final String annotations;
  private final List<String> classes;
  private final Labels labels;
  private final StoredFiles files;

  /** The content of the file of annotations; empty for a directory. */
  private final byte[] json;

  /** The files of label maps by the names of their images. */
  private final TreeMap<String, String> maps;

  private transient @Nullable Truth<?, ?> truth;

  /**
   * Reads the file, or lists the directory.
   *
   * @param annotations a file, or a directory for {@link Measure#SEMANTIC}
   * @param classes the names of the model's classes; empty if they are unknown
   * @throws IOException if it cannot be read
   */
  TruthSource(
      Measure measure, String annotations, List<String> classes, Labels labels, StoredFiles files)
      throws IOException {
    this.measure = measure;
    this.annotations = annotations;
    this.classes = List.copyOf(classes);
    this.labels = labels;
    this.files = files;
    if (measure != Measure.SEMANTIC) {
      json = files.read(annotations);
      maps = new TreeMap<>();
      return;
    }
    json = new byte[0];
    if (!files.isDirectory(annotations)) {
      throw new IOException(
          annotations + " is not a directory; expected one with a label map (PNG) for each image");
    }
    maps = new TreeMap<>(files.below(annotations, ".png"));
    if (maps.isEmpty()) {
      throw new IOException(annotations + " contains no label maps (files that end in .png)");
    }
  }

  Measure measure() {
    return measure;
  }

  /**
   * Returns the ground truth, and parses it in the first call on this executor.
   *
   * @throws UncheckedIOException if its format is not the expected one
   * @throws IllegalArgumentException if a class of the model is not one of its categories
   */
  synchronized Truth<?, ?> truth() {
    try {
      if (truth == null) {
        truth = open();
      }
      return truth;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private Truth<?, ?> open() throws IOException {
    if (measure == Measure.SEMANTIC) {
      if (classes.isEmpty()) {
        throw new IllegalArgumentException(
            "set the names of the model's classes (setClasses); the metrics depend on their number");
      }
      LabelMapping mapping = new LabelMapping(labels.ignoreIndex(), labels.reduceZero(), Map.of());
      return new SemanticTruth(files, maps, annotations, classes.size(), mapping);
    }
    Optional<CocoParams> objects = measure.objects();
    if (objects.isPresent()) {
      CocoDataset read = read(CocoDataset::read);
      CocoDataset named =
          new CocoDataset(
              annotations,
              read.images(),
              read.categories(),
              read.annotations(),
              read.ids(),
              read.unread());
      return new CocoTruth(named, objects.get(), classes);
    }
    PanopticDataset dataset = read(PanopticDataset::readTruth);
    String directory = annotations.replaceFirst("(?i)\\.json(\\.gz)?$", "");
    return new PanopticMapsTruth(files, dataset, directory, classes);
  }

  private <T> T read(Reader<T> reader) throws IOException {
    Path folder = Files.createTempDirectory("dovetail-spark");
    Path copy = folder.resolve(annotations.substring(annotations.lastIndexOf('/') + 1));
    try {
      Files.write(copy, json);
      Warnings warnings = new Warnings(Strictness.LENIENT);
      T read = reader.read(copy, warnings);
      warnings.entries().forEach(warning -> LOG.warn("{}: {}", annotations, warning));
      return read;
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(folder);
    }
  }
}
