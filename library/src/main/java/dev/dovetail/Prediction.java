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

/** What a model found in one image, in the pixels of the original image. */
public final class Prediction {

  static final String PICTURE = ".jpg";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A result with its task: the only place where the kind of results is bound. */
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

  /** The size of the original image. */
  public Size imageSize() {
    return imageSize;
  }

  /**
   * The objects that a detector found.
   *
   * @throws IllegalStateException if the model has another task
   */
  public Detections detections() {
    return as(Detections.class);
  }

  /**
   * The class of every pixel, of semantic segmentation.
   *
   * @throws IllegalStateException if the model has another task
   */
  public LabelMap labelMap() {
    return as(LabelMap.class);
  }

  /**
   * The segments of panoptic segmentation.
   *
   * @throws IllegalStateException if the model has another task
   */
  public PanopticMap panopticMap() {
    return as(PanopticMap.class);
  }

  /**
   * The scores of a classifier.
   *
   * @throws IllegalStateException if the model has another task
   */
  public ClassScores classScores() {
    return as(ClassScores.class);
  }

  /**
   * The embedding of a backbone without a classifier.
   *
   * @throws IllegalStateException if the model has another task
   */
  public FeatureVector embedding() {
    return as(FeatureVector.class);
  }

  /**
   * The result of a task of your own.
   *
   * @throws IllegalStateException if the model's results are of another kind
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

  /** Without the objects whose score is below {@code score}; the same for other tasks. */
  public Prediction above(float score) {
    return new Prediction(imageSize, typed.above(score));
  }

  /** The result as rows of a table, mostly one; see {@link DovetailModel#columns}. */
  public List<List<String>> rows() {
    return typed.rows();
  }

  /** The result as maps, lists, texts and numbers, as {@code dovetail predict --json} writes it. */
  public Map<String, Object> toMap() {
    return typed.json(Map.of());
  }

  /**
   * Writes the picture with the result drawn on it, {@code NAME.jpg}, and what else the task
   * writes, such as the label map {@code NAME.labels.png}.
   *
   * @param image the image that this is the prediction of
   * @return as {@link #toMap}, with the names of the files
   * @throws IOException if a file cannot be written
   */
  public Map<String, Object> save(Image image, Path folder, String name) throws IOException {
    return save(image, folder, name, DrawingStyle.STANDARD);
  }

  /**
   * Writes as {@link #save(Image, Path, String)} does, in a style of your own.
   *
   * @param image the image that this is the prediction of
   * @return as {@link #toMap}, with the names of the files
   * @throws IOException if a file cannot be written
   */
  public Map<String, Object> save(Image image, Path folder, String name, DrawingStyle style)
      throws IOException {
    return typed.save(image, folder, name, style);
  }

  /**
   * Writes the part of the image in each object's box as {@code CLASS/NAME-N.jpg}, N from 1 in the
   * order of the objects. Characters that some file systems do not allow are replaced by {@code _}
   * in the folder's name.
   *
   * @param image the image that this is the prediction of
   * @return the files, relative to {@code folder}; boxes outside the image have none
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

  /** The result as JSON, as {@code dovetail predict --json} writes it. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(typed.json(Map.of()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result is maps, lists, texts and numbers", e);
    }
  }

  /**
   * A copy of the image with the result drawn on it.
   *
   * @throws IllegalArgumentException if the image has another size
   * @throws IllegalStateException if results of this task cannot be drawn
   */
  public BufferedImage draw(BufferedImage image) {
    return draw(image, DrawingStyle.STANDARD);
  }

  /**
   * A copy of the image with the result drawn on it in a style of your own.
   *
   * @throws IllegalArgumentException if the image has another size
   * @throws IllegalStateException if results of this task cannot be drawn
   */
  public BufferedImage draw(BufferedImage image, DrawingStyle style) {
    try {
      return BufferedImages.of(draw(ImageSource.of(image).read(), style));
    } catch (IOException e) {
      throw new IllegalStateException("an image in memory is always read", e);
    }
  }

  /**
   * As {@link #draw(BufferedImage, DrawingStyle)}, for an image as Dovetail reads it.
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
