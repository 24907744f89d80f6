package dev.dovetail.graph;

import dev.dovetail.core.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Interpolation on maps [batch, channels, height, width]. */
public sealed interface Sampling extends Op {

  /** How a value between cells is made. */
  enum Mode {
    /** The mean of the four cells around, half-pixel centres, edges repeated. */
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

  /** To a known size. */
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
      Op.require(in.get(0).shape().rank() == 4, "needs a map of four axes");
      return List.of(in.get(0).withShape(from.with(2, height).with(3, width)));
    }
  }

  /**
   * To a run-time size; operands x, an empty float32 [0], an empty float32 [0] and the sizes, int64
   * [4].
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
   * Bilinear values at the points of a grid [batch, h, w, 2], coordinates x, y in [-1, 1] from edge
   * to edge of the map ({@code align_corners} false); outside the map is zero. Result [batch,
   * channels, h, w].
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

    /** Four neighbours and the weight that a deformable attention gives the value. */
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
   * RoIAlign, the mean of bilinear samples in each bin (He et al. 2017). Operands: map, regions [n,
   * 4] in image pixels, batch index int64 [n]. Result [n, channels, size, size].
   *
   * @param size rows and columns of the result
   * @param spatialScale of the map over the image
   * @param aligned whether half a cell lies between a coordinate and the centre of its cell (mmcv's
   *     and torchvision's {@code aligned=True}); otherwise none, and regions are at least one cell
   *     large
   * @param samples along each axis of a bin; 0 for as many as the bin has cells
   */
  record RoiAlign(int size, float spatialScale, boolean aligned, int samples) implements Sampling {

    /** Aligned, with as many samples a bin as the region needs. */
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
