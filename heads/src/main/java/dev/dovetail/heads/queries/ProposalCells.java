package dev.dovetail.heads.queries;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.PaddingMask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cells of a pyramid as initial boxes, {@link Coordinates#cellBoxes} of size 0.05. A cell is
 * valid if it is inside the image and all of its coordinates are between 0.01 and 0.99.
 */
public final class ProposalCells {

  private static final float MARGIN = 0.01f;
  private static final double SIZE = 0.05;

  private final Scope s;
  private final Tensor boxes;
  private final Optional<TensorData> known;
  private final Optional<Tensor> valid;

  private ProposalCells(Scope s, Tensor boxes, Optional<TensorData> known, Optional<Tensor> valid) {
    this.s = s;
    this.boxes = boxes;
    this.known = known;
    this.valid = valid;
  }

  /**
   * Creates the cells of maps.
   *
   * @param s a scope for the constants
   * @param grids the sizes of the maps, finest first
   * @param padding a mask for each map; empty if images have no padding
   */
  public static ProposalCells of(Scope s, List<Extent> grids, List<PaddingMask> padding) {
    return s.float32(() -> padding.isEmpty() ? filled(s, grids) : padded(s, grids, padding));
  }

  private static ProposalCells filled(Scope s, List<Extent> grids) {
    TensorData boxes = Coordinates.cellBoxes(grids, SIZE);
    float[] values = boxes.floats();
    float[] valid = new float[values.length / 4];
    boolean all = true;
    for (int i = 0; i < valid.length; i++) {
      valid[i] = isValid(values, 4 * i) ? 1 : 0;
      all &= valid[i] == 1;
    }
    return new ProposalCells(
        s,
        s.constant(boxes),
        Optional.of(boxes),
        all ? Optional.empty() : Optional.of(s.constant(TensorData.of(valid, 1, valid.length, 1))));
  }

  private static boolean isValid(float[] boxes, int from) {
    for (int k = from; k < from + 4; k++) {
      if (!(boxes[k] > MARGIN && boxes[k] < 1 - MARGIN)) {
        return false;
      }
    }
    return true;
  }

  /** Computes centers as fractions of the image without padding. */
  private static ProposalCells padded(Scope s, List<Extent> grids, List<PaddingMask> padding) {
    int batch = padding.get(0).rows().dim(0);
    List<Tensor> levels = new ArrayList<>();
    List<Tensor> inside = new ArrayList<>();
    float side = (float) SIZE;
    for (int l = 0; l < grids.size(); l++) {
      Extent grid = grids.get(l);
      PaddingMask mask = padding.get(l);
      Tensor extent =
          Tensor.concat(1, mask.columns().sum(1, true), mask.rows().sum(1, true)).unsqueeze(1);
      Tensor sizes =
          s.constant(new float[] {side, side}).reshape(1, 1, 2).expand(batch, grid.area(), 2);
      levels.add(Tensor.concat(2, s.constant(centres(grid)).div(extent), sizes));
      inside.add(mask.cells());
      side *= 2;
    }
    Tensor boxes = Tensor.concat(1, levels);
    Tensor between = boxes.greater(MARGIN).and(boxes.less(1 - MARGIN)).cast(DType.FLOAT32);
    Tensor all = between.sum(2, true).greater(3.5).cast(DType.FLOAT32);
    return new ProposalCells(
        s, boxes, Optional.empty(), Optional.of(all.times(Tensor.concat(1, inside).unsqueeze(2))));
  }

  private static TensorData centres(Extent grid) {
    float[] values = new float[2 * grid.area()];
    for (int cell = 0; cell < grid.area(); cell++) {
      values[2 * cell] = cell % grid.width() + 0.5f;
      values[2 * cell + 1] = cell / grid.width() + 0.5f;
    }
    return TensorData.of(values, 1, grid.area(), 2);
  }

  /**
   * {@return 1 for valid cells, otherwise 0: float32 [batch or 1, cells, 1]; empty if all are
   * valid}
   */
  public Optional<Tensor> valid() {
    return valid;
  }

  /**
   * {@return tokens with zeros for invalid cells}
   *
   * @param tokens [batch, cells, width]
   */
  public Tensor keep(Tensor tokens) {
    return valid.map(tokens::times).orElse(tokens);
  }

  /** {@return the boxes of the cells [batch or 1, cells, 4], with zeros for invalid cells} */
  public Tensor boxes() {
    return s.float32(() -> keep(boxes));
  }

  /**
   * {@return log-odds {@code log(x / (1 - x))} of the boxes [batch or 1, cells, 4]}
   *
   * @param invalid value for invalid cells
   */
  public Tensor logOdds(float invalid) {
    return known.map(b -> constant(b.floats(), invalid)).orElseGet(() -> computed(invalid));
  }

  private Tensor constant(float[] values, float invalid) {
    float[] odds = new float[values.length];
    for (int i = 0; i < odds.length; i++) {
      boolean ok = isValid(values, i - i % 4);
      odds[i] = ok ? (float) Math.log(values[i] / (1 - values[i])) : invalid;
    }
    return s.float32(() -> s.constant(TensorData.of(odds, 1, odds.length / 4, 4)));
  }

  private Tensor computed(float invalid) {
    return s.float32(
        () -> {
          Tensor bounded = boxes.clip(MARGIN, 1 - MARGIN);
          Tensor one = s.constant(TensorData.scalar(1f));
          Tensor odds = bounded.div(one.minus(bounded)).log();
          Tensor other = s.constant(TensorData.scalar(invalid));
          return valid.orElseThrow().less(0.5).where(other, odds);
        });
  }
}
