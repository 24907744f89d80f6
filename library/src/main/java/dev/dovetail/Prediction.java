package dev.dovetail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.files.OutputFile;
import dev.dovetail.formats.ClassScores;
import dev.dovetail.formats.Detections;
import dev.dovetail.formats.FeatureVector;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.images.BufferedImages;
import dev.dovetail.images.Image;
import dev.dovetail.images.ImageSource;
import dev.dovetail.images.ImageWriter;
import dev.dovetail.images.draw.DrawingStyle;
import dev.dovetail.tasks.Cutout;
import dev.dovetail.tasks.Presentation;
import dev.dovetail.tasks.Task;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The result for one image. Coordinates are in pixels of the original image. */
public final class Prediction {

  static final String PICTURE = ".jpg";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A result with its task. This record is the only place where the result type is known. */
  private record Typed<R>(Task<?, R> task, R result, Presentation<R> presentation) {

    Typed<R> above(float score) {
      return new Typed<>(task, task.above(score, result), presentation);
    }

    List<Cutout> cutouts() {
      return presentation.cutouts(result);
    }

    List<List<String>> rows() {
      return presentation.rows(result);
    }

    Map<String, Object> json(Map<String, String> files) {
      return presentation.json(result, files);
    }

    Optional<Image> picture(Image image, DrawingStyle style) {
      return presentation.picture(image, result, style);
    }

    Map<String, Object> save(Image image, Path folder, String name, DrawingStyle style)
        throws IOException {
      Map<String, Object> json = new LinkedHashMap<>();
      Optional<Image> picture = picture(image, style);
      if (picture.isPresent()) {
        ImageWriter.write(folder.resolve(name + PICTURE), picture.get());
        json.put("picture", name + PICTURE);
      }
      Map<String, String> files = new LinkedHashMap<>();
      for (Map.Entry<String, String> file : presentation.files().entrySet()) {
        presentation.write(file.getKey(), result, folder.resolve(name + file.getValue()));
        files.put(file.getKey(), name + file.getValue());
      }
      json.putAll(json(files));
      return json;
    }
  }

  private final Size imageSize;
  private final Typed<?> typed;

  private Prediction(Size imageSize, Typed<?> typed) {
    this.imageSize = imageSize;
    this.typed = typed;
  }

  static <R> Prediction of(Task<?, R> task, Size imageSize, R result, List<String> classes) {
    return new Prediction(imageSize, new Typed<>(task, result, task.presentation(classes)));
  }

  /** Returns the size of the original image. */
  public Size imageSize() {
    return imageSize;
  }

  /**
   * Returns the objects of a detector.
   *
   * @throws IllegalStateException if the model has another task
   */
  public Detections detections() {
    return as(Detections.class);
  }

  /**
   * Returns the class of each pixel, from semantic segmentation.
   *
   * @throws IllegalStateException if the model has another task
   */
  public LabelMap labelMap() {
    return as(LabelMap.class);
  }

  /**
   * Returns the segments of panoptic segmentation.
   *
   * @throws IllegalStateException if the model has another task
   */
  public PanopticMap panopticMap() {
    return as(PanopticMap.class);
  }

  /**
   * Returns the scores of a classifier.
   *
   * @throws IllegalStateException if the model has another task
   */
  public ClassScores classScores() {
    return as(ClassScores.class);
  }

  /**
   * Returns the embedding of a backbone without a classifier.
   *
   * @throws IllegalStateException if the model has another task
   */
  public FeatureVector embedding() {
    return as(FeatureVector.class);
  }

  /**
   * Returns the result of a custom task.
   *
   * @param kind the task's result type
   * @throws IllegalStateException if the model's results have another type
   */
  public <T> T as(Class<T> kind) {
    if (!kind.isInstance(typed.result())) {
      throw new IllegalStateException(
          "the model's task is '"
              + typed.task().name()
              + "', whose results are "
              + typed.task().results().getSimpleName()
              + ", not "
              + kind.getSimpleName());
    }
    return kind.cast(typed.result());
  }

  /**
   * Returns this prediction without the objects that score below {@code score}. Predictions of
   * other tasks are returned unchanged.
   */
  public Prediction above(float score) {
    return new Prediction(imageSize, typed.above(score));
  }

  /** Returns the result as rows of a table, usually one; see {@link DovetailModel#columns}. */
  public List<List<String>> rows() {
    return typed.rows();
  }

  /**
   * Returns the result as maps, lists, strings and numbers, with the content of {@code dovetail
   * predict --json}.
   */
  public Map<String, Object> toMap() {
    return typed.json(Map.of());
  }

  /**
   * Saves a picture with the result drawn on it as {@code NAME.jpg}, and the other files of the
   * task, such as the label map {@code NAME.labels.png}.
   *
   * @param image the image of this prediction
   * @return the result as in {@link #toMap}, with the names of the files
   * @throws IOException if a file cannot be written
   */
  public Map<String, Object> save(Image image, Path folder, String name) throws IOException {
    return save(image, folder, name, DrawingStyle.STANDARD);
  }

  /**
   * Saves the same files as {@link #save(Image, Path, String)}, drawn in a custom style.
   *
   * @param image the image of this prediction
   * @return the result as in {@link #toMap}, with the names of the files
   * @throws IOException if a file cannot be written
   */
  public Map<String, Object> save(Image image, Path folder, String name, DrawingStyle style)
      throws IOException {
    return typed.save(image, folder, name, style);
  }

  /**
   * Saves a crop of each object's box as {@code CLASS/NAME-N.jpg}, where N counts from 1 in the
   * order of the objects. In the directory name, characters that some file systems reject are
   * replaced by {@code _}.
   *
   * @param image the image of this prediction
   * @return the files, relative to {@code folder}; none for boxes outside the image
   * @throws IOException if a file cannot be written
   */
  public List<Path> saveCutouts(Image image, Path folder, String name) throws IOException {
    List<Path> files = new ArrayList<>();
    int number = 0;
    for (Cutout cutout : typed.cutouts()) {
      number++;
      Optional<Image> part = cutout.from(image);
      if (part.isPresent()) {
        Path file = Path.of(cutout.folder(), name + "-" + number + PICTURE);
        OutputFile.createFolder(folder.resolve(file).getParent());
        ImageWriter.write(folder.resolve(file), part.get());
        files.add(file);
      }
    }
    return files;
  }

  /** Returns the result as JSON, with the content of {@code dovetail predict --json}. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(typed.json(Map.of()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result consists of maps, lists, strings and numbers", e);
    }
  }

  /**
   * Returns a copy of the image with the result drawn on it.
   *
   * @throws IllegalArgumentException if the image has another size
   * @throws IllegalStateException if results of this task cannot be drawn
   */
  public BufferedImage draw(BufferedImage image) {
    return draw(image, DrawingStyle.STANDARD);
  }

  /**
   * Returns a copy of the image with the result drawn on it in a custom style.
   *
   * @throws IllegalArgumentException if the image has another size
   * @throws IllegalStateException if results of this task cannot be drawn
   */
  public BufferedImage draw(BufferedImage image, DrawingStyle style) {
    try {
      return BufferedImages.of(draw(ImageSource.of(image).read(), style));
    } catch (IOException e) {
      throw new IllegalStateException("reading an image in memory cannot fail", e);
    }
  }

  /**
   * Returns a copy of a decoded image with the result drawn on it in a custom style.
   *
   * @throws IllegalArgumentException if the image has another size
   * @throws IllegalStateException if results of this task cannot be drawn
   */
  public Image draw(Image image, DrawingStyle style) {
    return typed
        .picture(image, style)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "results of the task '" + typed.task().name() + "' cannot be drawn"));
  }
}
