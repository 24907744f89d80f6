package dev.dovetail.tasks.detection;

import dev.dovetail.formats.Detections;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.mask.Rle;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.network.Network;
import dev.dovetail.graph.network.QueryMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Instance segmentation with query masks (Mask2Former's {@code instance_inference}). The outputs of
 * its graphs are those of {@link InstanceRanking}; boxes are the bounding boxes of masks.
 *
 * @param classes the number of classes of the model
 */
public record InstanceTask(int classes, InstanceInference inference)
    implements ObjectTask<QueryMasks> {

  @Override
  public Map<String, Tensor> infer(
      Scope root, Network<? extends QueryMasks> network, ImageBatch images) {
    Scope s = root.at("postprocess");
    QueryMasks predictions = network.forward(root, images).checked(s);
    return s.float32(() -> new InstanceRanking(predictions, inference).outputs(s, images));
  }

  @Override
  public Set<String> pixelOutputs() {
    return Set.of(InstanceRanking.MASKS);
  }

  @Override
  public boolean needsOneOriginalSize() {
    return true;
  }

  /**
   * {@inheritDoc} Contains the nonempty instances that reach the threshold. Masks are encoded once,
   * here.
   */
  @Override
  public Detections decode(Map<String, TensorData> outputs, int image, Size original) {
    TensorData all = outputs.get(InstanceRanking.SCORES);
    int most = all.type().shape().dim(1);
    float[] scores = all.floats(image * most, most);
    long[] labels = outputs.get(InstanceRanking.LABELS).longs();
    EnlargedMasks masks = EnlargedMasks.of(outputs.get(InstanceRanking.MASKS), original);
    List<Integer> kept = new ArrayList<>();
    List<Rle> coded = new ArrayList<>();
    for (int i = 0; i < most && scores[i] >= (float) inference.scoreThreshold(); i++) {
      Rle mask = masks.coded(image * most + i);
      if (mask.area() > 0) {
        kept.add(i);
        coded.add(mask);
      }
    }
    int n = kept.size();
    float[] boxes = new float[4 * n];
    float[] own = new float[n];
    int[] classes = new int[n];
    for (int i = 0; i < n; i++) {
      Rle.Box box = coded.get(i).box();
      boxes[4 * i] = box.x();
      boxes[4 * i + 1] = box.y();
      boxes[4 * i + 2] = box.x() + box.width();
      boxes[4 * i + 3] = box.y() + box.height();
      own[i] = scores[kept.get(i)];
      classes[i] = Math.toIntExact(labels[image * most + kept.get(i)]);
    }
    return new Detections(original, boxes, own, classes, coded.toArray(new Rle[0]));
  }
}
