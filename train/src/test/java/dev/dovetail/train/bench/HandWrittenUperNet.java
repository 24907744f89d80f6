package dev.dovetail.train.bench;

import static dev.dovetail.train.bench.HandLayers.scoped;

import dev.dovetail.graph.TensorData;
import dev.dovetail.train.engine.FloatType;
import dev.dovetail.train.engine.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * UperNet on ViT-CoMer in the segmentation variant, with four stages and square images. It is
 * written directly on the libtorch binding like the reference's PyTorch code, to measure the
 * overhead of executing the graph.
 *
 * @param nn the layers
 * @param blocks the number of transformer blocks in each stage
 * @param heads the number of heads of the transformer
 * @param deformHeads the number of heads of the deformable attention
 * @param points the number of sampling points per head and level
 */
record HandWrittenUperNet(HandLayers nn, int blocks, int heads, int deformHeads, int points) {

  private static final int STAGES = 4;
  private static final int EXTRA = 4;
  private static final int[] POOLS = {1, 2, 3, 6};

  /** Returns {@code logits} and {@code aux_logits}, at strides 4 and 16. */
  Map<String, Tensor> forward(Tensor image) {
    List<Tensor> f = pyramid(image);
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("logits", scoped(() -> decode(f)));
    out.put(
        "aux_logits",
        scoped(() -> classified("auxiliary_head", module("auxiliary_head.convs.0", f.get(2), 1))));
    return out;
  }

  private List<Tensor> pyramid(Tensor image) {
    List<Tensor> prior = prior(image);
    int middle = Math.toIntExact(image.size(2) / 16);
    int[] sides = {2 * middle, middle, middle / 2};
    Tensor x = scoped(() -> embed(image, middle));
    Tensor c = scoped(() -> levels(prior));
    List<Tensor> stages = new ArrayList<>();
    for (int i = 0; i < STAGES; i++) {
      String name = "backbone.interactions." + i + ".";
      c = plusMiddle(mrfp(name + "mrfp.", c, sides), x, sides);
      x = toTransformer(name + "cti_tov.", x, c, sides);
      for (int b = i * blocks; b < (i + 1) * blocks; b++) {
        x = nn.block("backbone.blocks." + b + ".", x, heads, true);
      }
      c = toBranch(name + "cti_toc.", plusMiddle(c, x, sides), sides);
      stages.add(x);
    }
    for (int e = 0; e < EXTRA; e++) {
      String name = "backbone.interactions." + (STAGES - 1) + ".extra_CTIs." + e + ".";
      c = toBranch(name, ffn(name, plusMiddle(c, x, sides), sides), sides);
    }
    return results(prior.get(0), c, stages, sides);
  }

  private List<Tensor> prior(Tensor image) {
    List<Tensor> maps = new ArrayList<>();
    String spm = "backbone.spm.";
    Tensor y =
        scoped(
            () -> {
              Tensor a = convolved(spm + "stem.0", spm + "stem.1", image, 2);
              a = convolved(spm + "stem.3", spm + "stem.4", a, 1);
              a = convolved(spm + "stem.6", spm + "stem.7", a, 1);
              long[] two = {2, 2};
              long[] one = {1, 1};
              return torch.max_pool2d(a, new long[] {3, 3}, two, one, one, false);
            });
    maps.add(nn.conv(spm + "fc1", y, 1, 0));
    for (int i = 2; i <= 4; i++) {
      String conv = spm + "conv" + i;
      Tensor in = y;
      y = scoped(() -> convolved(conv + ".0", conv + ".1", in, 2));
      maps.add(nn.conv(spm + "fc" + i, y, 1, 0));
    }
    return maps;
  }

  private Tensor convolved(String conv, String norm, Tensor x, int stride) {
    return scoped(() -> torch.relu(nn.batchNorm(norm, nn.convWithoutBias(conv, x, stride, 1))));
  }

  private Tensor embed(Tensor image, int side) {
    Tensor grid = nn.conv("backbone.patch_embed.proj", image, 16, 0);
    Tensor codes = nn.value("backbone.pos_embed");
    long width = codes.size(2);
    long from = Math.round(Math.sqrt(codes.size(1) - 1));
    Tensor map = codes.narrow(1, 1, from * from).reshape(1, from, from, width).permute(0, 3, 1, 2);
    DoubleOptional none = new DoubleOptional();
    Tensor resized = torch.upsample_bicubic2d(map, new long[] {side, side}, false, none, none);
    return grid.add(resized).flatten(2, 3).transpose(1, 2);
  }

  /** Returns the three coarse maps as tokens, each with its level's embedding. */
  private Tensor levels(List<Tensor> prior) {
    TensorVector tokens = new TensorVector();
    for (int i = 0; i < 3; i++) {
      Tensor vector = nn.value("backbone.level_embed").select(0, i);
      tokens.push_back(prior.get(i + 1).flatten(2, 3).transpose(1, 2).add(vector));
    }
    return torch.cat(tokens, 1);
  }

  private static TensorVector split(Tensor c, int[] sides) {
    long[] cells = Arrays.stream(sides).mapToLong(s -> (long) s * s).toArray();
    return torch.split_with_sizes(c, cells, 1);
  }

  private static Tensor map(Tensor tokens, int side) {
    return tokens.transpose(1, 2).reshape(tokens.size(0), tokens.size(2), side, side);
  }

  private static Tensor plusMiddle(Tensor c, Tensor x, int[] sides) {
    return scoped(
        () -> {
          TensorVector parts = split(c, sides);
          return torch.cat(new TensorVector(parts.get(0), parts.get(1).add(x), parts.get(2)), 1);
        });
  }

  private Tensor mrfp(String name, Tensor c, int[] sides) {
    return scoped(
        () -> {
          TensorVector parts = split(nn.linear(name + "fc1", c), sides);
          TensorVector out = new TensorVector();
          for (int i = 0; i < 3; i++) {
            TensorVector halves = torch.chunk(map(parts.get(i), sides[i]), 2, 1);
            String conv = name + "dwconv.dwconv";
            Tensor narrow = nn.depthwise(conv + (2 * i + 1), halves.get(0), 1);
            Tensor wide = nn.depthwise(conv + (2 * i + 2), halves.get(1), 2);
            Tensor both = torch.cat(new TensorVector(narrow, wide), 1);
            Tensor normed = nn.batchNorm(name + "dwconv.bn" + (i + 1), both);
            out.push_back(normed.flatten(2, 3).transpose(1, 2));
          }
          return nn.linear(name + "fc2", torch.gelu(torch.gelu(torch.cat(out, 1))));
        });
  }

  private Tensor toTransformer(String name, Tensor x, Tensor c, int[] sides) {
    return scoped(
        () -> {
          Tensor query = nn.layerNorm(name + "query_norm", c);
          Tensor value = nn.layerNorm(name + "feat_norm", c);
          Tensor y = ffn(name, deformable(name + "attn.", query, value, sides), sides);
          TensorVector parts = split(y, sides);
          Tensor sum =
              bilinear(map(parts.get(0), sides[0]), sides[1])
                  .add(map(parts.get(1), sides[1]))
                  .add(bilinear(map(parts.get(2), sides[2]), sides[1]));
          return x.add(sum.flatten(2, 3).transpose(1, 2).mul(nn.value(name + "gamma")));
        });
  }

  private Tensor toBranch(String name, Tensor c, int[] sides) {
    return scoped(
        () -> {
          Tensor query = nn.layerNorm(name + "query_norm", c);
          Tensor value = nn.layerNorm(name + "feat_norm", c);
          String inner = name + "cfinter.";
          Tensor found =
              deformable(
                  inner + "attn.",
                  nn.layerNorm(inner + "query_norm", query),
                  nn.layerNorm(inner + "feat_norm", value),
                  sides);
          return ffn(inner, query.add(found), sides);
        });
  }

  /** Computes x + the feed-forward layer with a depthwise convolution, shared by the levels. */
  private Tensor ffn(String name, Tensor x, int[] sides) {
    return scoped(
        () -> {
          Tensor hidden = nn.linear(name + "ffn.fc1", nn.layerNorm(name + "ffn_norm", x));
          TensorVector parts = split(hidden, sides);
          TensorVector out = new TensorVector();
          for (int i = 0; i < 3; i++) {
            Tensor y = map(parts.get(i), sides[i]);
            out.push_back(
                nn.depthwise(name + "ffn.dwconv.dwconv", y, 1).flatten(2, 3).transpose(1, 2));
          }
          return x.add(nn.linear(name + "ffn.fc2", torch.gelu(torch.cat(out, 1))));
        });
  }

  /** Implements mmcv's {@code multi_scale_deformable_attn_pytorch}, used on CPUs. */
  private Tensor deformable(String name, Tensor query, Tensor value, int[] sides) {
    return scoped(
        () -> {
          long batch = query.size(0);
          long n = query.size(1);
          long[] dims = {batch, n, deformHeads, 3, points, 2};
          Tensor offsets = nn.linear(name + "sampling_offsets", query).reshape(dims);
          Tensor weights =
              nn.linear(name + "attention_weights", query)
                  .reshape(batch, n, deformHeads, 3 * points)
                  .softmax(-1)
                  .transpose(1, 2)
                  .reshape(batch * deformHeads, 1, n, 3 * points);
          Tensor grids =
              offsets.div(sizes(sides)).add(centres(sides)).mul(new Scalar(2)).sub(new Scalar(1));
          TensorVector values = split(nn.linear(name + "value_proj", value), sides);
          TensorVector samples = new TensorVector();
          for (int i = 0; i < 3; i++) {
            Tensor map = values.get(i).transpose(1, 2);
            Tensor grid = grids.select(3, i).transpose(1, 2).flatten(0, 1);
            long[] shape = {batch * deformHeads, map.size(1) / deformHeads, sides[i], sides[i]};
            samples.push_back(torch.grid_sampler(map.reshape(shape), grid, 0, 0, false));
          }
          Tensor sum = torch.stack(samples, -2).flatten(-2, -1).mul(weights).sum(-1);
          Tensor found = sum.reshape(batch, value.size(2), n).transpose(1, 2);
          return nn.linear(name + "output_proj", found);
        });
  }

  private static Tensor sizes(int[] sides) {
    double[] values =
        Arrays.stream(sides).boxed().flatMapToDouble(s -> DoubleStream.of(s, s)).toArray();
    return Tensors.of(TensorData.of(values, 3, 1, 2), FloatType.FLOAT32);
  }

  private static Tensor centres(int[] sides) {
    double[] values =
        Arrays.stream(sides)
            .boxed()
            .flatMapToDouble(
                side ->
                    IntStream.range(0, side * side)
                        .boxed()
                        .flatMapToDouble(
                            cell ->
                                DoubleStream.of(
                                    (cell % side + 0.5) / side, (cell / side + 0.5) / side)))
            .toArray();
    return Tensors.of(TensorData.of(values, values.length / 2, 1, 1, 1, 2), FloatType.FLOAT32);
  }

  private List<Tensor> results(Tensor c1, Tensor c, List<Tensor> stages, int[] sides) {
    TensorVector parts = split(c, sides);
    long[] two = {2, 2};
    long[] none = {0, 0};
    List<Tensor> maps = new ArrayList<>();
    for (int i = 0; i < STAGES; i++) {
      int level = i;
      maps.add(
          scoped(
              () -> {
                Tensor map =
                    level > 0
                        ? map(parts.get(level - 1), sides[level - 1])
                        : c1.add(
                            torch.conv_transpose2d(
                                map(parts.get(0), sides[0]),
                                nn.value("backbone.up.weight"),
                                new TensorOptional(nn.value("backbone.up.bias")),
                                two,
                                none,
                                none,
                                1,
                                new long[] {1, 1}));
                Tensor stage = map(stages.get(level), sides[1]);
                Tensor added = level == 2 ? stage : bilinear(stage, map.size(2));
                return nn.batchNorm("backbone.norm" + (level + 1), map.add(added));
              }));
    }
    return maps;
  }

  private static Tensor bilinear(Tensor x, long side) {
    DoubleOptional none = new DoubleOptional();
    return torch.upsample_bilinear2d(x, new long[] {side, side}, false, none, none);
  }

  /** Convolution, batch norm, ReLU. */
  private Tensor module(String name, Tensor x, int padding) {
    return scoped(
        () ->
            torch.relu(
                nn.batchNorm(name + ".bn", nn.convWithoutBias(name + ".conv", x, 1, padding))));
  }

  private Tensor decode(List<Tensor> f) {
    String head = "decode_head.";
    Tensor[] merged = new Tensor[STAGES];
    merged[3] = scoped(() -> pooled(head, f.get(3)));
    for (int i = 2; i >= 0; i--) {
      Tensor lateral = module(head + "lateral_convs." + i, f.get(i), 0);
      merged[i] = lateral.add(bilinear(merged[i + 1], lateral.size(2)));
    }
    TensorVector all = new TensorVector();
    for (int i = 0; i < STAGES; i++) {
      Tensor map = i < 3 ? module(head + "fpn_convs." + i, merged[i], 1) : merged[i];
      all.push_back(i == 0 ? map : bilinear(map, f.get(0).size(2)));
    }
    return classified("decode_head", module(head + "fpn_bottleneck", torch.cat(all, 1), 1));
  }

  private Tensor pooled(String head, Tensor x) {
    TensorVector parts = new TensorVector(x);
    for (int i = 0; i < POOLS.length; i++) {
      Tensor small = torch.adaptive_avg_pool2d(x, new long[] {POOLS[i], POOLS[i]});
      Tensor y = module(head + "psp_modules." + i + ".1", small, 0);
      parts.push_back(bilinear(y, x.size(2)));
    }
    return module(head + "bottleneck", torch.cat(parts, 1), 1);
  }

  /** The last layer, after a channel dropout whose mask drops nothing, as in the graph. */
  private Tensor classified(String head, Tensor x) {
    Tensor mask = torch.ones(new long[] {x.size(0), x.size(1), 1, 1}, new TensorOptions(x.dtype()));
    return nn.conv(head + ".conv_seg", x.mul(mask), 1, 0);
  }
}
