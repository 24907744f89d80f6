package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.TensorData;
import dev.dovetail.images.Geometry;
import dev.dovetail.tasks.PendingResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The merged objects of several views of an image. */
final class MergedObjects implements PendingResult<Detections> {

  private final DetectionTask task;
  private final BoxSuppression suppression;
  private final Size original;
  private final List<Detections> views = new ArrayList<>();

  /** The objects of all views; empty until the last view has passed. */
  private List<Detections> merged = List.of();

  /** The sum of the mask probabilities over all views, [n, side, side]. */
  private float[] masks = {};

  private int side;
  private int drawn;

  MergedObjects(DetectionTask task, BoxSuppression suppression, Size original) {
    this.task = task;
    this.suppression = suppression;
    this.original = original;
  }

  @Override
  public boolean needs(int round) {
    return merged().count() > 0;
  }

  /** Returns the boxes in the coordinates of the view. */
  @Override
  public Map<String, TensorData> inputs(Geometry view) {
    Detections objects = merged();
    int n = objects.count();
    float[] scale = view.scaleFactor();
    float[] boxes = objects.boxes().clone();
    for (int i = 0; i < boxes.length; i++) {
      boxes[i] *= scale[i % 4];
    }
    return Map.of(
        ObjectViews.REGIONS,
        TensorData.of(view.mirrored() ? mirrored(boxes, view.resized().width()) : boxes, n, 4),
        ObjectViews.REGION_IMAGES,
        TensorData.of(new long[n], n),
        ObjectViews.REGION_LABELS,
        TensorData.of(Arrays.stream(objects.labels()).asLongStream().toArray(), n));
  }

  @Override
  public void add(int round, Geometry view, Map<String, TensorData> outputs, int place) {
    if (round == 0) {
      Detections seen = task.decode(outputs, place, original);
      views.add(
          view.mirrored()
              ? new Detections(
                  original,
                  mirrored(seen.boxes(), original.width()),
                  seen.scores(),
                  seen.labels(),
                  seen.masks())
              : seen);
      return;
    }
    TensorData probabilities = outputs.get(DetectionTask.MASKS);
    side = probabilities.type().shape().dim(2);
    float[] own = probabilities.floats();
    masks = drawn == 0 ? new float[own.length] : masks;
    for (int i = 0; i < own.length; i++) {
      int x = i % side;
      masks[i] += own[view.mirrored() ? i - x + side - 1 - x : i];
    }
    drawn++;
  }

  /** Flips boxes horizontally (mmdet's {@code bbox_flip}). */
  private static float[] mirrored(float[] boxes, int width) {
    float[] turned = boxes.clone();
    for (int i = 0; i < boxes.length; i += 4) {
      turned[i] = width - boxes[i + 2];
      turned[i + 2] = width - boxes[i];
    }
    return turned;
  }

  private Detections merged() {
    if (merged.isEmpty()) {
      Detections all = joined();
      merged = List.of(all.select(suppression.keep(all.boxes(), all.scores(), all.labels())));
    }
    return merged.get(0);
  }

  private Detections joined() {
    int n = views.stream().mapToInt(Detections::count).sum();
    float[] boxes = new float[4 * n];
    float[] scores = new float[n];
    int[] labels = new int[n];
    int at = 0;
    for (Detections view : views) {
      System.arraycopy(view.boxes(), 0, boxes, 4 * at, 4 * view.count());
      System.arraycopy(view.scores(), 0, scores, at, view.count());
      System.arraycopy(view.labels(), 0, labels, at, view.count());
      at += view.count();
    }
    return new Detections(original, boxes, scores, labels, new Rle[0]);
  }

  @Override
  public Detections result() {
    Detections objects = merged();
    if (drawn == 0) {
      return objects;
    }
    float[] mean = masks.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= drawn;
    }
    return new Detections(
        original,
        objects.boxes(),
        objects.scores(),
        objects.labels(),
        task.pasted(mean, side, objects.boxes(), original));
  }
}
