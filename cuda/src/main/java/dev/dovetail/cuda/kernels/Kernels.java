package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.BiasGelu;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.DepthwiseConv;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ToWindows;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kernel computes a fused operator. */
public final class Kernels {

  /** Threads of a block where nothing else is said. */
  static final int BLOCK = 256;

  /** What a thread reads at once at most. */
  private static final int PACK_BYTES = 16;

  private Kernels() {}

  /**
   * {@return the kernel of an operator; empty if there is none for these shapes}
   *
   * @param op the operator
   * @param operands what it is applied to
   * @param type of the elements: float32, float16 or bfloat16
   */
  public static Optional<Launch> of(FusedOp op, List<TensorType> operands, DType type) {
    if (!operands.stream().allMatch(t -> t.shape().isStatic() && t.shape().elements() > 0)) {
      return Optional.empty();
    }
    if (op instanceof DeformableAttention attention) {
      return DeformableAttentionKernel.of(attention, operands, type);
    }
    if (op instanceof ToWindows windows) {
      return WindowKernels.of(windows, operands.get(0).shape(), type);
    }
    if (op instanceof FromWindows windows) {
      return WindowKernels.of(windows, operands.get(0).shape(), type);
    }
    if (op instanceof ResidualNorm norm) {
      return ResidualNormKernel.of(norm, operands.get(0).shape(), type);
    }
    if (op instanceof DepthwiseConv conv) {
      return DepthwiseConvKernel.of(conv, operands, type);
    }
    if (op instanceof BiasGelu gelu) {
      return BiasGeluKernel.of(gelu, operands.get(0).shape(), type);
    }
    return Optional.empty();
  }

  /**
   * {@return every kernel for some small shape, to find out whether they can be compiled}
   *
   * @param type of the elements
   */
  public static List<Launch> samples(DType type) {
    DeformableAttention.Grid grid = new DeformableAttention.Grid(4, 4);
    return List.of(
        sample(
            new DeformableAttention(2, List.of(grid), List.of(4), true, false),
            type,
            x(1, 16, 64),
            x(1, 5, 8),
            x(1, 5, 16),
            x(1, 5, 1, 2)),
        sample(new ToWindows(5, 5, 2, 2, 3, false), type, x(1, 25, 48)),
        sample(new FromWindows(5, 5, 2, 2), type, x(9, 4, 16)),
        sample(
            new ResidualNorm(true, false, false, true, 1e-6),
            type,
            x(3, 64),
            x(3, 64),
            x(64),
            x(64)),
        sample(new DepthwiseConv(1, 1, true), type, x(1, 8, 4, 4), x(8, 1, 3, 3), x(8)),
        sample(new BiasGelu(false, 1), type, x(3, 64)));
  }

  private static TensorType x(int... dims) {
    return TensorType.of(DType.FLOAT32, dims);
  }

  private static Launch sample(FusedOp op, DType type, TensorType... operands) {
    return of(op, List.of(operands), type).orElseThrow();
  }

  /** What kernels call an element type. */
  static String name(DType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case FLOAT16 -> "f16";
      case BFLOAT16 -> "bf16";
      default -> throw new IllegalArgumentException("no kernel computes in " + type);
    };
  }

  /** How many of {@code channels} a thread reads at once: a power of two that divides them. */
  static int pack(int channels, DType type) {
    return Math.min(Integer.lowestOneBit(channels), PACK_BYTES / type.bytes());
  }

  /** A launch with a thread for every item, if their number is one that kernels count. */
  static Optional<Launch> perItem(String kernel, Map<String, String> constants, long items) {
    return items > Integer.MAX_VALUE - BLOCK
        ? Optional.empty()
        : Optional.of(new Launch(kernel, constants, (int) ((items + BLOCK - 1) / BLOCK), 1, BLOCK));
  }

  /** All extents but the last, multiplied. */
  static long rows(Shape shape) {
    return shape.elements() / shape.dim(-1);
  }

  static String flag(boolean value) {
    return value ? "1" : "0";
  }
}
