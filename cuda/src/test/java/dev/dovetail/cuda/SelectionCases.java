package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Selection;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.Trace;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cases of {@link FusedCases} whose operators are computed in several steps. */
final class SelectionCases {

  private SelectionCases() {}

  static List<FusedCases.Case> small() {
    return List.of(
        suppression(1, 512, new Selection.NonMaxSuppression(512, 0.3f, -2)),
        suppression(3, 577, new Selection.NonMaxSuppression(40, 0.5f, 0.1f)),
        topK(new Selection.TopK(40, 1, true), 3, 1025),
        topK(new Selection.TopK(2500, 2, false), 1, 2, 5000),
        topK(new Selection.TopK(300, 0, true), 25000),
        topK(new Selection.TopK(2048, 1, true), 1, 2048));
  }

  /** Returns larger cases for a GPU. The first and the last are those of Mask R-CNN. */
  static List<FusedCases.Case> large() {
    return List.of(
        topK(new Selection.TopK(2000, 1, true), 1, 201_600),
        topK(new Selection.TopK(1000, 1, true), 8, 50_400),
        topK(new Selection.TopK(300, 1, false), 3, 20_000),
        suppression(4, 4819, new Selection.NonMaxSuppression(1000, 0.7f, -0.5f)),
        suppression(1, 8819, new Selection.NonMaxSuppression(1000, 0.7f, -0.5f)));
  }

  /** Non-maximum suppression of random boxes of one class. */
  private static FusedCases.Case suppression(int batch, int boxes, Selection.NonMaxSuppression op) {
    Trace trace = new Trace();
    Tensor ends = trace.input("ends", DType.FLOAT32, batch, boxes, 4);
    Tensor low = ends.slice(2, 0, 2).times(100);
    Tensor high = low.plus(ends.slice(2, 2, 4).plus(1).times(25));
    Tensor scores = trace.input("scores", DType.FLOAT32, batch, 1, boxes);
    Tensor y = trace.root().float32(() -> Tensor.concat(2, low, high).apply(op, scores));
    return new FusedCases.Case(op + " of " + batch + "x" + boxes, 4, trace.graph(Map.of("y", y)));
  }

  /** The first elements of rows with many equal elements, and of the same rows without. */
  private static FusedCases.Case topK(Selection.TopK op, int... shape) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, shape);
    List<Tensor> first = x.applyAll(op);
    List<Tensor> equal = x.times(20).cast(DType.INT64).cast(DType.FLOAT32).applyAll(op);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("values", first.get(0));
    out.put("indices of equal", equal.get(1));
    return new FusedCases.Case(op + " of " + Arrays.toString(shape), 4, trace.graph(out));
  }
}
