package dev.dovetail.graph;

import java.util.List;
import java.util.Map;

/** Normalization operators. */
public sealed interface Normalization extends Op {

  /**
   * Returns the type of the first operand, after checking that the others have one value per
   * channel.
   */
  private static List<TensorType> perChannel(List<TensorType> in, int axis) {
    int channels = in.get(0).shape().dim(axis);
    for (TensorType t : in.subList(1, in.size())) {
      Op.require(
          t.shape().equals(Shape.of(channels)),
          "a parameter of shape " + t.shape() + " for " + channels + " channels");
    }
    return List.of(in.get(0));
  }

  /** Layer norm over the last axis; operands x, weight [width], bias [width]. */
  record LayerNorm(double epsilon) implements Normalization {
    @Override
    public String onnxName() {
      return "LayerNormalization";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", -1L, "epsilon", (float) epsilon);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return perChannel(in, -1);
    }
  }

  /**
   * Batch norm with running statistics; operands x [batch, channels, ...], weight, bias, running
   * mean, running variance, each [channels].
   */
  record BatchNorm(double epsilon) implements Normalization {
    @Override
    public String onnxName() {
      return "BatchNormalization";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("epsilon", (float) epsilon);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return perChannel(in, 1);
    }
  }

  /**
   * Instance norm: normalizes every channel of every sample over its positions; operands x, weight
   * [channels], bias [channels].
   */
  record InstanceNorm(double epsilon) implements Normalization {
    @Override
    public String onnxName() {
      return "InstanceNormalization";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("epsilon", (float) epsilon);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      return perChannel(in, 1);
    }

    @Override
    public boolean float32Only() {
      return true;
    }
  }

  /**
   * Softmax along an axis.
   *
   * @param axis the axis
   */
  record Softmax(int axis) implements Normalization {
    @Override
    public String onnxName() {
      return "Softmax";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      in.get(0).shape().axis(axis);
      return List.of(in.get(0));
    }
  }
}
