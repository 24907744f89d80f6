package dev.dovetail.graph.onnx;

import dev.dovetail.graph.Lowering;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.fused.ToWindows;
import dev.dovetail.graph.fused.WindowAttention;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.nn.WindowPartition;
import dev.dovetail.graph.nn.Windows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the product of queries, keys and values inside windows: the input of the product, which
 * is a third as wide as its result, is moved there. Its bias is the weight of an additional channel
 * that contains ones. One instance per graph.
 */
final class ProductsInWindows {

  /** Half-precision rows of a multiple of as many channels begin at sectors of 32 bytes. */
  private static final int ALIGNMENT = 16;

  /** ONNX Runtime's attention takes half the time if the number of keys is a multiple of this. */
  private static final int MULTIPLE = 8;

  /**
   * The number of values from which separate products take less time than the split of one: with
   * fewer, the GPU has too little work for each of them.
   */
  private static final long MANY = 1 << 24;

  /** Added to the logits of padded keys. It is finite in half precision. */
  private static final float MASKED = -30000;

  private final Map<Shape, Tensor> indicators = new HashMap<>();
  private final Map<WindowAttention, WindowPartition> partitions = new HashMap<>();

  /**
   * Returns queries, keys and values in windows. Places outside the grid are zeros in all channels,
   * so they remain zeros, without the bias. A window as large as the grid moves nothing.
   *
   * @param op the windows
   * @param product the result of a linear layer without its bias, [batch, cells, width]
   * @param bias [width]
   * @return the results, [batch * windows, places, width / parts] each
   */
  List<Tensor> split(ToWindows op, Tensor product, Tensor bias) {
    Tensor moved =
        new Windows(
                new Extent(op.height(), op.width()),
                new Extent(op.windowHeight(), op.windowWidth()))
            .partitionWithoutFusion(input(product));
    return parts(product, moved, weights(product, bias, op.parts()), op.parts());
  }

  /**
   * Returns an attention in shifted windows. Places without a cell contain the bias. The keys are
   * padded to a multiple of 8 and masked by the bias of the attention.
   *
   * @param op the attention, with one operand for query, key and value
   * @param operands its operands
   */
  Tensor attention(WindowAttention op, List<Tensor> operands) {
    Tensor product = operands.get(0);
    Tensor input = input(product);
    if (op.windows().hasPadding()) {
      Tensor end = product.constant(one(input.dim(2), width(product)));
      input = Tensor.concat(1, input, end.expand(product.dim(0), 1, input.dim(2)));
    }
    List<Tensor> weights = weights(product, operands.get(1), 3); // for all groups of windows
    int places = op.windows().places();
    int padded = (places + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    return partitions
        .computeIfAbsent(
            op,
            o ->
                new WindowPartition(
                    product::constant, ShiftedWindows.of(o.windows()), (float) o.hidden(), padded))
        .attend(
            input,
            moved -> parts(product, moved, weights, 3),
            padded(operands.get(2), padded - places),
            new Product.Attention(op.heads(), (float) op.scale()));
  }

  /** Pads a bias [1, heads, places, places] by queries, and by keys that it masks. */
  private static Tensor padded(Tensor bias, int by) {
    if (by == 0) {
      return bias;
    }
    int heads = bias.dim(1);
    int places = bias.dim(2);
    Tensor keys = bias.constant(TensorData.scalar(MASKED)).expand(1, heads, places, by);
    Tensor queries = bias.constant(TensorData.scalar(0f)).expand(1, heads, by, places + by);
    return Tensor.concat(2, Tensor.concat(3, bias, keys), queries);
  }

  /** Returns the input of a product, [batch, cells, channels], with additional channels. */
  private Tensor input(Tensor product) {
    Tensor rows = CudaFusions.linear(product).inputs().get(0);
    int width = width(product);
    int added = added(width);
    Tensor x = rows.reshape(product.dim(0), product.dim(1), width);
    Tensor inGrid =
        indicators.computeIfAbsent(
            x.shape().with(2, added), s -> product.constant(one(added, 0)).expand(s.dims()));
    return Tensor.concat(2, x, inGrid);
  }

  /** Returns the weights of a separate product for each part if there are many values, or one. */
  private static List<Tensor> weights(Tensor product, Tensor bias, int parts) {
    Tensor weight = weight(product, bias);
    return CudaForms.hasElements(product.shape(), MANY) ? weight.chunk(parts, 0) : List.of(weight);
  }

  private static List<Tensor> parts(Tensor product, Tensor moved, List<Tensor> weights, int parts) {
    return weights.size() == 1
        ? applied(product, moved, weights.get(0)).chunk(parts, 2)
        : weights.stream().map(weight -> applied(product, moved, weight)).toList();
  }

  /** Returns the weight of a product and of the additional channels, the first of them its bias. */
  private static Tensor weight(Tensor product, Tensor bias) {
    Tensor first = product.constant(one(added(width(product)), 0)).squeeze(0);
    Tensor weight = CudaFusions.linear(product).inputs().get(1);
    return Tensor.concat(1, weight, bias.reshape(bias.dim(0), 1).times(first));
  }

  /** Applies a linear layer with another weight to moved tokens. */
  private static Tensor applied(Tensor product, Tensor moved, Tensor weight) {
    return Lowering.inPlaceOf(CudaFusions.linear(product), () -> Linear.apply(moved, weight));
  }

  private static int width(Tensor product) {
    return CudaFusions.linear(product).inputs().get(1).dim(1);
  }

  private static int added(int width) {
    return ALIGNMENT - width % ALIGNMENT;
  }

  /** Returns [1, 1, channels]: one at an index, and zeros. */
  private static TensorData one(int channels, int index) {
    float[] values = new float[channels];
    values[index] = 1;
    return TensorData.of(values, 1, 1, channels);
  }
}
