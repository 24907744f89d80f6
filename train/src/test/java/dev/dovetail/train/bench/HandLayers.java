package dev.dovetail.train.bench;

import dev.dovetail.train.engine.Parameters;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Layers written directly on the libtorch binding, by the names of their parameters. */
record HandLayers(Parameters parameters) {

  private static final double EPSILON = 1e-6;

  /**
   * Closes all tensors that a function creates except its result, which the enclosing scope owns.
   */
  static Tensor scoped(Supplier<Tensor> function) {
    PointerScope around = PointerScope.getInnerScope();
    Tensor result;
    try (PointerScope scope = new PointerScope()) {
      result = function.get();
      result.retainReference();
    }
    around.attach(result);
    result.releaseReference();
    return result;
  }

  Tensor value(String name) {
    return parameters.value(name);
  }

  Tensor linear(String name, Tensor x) {
    return torch.linear(x, value(name + ".weight"), new TensorOptional(value(name + ".bias")));
  }

  Tensor layerNorm(String name, Tensor x) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        new TensorOptional(value(name + ".weight")),
        new TensorOptional(value(name + ".bias")),
        EPSILON,
        false);
  }

  Tensor batchNorm(String name, Tensor x) {
    return torch.batch_norm(
        x,
        new TensorOptional(value(name + ".weight")),
        new TensorOptional(value(name + ".bias")),
        new TensorOptional(value(name + ".running_mean")),
        new TensorOptional(value(name + ".running_var")),
        true,
        0.1,
        1e-5,
        true);
  }

  Tensor conv(String name, Tensor x, int stride, int padding) {
    return conv(name, new TensorOptional(value(name + ".bias")), x, stride, padding, 1);
  }

  Tensor convWithoutBias(String name, Tensor x, int stride, int padding) {
    return conv(name, new TensorOptional(), x, stride, padding, 1);
  }

  Tensor depthwise(String name, Tensor x, int padding) {
    TensorOptional bias = new TensorOptional(value(name + ".bias"));
    return conv(name, bias, x, 1, padding, x.size(1));
  }

  private Tensor conv(
      String name, TensorOptional bias, Tensor x, int stride, int padding, long groups) {
    return torch.conv2d(
        x,
        value(name + ".weight"),
        bias,
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        groups);
  }

  /** Computes x + attention(norm(x)), then x + mlp(norm(x)), each scaled if there are gammas. */
  Tensor block(String name, Tensor x, int heads, boolean scaled) {
    return scoped(
        () -> {
          Tensor found = attention(name + "attn", layerNorm(name + "norm1", x), heads);
          Tensor y = x.add(scaled ? found.mul(value(name + "gamma1")) : found);
          Tensor hidden = torch.gelu(linear(name + "mlp.fc1", layerNorm(name + "norm2", y)));
          Tensor out = linear(name + "mlp.fc2", hidden);
          return y.add(scaled ? out.mul(value(name + "gamma2")) : out);
        });
  }

  private Tensor attention(String name, Tensor x, int heads) {
    long width = x.size(2);
    TensorVector parts =
        torch.split_with_sizes(linear(name + ".qkv", x), new long[] {width, width, width}, 2);
    Tensor found =
        torch.scaled_dot_product_attention(
            heads(parts.get(0), heads),
            heads(parts.get(1), heads),
            heads(parts.get(2), heads),
            new TensorOptional(),
            0,
            false,
            new DoubleOptional(),
            false);
    return linear(name + ".proj", found.transpose(1, 2).reshape(x.shape()));
  }

  /** Reshapes [batch, tokens, width] to [batch, heads, tokens, width / heads]. */
  private static Tensor heads(Tensor x, int heads) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }
}
