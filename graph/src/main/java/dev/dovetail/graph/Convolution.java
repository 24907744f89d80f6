package dev.dovetail.graph;

import java.util.List;
import java.util.Map;

/** Sliding-window operators on feature maps [batch, channels, height, width]. */
public sealed interface Convolution extends Op {

  /** Returns the output extent of a sliding window; {@link Shape#UNKNOWN} remains unknown. */
  private static int slide(int in, int kernel, int stride, int padding) {
    if (in == Shape.UNKNOWN) {
      return in;
    }
    Op.require(
        in + 2 * padding >= kernel,
        "the map's extent " + in + " is smaller than the kernel's " + kernel);
    return (in + 2 * padding - kernel) / stride + 1;
  }

  private static long[] both(int value) {
    return new long[] {value, value};
  }

  private static long[] pads(int height, int width) {
    return new long[] {height, width, height, width};
  }

  /** Convolution with a weight [out, in / groups, h, w] and an optional bias [out]. */
  record Conv(int stride, int padding, int groups) implements Convolution {
    @Override
    public String onnxName() {
      return "Conv";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of(
          "strides", both(stride), "pads", pads(padding, padding), "group", (long) groups);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Shape w = in.get(1).shape();
      Op.require(x.rank() == 4 && w.rank() == 4, "needs a map and a weight with four axes each");
      Op.require(
          x.dim(1) == w.dim(1) * groups,
          "the map has " + x.dim(1) + " channels, but the weight expects " + w.dim(1) * groups);
      return List.of(
          in.get(0)
              .withShape(
                  Shape.of(
                      x.dim(0),
                      w.dim(0),
                      slide(x.dim(2), w.dim(2), stride, padding),
                      slide(x.dim(3), w.dim(3), stride, padding))));
    }

    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      Shape w = in.get(1).shape();
      return Cost.known(out.get(0).shape()) * w.dim(1) * w.dim(2) * w.dim(3);
    }
  }

  /** Transposed convolution with a weight [in, out, h, w] and an optional bias [out]. */
  record ConvTranspose(int stride) implements Convolution {
    @Override
    public String onnxName() {
      return "ConvTranspose";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("strides", both(stride));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Shape w = in.get(1).shape();
      Op.require(x.rank() == 4 && w.rank() == 4, "needs a map and a weight with four axes each");
      Op.require(x.dim(1) == w.dim(0), "channels " + x.dim(1) + " and " + w.dim(0) + " differ");
      return List.of(
          in.get(0)
              .withShape(
                  Shape.of(
                      x.dim(0),
                      w.dim(1),
                      (x.dim(2) - 1) * stride + w.dim(2),
                      (x.dim(3) - 1) * stride + w.dim(3))));
    }

    @Override
    public long macs(List<TensorType> in, List<TensorType> out) {
      Shape w = in.get(1).shape();
      return Cost.known(in.get(0).shape()) * w.dim(1) * w.dim(2) * w.dim(3);
    }
  }

  /** Maximum over windows; padding values are ignored. */
  record MaxPool(int kernel, int stride, int padding) implements Convolution {
    @Override
    public String onnxName() {
      return "MaxPool";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of(
          "kernel_shape", both(kernel), "strides", both(stride), "pads", pads(padding, padding));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      return List.of(
          in.get(0)
              .withShape(
                  Shape.of(
                      x.dim(0),
                      x.dim(1),
                      slide(x.dim(2), kernel, stride, padding),
                      slide(x.dim(3), kernel, stride, padding))));
    }
  }

  /** Mean over windows, without padding. */
  record AveragePool(int kernel, int stride) implements Convolution {
    @Override
    public String onnxName() {
      return "AveragePool";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("kernel_shape", both(kernel), "strides", both(stride));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      return List.of(
          in.get(0)
              .withShape(
                  Shape.of(
                      x.dim(0),
                      x.dim(1),
                      slide(x.dim(2), kernel, stride, 0),
                      slide(x.dim(3), kernel, stride, 0))));
    }
  }
}
