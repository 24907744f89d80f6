package dev.dovetail.eval.cityscapes;

import dev.dovetail.eval.state.Accumulator;
import dev.dovetail.formats.cityscapes.CityscapesLabel;
import dev.dovetail.formats.semantic.LabelMap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts, for each true instance, the pixels that were predicted as its class and as a class of its
 * category. {@code evalPixelLevelSemanticLabeling} in cityscapesScripts computes the instance-level
 * IoU from these counts. Not thread-safe. The result does not depend on the order of images.
 */
public final class InstanceCounts implements Accumulator {

  /**
   * One instance.
   *
   * @param image index of its image
   * @param label the id of its label
   * @param size number of its pixels
   * @param ofClass number of pixels that were predicted as its label
   * @param ofCategory number of pixels that were predicted as a label of its category
   */
  record Counted(int image, int label, int size, int ofClass, int ofCategory) {}

  private final List<Counted> instances = new ArrayList<>();

  /** Creates an empty accumulator. */
  public InstanceCounts() {}

  /**
   * Adds an image.
   *
   * @param image its index
   * @param truth the map of instances ({@code *_instanceIds.png})
   * @param prediction ids of labels
   * @throws IllegalArgumentException if the maps have different sizes, or a value is not of a label
   */
  public void accumulate(int image, LabelMap truth, LabelMap prediction) {
    if (!truth.size().equals(prediction.size())) {
      throw new IllegalArgumentException(
          "the instance map has "
              + (truth.size() + " pixels, but the prediction has " + prediction.size())
              + "; they must have the same size");
    }
    SortedMap<Integer, int[]> counts = new TreeMap<>();
    int last = -1;
    int[] count = null;
    CityscapesLabel label = null;
    int pixels = Math.toIntExact(truth.size().pixels());
    for (int i = 0; i < pixels; i++) {
      int value = truth.at(i);
      if (value != last) {
        last = value;
        label = value > CityscapesLabel.INSTANCES ? label(value) : null;
        count =
            label == null || label.isIgnored()
                ? null
                : counts.computeIfAbsent(value, key -> new int[3]);
      }
      if (count != null) {
        int found = prediction.at(i);
        count[0]++;
        count[1] += found == label.id() ? 1 : 0;
        count[2] += isOf(label.category(), found) ? 1 : 0;
      }
    }
    counts.forEach(
        (value, c) -> instances.add(new Counted(image, label(value).id(), c[0], c[1], c[2])));
  }

  private static CityscapesLabel label(int value) {
    return CityscapesLabel.ofInstance(value)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no label of Cityscapes has instances with the value " + value));
  }

  private static boolean isOf(String category, int id) {
    return id < CityscapesLabel.ALL.size()
        && CityscapesLabel.ALL.get(id).category().equals(category);
  }

  /**
   * Adds the contents of another accumulator, which is not modified.
   *
   * @param other the other accumulator
   */
  public void merge(InstanceCounts other) {
    instances.addAll(other.instances);
  }

  /** Returns the instances in the order of the images, in which weights are added. */
  List<Counted> inOrder() {
    List<Counted> sorted = new ArrayList<>(instances);
    sorted.sort(Comparator.comparingInt(Counted::image));
    return sorted;
  }

  @Override
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(instances.size());
    for (Counted c : instances) {
      for (int value : new int[] {c.image, c.label, c.size, c.ofClass, c.ofCategory}) {
        out.writeInt(value);
      }
    }
  }

  @Override
  public void addFrom(DataInput in) throws IOException {
    for (int n = in.readInt(); n > 0; n--) {
      instances.add(
          new Counted(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt()));
    }
  }
}
