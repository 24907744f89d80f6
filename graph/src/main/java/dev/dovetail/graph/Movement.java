package dev.dovetail.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that rearrange elements without computation. */
public sealed interface Movement extends Op {

  /** Reshapes the elements in the same order; at most one extent may be unknown. */
  record Reshape(Shape target) implements Movement {
    @Override
    public String onnxName() {
      return "Reshape";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(target.dims()));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape from = in.get(0).shape();
      long unknown = Arrays.stream(target.dims()).filter(d -> d == Shape.UNKNOWN).count();
      Op.require(unknown <= 1, "more than one unknown extent in the target " + target);
      if (!from.isStatic()) {
        return List.of(in.get(0).withShape(target));
      }
      long known = Cost.known(target);
      boolean fits =
          unknown == 0 ? known == from.elements() : known != 0 && from.elements() % known == 0;
      Op.require(fits, "cannot be reshaped to " + target);
      int[] dims = target.dims();
      for (int i = 0; i < dims.length; i++) {
        if (dims[i] == Shape.UNKNOWN) {
          dims[i] = Math.toIntExact(from.elements() / known);
        }
      }
      return List.of(in.get(0).withShape(Shape.of(dims)));
    }
  }

  /** Permutes axes: axis i of the result is axis {@code order[i]} of the operand. */
  record Transpose(List<Integer> order) implements Movement {
    @Override
    public String onnxName() {
      return "Transpose";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("perm", order.stream().mapToLong(Integer::longValue).toArray());
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Op.require(
          order.stream().sorted().toList().equals(IntStream.range(0, x.rank()).boxed().toList()),
          "the order " + order + " is not a permutation of its axes");
      return List.of(in.get(0).withShape(Shape.of(order.stream().mapToInt(x::dim).toArray())));
    }
  }

  /**
   * Concatenates operands along an axis.
   *
   * @param axis the axis
   */
  record Concat(int axis) implements Movement {
    @Override
    public String onnxName() {
      return "Concat";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis);
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape first = in.get(0).shape();
      int sum = 0;
      for (TensorType t : in) {
        Op.require(t.dtype() == in.get(0).dtype(), "element types differ");
        Op.require(
            t.shape().rank() == first.rank()
                && first.with(axis, 0).accepts(t.shape().with(axis, 0)),
            "shapes differ in axes other than " + axis);
        int d = t.shape().dim(axis);
        sum = d == Shape.UNKNOWN || sum == Shape.UNKNOWN ? Shape.UNKNOWN : sum + d;
      }
      return List.of(in.get(0).withShape(first.with(axis, sum)));
    }
  }

  /** Splits along an axis into consecutive parts of the specified sizes. */
  record Split(List<Integer> sizes, int axis) implements Movement {
    @Override
    public String onnxName() {
      return "Split";
    }

    @Override
    public Map<String, Object> attributes() {
      return Map.of("axis", (long) axis);
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(sizes.stream().mapToInt(i -> i).toArray()));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      int sum = sizes.stream().mapToInt(i -> i).sum();
      Op.require(
          x.dim(axis) == sum || x.dim(axis) == Shape.UNKNOWN,
          "the parts " + sizes + " do not add up to its " + x.dim(axis) + " along axis " + axis);
      return sizes.stream().map(n -> in.get(0).withShape(x.with(axis, n))).toList();
    }
  }

  /** Elements {@code from}, {@code from + step}, … below {@code to} along an axis. */
  record Slice(int axis, int from, int to, int step) implements Movement {
    @Override
    public String onnxName() {
      return "Slice";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(
          TensorData.longs(from),
          TensorData.longs(to),
          TensorData.longs(axis),
          TensorData.longs(step));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      int d = x.dim(axis);
      Op.require(step > 0 && from >= 0 && from <= to, "invalid slice from " + from + " to " + to);
      if (d == Shape.UNKNOWN) {
        return List.of(in.get(0).withShape(x.with(axis, Shape.UNKNOWN)));
      }
      Op.require(to <= d, "slice to " + to + " exceeds axis " + axis);
      return List.of(in.get(0).withShape(x.with(axis, (to - from + step - 1) / step)));
    }
  }

  /** Expands axes of extent 1 by repetition. */
  record Expand(Shape target) implements Movement {
    @Override
    public String onnxName() {
      return "Expand";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(target.dims()));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Op.require(target.isStatic(), "the target " + target + " is unknown");
      return List.of(in.get(0).withShape(in.get(0).shape().broadcast(target)));
    }
  }

  /** Pads each axis with a constant, by {@code before[i]} and {@code after[i]} elements. */
  record Pad(List<Integer> before, List<Integer> after, float value) implements Movement {
    @Override
    public String onnxName() {
      return "Pad";
    }

    @Override
    public List<TensorData> trailing() {
      int[] pads = new int[2 * before.size()];
      for (int i = 0; i < before.size(); i++) {
        pads[i] = before.get(i);
        pads[before.size() + i] = after.get(i);
      }
      return List.of(TensorData.longs(pads), TensorData.scalar(value));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      Op.require(
          before.size() == x.rank() && after.size() == x.rank(), "expected one pad per axis");
      Op.require(in.get(0).dtype().isFloat(), "pads only floating-point values");
      int[] dims = x.dims();
      for (int i = 0; i < dims.length; i++) {
        dims[i] = dims[i] == Shape.UNKNOWN ? dims[i] : dims[i] + before.get(i) + after.get(i);
      }
      return List.of(in.get(0).withShape(Shape.of(dims)));
    }
  }

  /** Inserts axes of extent 1 at the positions {@code axes} of the result. */
  record Unsqueeze(List<Integer> axes) implements Movement {
    @Override
    public String onnxName() {
      return "Unsqueeze";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(axes.stream().mapToInt(i -> i).toArray()));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape s = in.get(0).shape();
      for (int a : axes.stream().sorted().toList()) {
        Op.require(a >= 0 && a <= s.rank(), "axis " + a + " is out of bounds of the result");
        s = s.insert(a, 1);
      }
      return List.of(in.get(0).withShape(s));
    }
  }

  /** Removes axes of extent 1. */
  record Squeeze(List<Integer> axes) implements Movement {
    @Override
    public String onnxName() {
      return "Squeeze";
    }

    @Override
    public List<TensorData> trailing() {
      return List.of(TensorData.longs(axes.stream().mapToInt(i -> i).toArray()));
    }

    @Override
    public List<TensorType> infer(List<TensorType> in) {
      Shape x = in.get(0).shape();
      List<Integer> out = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        if (axes.contains(i)) {
          Op.require(x.dim(i) == 1 || x.dim(i) == Shape.UNKNOWN, "axis " + i + " is not 1");
        } else {
          out.add(x.dim(i));
        }
      }
      return List.of(in.get(0).withShape(Shape.of(out.stream().mapToInt(i -> i).toArray())));
    }
  }
}
