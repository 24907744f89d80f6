package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import dev.dovetail.graph.fused.BiasActivation;
import dev.dovetail.graph.fused.BoxOverlaps;
import dev.dovetail.graph.fused.DeformableAttention;
import dev.dovetail.graph.fused.DepthwiseConv;
import dev.dovetail.graph.fused.FromWindows;
import dev.dovetail.graph.fused.GatedActivation;
import dev.dovetail.graph.fused.GreedySelection;
import dev.dovetail.graph.fused.MergedChunks;
import dev.dovetail.graph.fused.MultiLevelRoiAlign;
import dev.dovetail.graph.fused.ResidualNorm;
import dev.dovetail.graph.fused.ResizeArgMax;
import dev.dovetail.graph.fused.RotaryEmbedding;
import dev.dovetail.graph.fused.ScoreOrder;
import dev.dovetail.graph.fused.SelectedBoxes;
import dev.dovetail.graph.fused.SortedChunks;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.fused.WindowAttention;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Selects the kernel that computes a fused operator. */
public final class Kernels {

  /** The default block size. */
  static final int BLOCK = 256;

  /** The maximum number of bytes that a thread reads at once. */
  private static final int PACK_BYTES = 16;

  private Kernels() {}

  /**
   * {@return the kernel of an operator; empty if there is none for these shapes}
   *
   * @param op the operator
   * @param operands the types of its operands
   * @param type the element type: float32, float16 or bfloat16
   */
  public static Optional<Launch> of(FusedOp op, List<TensorType> operands, DType type) {
    if (op instanceof MultiLevelRoiAlign align) {
      return RoiAlignKernel.of(align, operands, type);
    }
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
    if (op instanceof WindowAttention attention) {
      return WindowAttentionKernel.of(attention, operands, type);
    }
    if (op instanceof ResidualNorm norm) {
      return ResidualNormKernel.of(norm, operands.get(0).shape(), type);
    }
    if (op instanceof DepthwiseConv conv) {
      return DepthwiseConvKernel.of(conv, operands, type);
    }
    if (op instanceof BiasActivation activation) {
      return BiasActivationKernel.of(activation, operands.get(0).shape(), type);
    }
    if (op instanceof RotaryEmbedding rotary) {
      return RotaryEmbeddingKernel.of(rotary, operands.get(0).shape(), type);
    }
    if (op instanceof GatedActivation gated) {
      return GatedActivationKernel.of(gated, operands.get(0).shape(), type);
    }
    if (op instanceof ResizeArgMax labels) {
      return ResizeArgMaxKernel.of(labels, operands.get(0).shape(), type);
    }
    if (op instanceof SortedChunks chunks) {
      return TopKKernels.chunks(chunks, operands.get(0).shape(), type);
    }
    if (op instanceof MergedChunks merged) {
      return TopKKernels.merged(merged, operands.get(0).shape(), operands.get(1).shape(), type);
    }
    return suppression(op, operands.get(0).shape());
  }

  private static Optional<Launch> suppression(FusedOp op, Shape first) {
    if (op instanceof ScoreOrder) {
      return SuppressionKernels.order(first);
    }
    if (op instanceof BoxOverlaps overlaps) {
      return SuppressionKernels.overlaps(overlaps, first);
    }
    if (op instanceof GreedySelection selection) {
      return SuppressionKernels.selection(selection, first.dim(0), first.dim(1));
    }
    if (op instanceof SelectedBoxes) {
      return SuppressionKernels.result(first);
    }
    return Optional.empty();
  }

  /**
   * {@return every kernel for a small shape, to test whether all can be compiled}
   *
   * @param type the element type
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
            new WindowAttention(
                new WindowAttention.Windows(5, 5, 2, 2, 1, 1, true), 2, 0.25, -100, true),
            type,
            x(1, 25, 96),
            x(96),
            x(1, 2, 4, 4)),
        sample(
            new ResidualNorm(true, false, false, true, 1e-6),
            type,
            x(3, 64),
            x(3, 64),
            x(64),
            x(64)),
        sample(
            new ResidualNorm(false, true, false, true, 1e-6), type, x(3, 64), x(64), x(64), x(64)),
        sample(new DepthwiseConv(1, 1, true), type, x(1, 8, 4, 4), x(8, 1, 3, 3), x(8)),
        sample(new BiasActivation(-1, false, BiasActivation.Activation.GELU, 1), type, x(3, 64)),
        sample(new GatedActivation(true, GatedActivation.Activation.SILU), type, x(3, 64), x(64)),
        sample(new RotaryEmbedding(2, true), type, x(1, 3, 64), x(3, 16), x(3, 16)),
        sample(new ResizeArgMax(8, 8, false, DType.UINT8), type, x(1, 3, 4, 4), longs(2)),
        sample(
            new MultiLevelRoiAlign(2, List.of(0.25f), true, 0),
            type,
            x(1, 3, 4, 4),
            x(5, 4),
            x(5),
            x(5),
            longs(2)),
        sample(new SortedChunks(5, true), type, x(2, 70)),
        sample(new MergedChunks(5), type, longs(2, 1, 5), x(2, 70)),
        sample(new ScoreOrder(), type, x(1, 1, 70)),
        sample(new BoxOverlaps(0.5f), type, x(1, 70, 4), longs(1, 70)),
        sample(new GreedySelection(9, 0), type, longs(1, 70, 2), longs(1, 70), x(1, 1, 70)),
        sample(new SelectedBoxes(2), type, longs(2, 9), longs(2), longs(1)));
  }

  private static TensorType x(int... dims) {
    return TensorType.of(DType.FLOAT32, dims);
  }

  private static TensorType longs(int... dims) {
    return TensorType.of(DType.INT64, dims);
  }

  private static Launch sample(FusedOp op, DType type, TensorType... operands) {
    return of(op, List.of(operands), type).orElseThrow();
  }

  /** Returns the name of an element type in kernel sources. */
  static String name(DType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case FLOAT16 -> "f16";
      case BFLOAT16 -> "bf16";
      default -> throw new IllegalArgumentException("no kernel computes in " + type);
    };
  }

  /**
   * Returns how many of {@code channels} a thread reads at once: a power of two that divides them.
   */
  static int pack(int channels, DType type) {
    return Math.min(Integer.lowestOneBit(channels), PACK_BYTES / type.bytes());
  }

  /** Returns a launch with one thread per item, if a kernel can count that many. */
  static Optional<Launch> perItem(String kernel, Map<String, String> constants, long items) {
    return items > Integer.MAX_VALUE - BLOCK
        ? Optional.empty()
        : Optional.of(new Launch(kernel, constants, (int) ((items + BLOCK - 1) / BLOCK), 1, BLOCK));
  }

  /** Returns the product of all dimensions except the last. */
  static long rows(Shape shape) {
    return shape.elements() / shape.dim(-1);
  }

  static String flag(boolean value) {
    return value ? "1" : "0";
  }
}
