package dev.dovetail.tasks.panoptic;

import dev.dovetail.formats.Size;
import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticMap;
import dev.dovetail.formats.panoptic.PanopticMap.Segment;
import dev.dovetail.graph.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Assembles the segments of an image from the pixels that its queries won. */
record SegmentAssembly(PanopticInference inference) {

  /** Returns the segments in the order of the queries. */
  PanopticMap assemble(Map<String, TensorData> outputs, int image) {
    TensorData winners = outputs.get(QueryContest.WINNERS);
    Size size = new Size(winners.type().shape().dim(1), winners.type().shape().dim(2));
    float[] scores = outputs.get(QueryContest.SCORES).row(image);
    int queries = scores.length;
    long[] labels = own(outputs.get(QueryContest.LABELS), image, queries);
    long[] won = own(outputs.get(QueryContest.WON), image, queries);
    long[] covered = own(outputs.get(QueryContest.COVERED), image, queries);
    long[] pixels = own(winners, image, Math.toIntExact(size.pixels()));
    int[] visible = new int[queries + 1];
    for (long winner : pixels) {
      visible[(int) winner]++;
    }
    int[] idOf = new int[queries + 1];
    List<Segment> segments = new ArrayList<>();
    Map<Integer, Integer> joined = new HashMap<>();
    for (int q = 0; q < queries; q++) {
      int label = (int) labels[q];
      if (visible[q + 1] == 0 || !inference.keeps(won[q], covered[q])) {
        continue;
      }
      Integer known = inference.stuff().contains(label) ? joined.get(label) : null;
      if (known != null) {
        Segment before = segments.get(known - 1);
        segments.set(
            known - 1, new Segment(known, label, before.score(), before.area() + visible[q + 1]));
        idOf[q + 1] = known;
        continue;
      }
      int id = segments.size() + 1;
      idOf[q + 1] = id;
      joined.put(label, id);
      segments.add(new Segment(id, label, scores[q], visible[q + 1]));
    }
    int[] ids = new int[pixels.length];
    Arrays.setAll(ids, i -> idOf[(int) pixels[i]]);
    return new PanopticMap(new IdMap(size, ids), segments);
  }

  private static long[] own(TensorData data, int image, int count) {
    long[] values = new long[count];
    data.bytes().asLongBuffer().position(image * count).get(values);
    return values;
  }
}
