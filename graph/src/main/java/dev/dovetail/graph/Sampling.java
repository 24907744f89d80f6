package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Interpolation on maps [batch, channels, height, width]. */
public sealed interface Sampling extends Op {

  /** The interpolation of values between cells. */
  enum Mode {
    /**
     * Bilinear interpolation of the four nearest cells, with half-pixel centers and repeated edges.
     */
    LINEAR("linear", "half_pixel", "floor"),
    /** The cell at {@code floor(i * in / out)}, as PyTorch's {@code nearest}. */
    NEAREST("nearest", "asymmetric", "floor");

    private final String onnx;
    private final String coordinates;
    private final String rounding;

    Mode(String onnx, String coordinates, String rounding) {
      this.onnx = onnx;
      this.coordinates = coordinates;
      this.rounding = rounding;
    }

    private Map<String, Object> attributes() {
      return Map.of(
          "mode", onnx, "coordinate_transformation_mode", coordinates, "nearest_mode", rounding);
    }
  }

  /** Resizes to a known size. */
  record Resize(int height, int width, Shape from, Mode mode) implements Sampling {
    @Override
    public String onnxName() {
      return "Resize";
    }

    @Override
    public Map<String, Object> attributes() {
      return mode.attributes();
    }

    @Override
    public List<@Nullable TensorData> trailing() {
      return Arrays.asList(null, null, TensorData.longs(from.dim(0), from.dim(1), height, width));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.get(0).shape().rank() == 4, "needs a map with four axes");
      return List.of(in.get(0).withShape(from.with(2, height).with(3, width)));
    }
  }

  /**
   * Resizes to a run-time size; operands x, an empty float32 [0], an empty float32 [0] and the
   * sizes, int64 [4].
   */
  record ResizeTo(Mode mode) implements Sampling {
    @Override
    public String onnxName() {
      return "Resize";
    }

    @Override
    public Map<String, Object> attributes() {
      return mode.attributes();
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == 4 && in.get(0).shape().rank() == 4, "needs a map and four sizes");
      Shape x = in.get(0).shape();
      return List.of(in.get(0).withShape(x.with(2, Shape.UNKNOWN).with(3, Shape.UNKNOWN)));
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }

  /**
   * Samples bilinearly at the points of a grid [batch, h, w, 2] with coordinates x, y in [-1, 1]
   * from edge to edge of the map ({@code align_corners} false). Points outside the map are zero.
   * The result is [batch, channels, h, w].
   */
  record GridSample() implements Sampling {
    @Override
    public String onnxName() {
      return "GridSample";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("mode", "linear", "padding_mode", "zeros", "align_corners", 0L);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Shape grid = in.get(1).shape();
      Op.require(x.rank() == 4 && grid.rank() == 4 && grid.dim(3) == 2, "needs a map and a grid");
      Op.require(
          x.dim(0) == grid.dim(0), "batches " + x.dim(0) + " and " + grid.dim(0) + " differ");
      return List.of(in.get(0).withShape(Shape.of(x.dim(0), x.dim(1), grid.dim(1), grid.dim(2))));
    }

    /** Four neighbors and the attention weight of the value. */
    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      return 5 * Cost.known(out.get(0).shape());
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }

  /**
   * The sampling of deformable attention (Zhu et al. 2021, section 4.1): for every query and head,
   * the weighted sum of values at a few points on several maps. Operands: the cells of all maps
   * [batch, cells, width] with the heads concatenated, each map row by row; the points [batch,
   * heads, queries, points of all maps, 2], float32, x and y from 0 to 1 over their map; their
   * weights [batch, heads, queries, points of all maps]. The result is [batch, queries, width].
   *
   * <p>It is a single value in the graph, so that a writer can choose its form. ONNX has no such
   * operator; {@link DeformableLowering} expresses it in ONNX operators.
   *
   * @param maps height and width of each map
   * @param points number of points on each map
   * @param method the interpolation of values between cells
   */
  record DeformableAttention(List<Shape> maps, List<Integer> points, Method method)
      implements Sampling {

    /** The interpolation of values between cells. */
    public enum Method {
      /** Bilinear, zero outside the map. */
      BILINEAR,
      /**
       * The nearest cell by RT-DETRv2's rule (Lv et al. 2024), or the border cell outside the map.
       */
      DISCRETE
    }

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException unless there is one number of points for each map
     */
    public DeformableAttention {
      maps = List.copyOf(maps);
      points = List.copyOf(points);
      Op.require(maps.size() == points.size(), "needs one number of points per map");
    }

    @Override
    public String onnxName() {
      return "DeformableAttention";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of(
          "maps",
          maps.stream().flatMapToInt(m -> Arrays.stream(m.dims())).asLongStream().toArray(),
          "points",
          points.stream().mapToLong(Integer::longValue).toArray(),
          "method",
          method.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(in.size() == 3, "needs values, points and weights");
      Shape x = in.get(0).shape();
      Shape at = in.get(1).shape();
      int cells = maps.stream().mapToInt(m -> m.dim(0) * m.dim(1)).sum();
      int all = points.stream().mapToInt(Integer::intValue).sum();
      Op.require(
          x.rank() == 3 && x.dim(1) == cells, "values are not [batch, " + cells + ", width]");
      Op.require(
          at.rank() == 5 && at.dim(0) == x.dim(0) && at.dim(3) == all && at.dim(4) == 2,
          "points are not [" + x.dim(0) + ", heads, queries, " + all + ", 2]");
      Op.require(x.dim(2) % at.dim(1) == 0, "heads do not divide the width");
      Op.require(in.get(2).shape().equals(at.without(-1)), "expected one weight per point");
      return List.of(in.get(0).withShape(Shape.of(x.dim(0), at.dim(2), x.dim(2))));
    }

    /** Four neighbors and the weight of each value. Selecting a single cell is not counted. */
    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      int all = points.stream().mapToInt(Integer::intValue).sum();
      return method == Method.BILINEAR ? 5 * all * Cost.known(out.get(0).shape()) : 0;
    }
  }

  /**
   * RoIAlign, the mean of bilinear samples in each bin (He et al. 2017). Operands: map, regions [n,
   * 4] in image pixels, batch index int64 [n]. The result is [n, channels, size, size].
   *
   * @param size rows and columns of the result
   * @param spatialScale size of the map relative to the image
   * @param aligned whether coordinates are shifted by half a cell (mmcv's and torchvision's {@code
   *     aligned=True}); otherwise they are not, and regions are at least one cell large
   * @param samples number of samples along each axis of a bin; 0 for one sample per cell in the bin
   */
  record RoiAlign(int size, float spatialScale, boolean aligned, int samples) implements Sampling {

    /** Returns an aligned RoIAlign with one sample per cell in a bin. */
    public RoiAlign(int size, float spatialScale) {
      this(size, spatialScale, true, 0);
    }

    @Override
    public String onnxName() {
      return "RoiAlign";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of(
          "mode",
          "avg",
          "output_height",
          (long) size,
          "output_width",
          (long) size,
          "sampling_ratio",
          (long) samples,
          "spatial_scale",
          spatialScale,
          "coordinate_transformation_mode",
          aligned ? "half_pixel" : "output_half_pixel");
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(
          in.size() == 3 && in.get(1).shape().rank() == 2, "needs map, regions [n, 4], batch");
      Op.require(in.get(2).dtype() == DType.INT64, "batch indices are not int64");
      Shape x = in.get(0).shape();
      return List.of(in.get(0).withShape(Shape.of(in.get(1).shape().dim(0), x.dim(1), size, size)));
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }
}
