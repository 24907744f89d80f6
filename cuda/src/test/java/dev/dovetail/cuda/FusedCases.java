package dev.dovetail.cuda;

import static dev.dovetail.graph.nn.Linear.linear;
import static dev.dovetail.graph.nn.Norms.layerNorm;

import dev.dovetail.backbones.Features;
import dev.dovetail.backbones.vit.Rotary;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Init;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Product;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.network.FeaturePyramid;
import dev.dovetail.graph.network.ImageBatch;
import dev.dovetail.graph.nn.Conv2d;
import dev.dovetail.graph.nn.ConvModule;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.LayerScale;
import dev.dovetail.graph.nn.Mlp;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.ShiftedWindows;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.graph.nn.WindowPartition;
import dev.dovetail.graph.nn.Windows;
import dev.dovetail.heads.maskrcnn.Proposals;
import dev.dovetail.heads.maskrcnn.RoiExtractor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Layers that fused operators compute, in many shapes. */
final class FusedCases {

  /** A graph and its expected number of fused operators. */
  record Case(String name, int fusedNodes, Graph graph) {}

  private static final Extent SEVEN = new Extent(7, 7);
  private static final Extent EIGHT = new Extent(8, 8);
  private static final Extent THREE = new Extent(3, 3);
  private static final Extent NONE = new Extent(0, 0);

  /** The smallest size of an image; padded maps are at least twice as large. */
  private static final int SMALLEST = 3;

  private FusedCases() {}

  static List<Case> small() {
    List<Case> all = new ArrayList<>();
    all.add(deformable(1, 2, 8, 3, new Extent(5, 7), new Extent(3, 4)));
    all.add(deformable(2, 3, 5, 2, new Extent(6, 4)));
    all.add(deformable(1, 12, 32, 4, new Extent(8, 8), new Extent(4, 4), new Extent(2, 2)));
    all.add(boxes(2, 4, 4));
    all.add(windows(2, 3, 4, 2, 8));
    all.add(windows(1, 7, 5, 4, 3));
    all.add(windows(1, 4, 4, 4, 16));
    all.add(qkvInWindows(2, 5, 6, 4, 2, 8));
    all.add(qkv(1, 9, 3, 4));
    all.add(shifted(1, new ShiftedWindows(new Extent(6, 9), SEVEN, NONE, true), 2, 8));
    all.add(shifted(2, new ShiftedWindows(new Extent(14, 7), SEVEN, THREE, false), 1, 32));
    all.add(shifted(2, new ShiftedWindows(new Extent(10, 15), SEVEN, THREE, true), 3, 32));
    all.add(shifted(1, new ShiftedWindows(new Extent(9, 8), SEVEN, THREE, false), 2, 24));
    all.add(shifted(1, new ShiftedWindows(new Extent(5, 4), SEVEN, THREE, true), 2, 16));
    all.add(
        shifted(
            1,
            new ShiftedWindows(new Extent(8, 7), new Extent(2, 3), new Extent(1, 0), true),
            2,
            5));
    all.add(
        shifted(
            1,
            new ShiftedWindows(new Extent(12, 14), new Extent(12, 12), new Extent(0, 6), true),
            2,
            32));
    all.add(shifted(1, new ShiftedWindows(new Extent(8, 19), new Extent(8, 19), NONE, true), 1, 8));
    all.add(
        separate(2, new ShiftedWindows(new Extent(16, 9), EIGHT, new Extent(4, 4), true), 2, 8));
    all.add(separate(1, new ShiftedWindows(new Extent(16, 8), EIGHT, NONE, false), 1, 32));
    all.add(block(2, 5, 48, true));
    all.add(block(1, 3, 776, false));
    all.add(block(1, 2, 37, true));
    all.add(normedProduct(2, 5, 24));
    all.add(normedProduct(1, 3, 37));
    all.add(gelu(3, 10, 24));
    all.add(twoGelus(2, 3, 7));
    all.add(gated(Mlp.SWIGLU, 2, 5, 24));
    all.add(gated(Mlp.GEGLU, 1, 3, 7));
    all.add(rotated(2, 5, 3, 8, true));
    all.add(rotated(1, 4, 2, 12, true));
    all.add(rotated(2, 3, 2, 32, false));
    all.add(rotated(1, 7, 3, 4, false));
    all.add(depthwise(2, 3, new Extent(5, 7), Conv2d.depthwise(3, 3)));
    all.add(depthwise(1, 8, new Extent(9, 4), Conv2d.depthwise(8, 5)));
    all.add(depthwise(1, 4, new Extent(8, 9), Conv2d.depthwise(4, 7).stride(2).withoutBias()));
    all.add(depthwise(2, 2, new Extent(1, 3), Conv2d.depthwise(2, 3).stride(2)));
    all.add(depthwise(1, 5, new Extent(4, 6), Conv2d.depthwise(5, 2).padding(0)));
    all.add(convolution(2, 3, new Extent(4, 6), Conv2d.of(5, 3), Tensor::relu));
    all.add(convolution(1, 4, new Extent(5, 5), Conv2d.of(8, 1), Tensor::gelu));
    all.add(convolution(1, 4, new Extent(3, 8), Conv2d.of(4, 3), Tensor::sigmoid));
    all.add(normedConvolution(2, 3, new Extent(4, 4), 8));
    all.add(normedConcat(1, 2, new Extent(6, 5)));
    all.add(labels(2, 5, new Extent(4, 5), new Extent(13, 20), true));
    all.add(labels(1, 3, new Extent(3, 7), new Extent(12, 8), false));
    all.add(labels(3, 7, new Extent(6, 6), new Extent(6, 6), true));
    all.add(labels(1, 4, new Extent(5, 1), new Extent(5, 1), false));
    all.add(labels(1, 300, new Extent(2, 2), new Extent(6, 7), true));
    all.add(regions(2, 3, 7, RoiExtractor.of(3, 8)));
    all.add(regions(1, 5, 4, new RoiExtractor(1, 8, false, 2)));
    all.add(regions(2, 2, 3, new RoiExtractor(2, 8, false, 0)));
    all.addAll(SelectionCases.small());
    return all;
  }

  /** Returns larger cases for a GPU. */
  static List<Case> large() {
    List<Case> all = new ArrayList<>(SelectionCases.large());
    all.addAll(
        List.of(
            deformable(2, 12, 32, 4, new Extent(64, 48), new Extent(32, 24), new Extent(16, 12)),
            deformable(1, 8, 32, 4, new Extent(63, 41)),
            qkvInWindows(2, 64, 50, 14, 12, 64),
            windows(3, 61, 37, 7, 96),
            shifted(3, new ShiftedWindows(new Extent(128, 126), SEVEN, THREE, true), 3, 32),
            shifted(2, new ShiftedWindows(new Extent(31, 16), SEVEN, THREE, false), 12, 32),
            shifted(
                2,
                new ShiftedWindows(new Extent(50, 64), new Extent(12, 12), new Extent(6, 6), true),
                4,
                32),
            separate(
                3, new ShiftedWindows(new Extent(64, 60), EIGHT, new Extent(4, 4), true), 6, 32),
            block(2, 500, 768, true),
            block(1, 77, 4096, true),
            gelu(2, 333, 768),
            gated(Mlp.SWIGLU, 3, 257, 2048),
            rotated(3, 257, 12, 64, true),
            rotated(2, 201, 6, 64, false),
            depthwise(2, 96, new Extent(61, 128), Conv2d.depthwise(96, 3)),
            depthwise(1, 96, new Extent(32, 33), Conv2d.depthwise(96, 5)),
            normedConvolution(2, 64, new Extent(32, 40), 96),
            labels(2, 150, new Extent(64, 80), new Extent(256, 320), true),
            regions(2, 64, 14, RoiExtractor.of(4, 8))));
    return all;
  }

  static Case deformable(int batch, int heads, int channels, int points, Extent... levels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int cells = List.of(levels).stream().mapToInt(Extent::area).sum();
    int width = heads * channels;
    Tensor x = trace.input("x", DType.FLOAT32, batch, cells, width);
    TokenPyramid tokens = new TokenPyramid(mixed(s.at("a"), x, width), List.of(levels));
    Tensor y =
        new MultiScaleDeformableAttention(heads, points, width).apply(s.at("attn"), tokens, tokens);
    return new Case(
        "deformable attention of "
            + batch
            + ", "
            + heads
            + "x"
            + channels
            + ", "
            + points
            + " points, "
            + List.of(levels),
        1,
        trace.graph(Map.of("y", y)));
  }

  /** Reference boxes, whose locations are computed in advance. */
  static Case boxes(int batch, int heads, int channels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int width = heads * channels;
    List<Extent> levels = List.of(new Extent(4, 6), new Extent(2, 3));
    Tensor x = trace.input("x", DType.FLOAT32, batch, 30, width);
    Tensor q = trace.input("q", DType.FLOAT32, batch, 5, width);
    Tensor references = trace.input("r", DType.FLOAT32, batch, 5, 1, 4).sigmoid();
    Tensor y =
        new MultiScaleDeformableAttention(
                new DeformableSampling(
                    heads, List.of(2, 3), Sampling.DeformableAttention.Method.BILINEAR),
                width)
            .apply(
                s.at("attn"),
                q,
                new ReferencePoints.Boxes(references),
                new TokenPyramid(x, levels),
                Optional.empty());
    return new Case("deformable attention from boxes", 1, trace.graph(Map.of("y", y)));
  }

  static Case windows(int batch, int height, int width, int window, int channels) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, height * width, channels);
    Windows windows = new Windows(new Extent(height, width), new Extent(window, window));
    Tensor inside = windows.partition(x.plus(1));
    Map<String, Tensor> out = new LinkedHashMap<>();
    out.put("inside", inside.plus(0.5));
    out.put("back", windows.reverse(inside.times(2)).plus(0.5));
    return new Case("windows of " + window + " on " + height + "x" + width, 2, trace.graph(out));
  }

  static Case qkvInWindows(int batch, int height, int width, int window, int heads, int channels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int c = heads * channels;
    Tensor x = trace.input("x", DType.FLOAT32, batch, height * width, c);
    Windows windows = new Windows(new Extent(height, width), new Extent(window, window));
    Tensor inside =
        windows.partition(linear(s.at("qkv"), x, 3 * c, new Init.Normal(0.3f), biased()));
    List<Tensor> parts = inside.chunk(3, -1);
    Tensor y = parts.get(0).times(parts.get(1)).plus(parts.get(2));
    return new Case(
        "queries, keys and values in windows", 2, trace.graph(Map.of("y", windows.reverse(y))));
  }

  /** Attention in shifted windows, as in Swin. */
  static Case shifted(int batch, ShiftedWindows windows, int heads, int channels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int c = heads * channels;
    Tensor x = trace.input("x", DType.FLOAT32, batch, windows.grid().area(), c);
    WindowPartition partition = new WindowPartition(s, windows, -100);
    List<Tensor> qkv =
        linear(s.at("qkv"), partition.pad(x), 3 * c, new Init.Normal(0.3f), biased()).chunk(3, -1);
    Tensor y = partition.attend(qkv, positions(s, windows, heads), attention(heads, channels));
    return new Case(
        "attention of " + batch + "x" + heads + "x" + channels + " in " + windows,
        1,
        trace.graph(Map.of("y", y)));
  }

  /** Queries, keys and values that are not parts of one product, as in Swin V2. */
  static Case separate(int batch, ShiftedWindows windows, int heads, int channels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int c = heads * channels;
    Tensor x = trace.input("x", DType.FLOAT32, batch, windows.grid().area(), c);
    WindowPartition partition = new WindowPartition(s, windows, -200);
    Tensor tokens = partition.pad(x).plus(0.25);
    List<Tensor> qkv = List.of(tokens.times(2), tokens.times(tokens), tokens);
    Tensor y = partition.attend(qkv, positions(s, windows, heads), attention(heads, channels));
    return new Case(
        "attention of separate queries, keys and values in " + windows,
        1,
        trace.graph(Map.of("y", y)));
  }

  private static Tensor positions(Scope s, ShiftedWindows windows, int heads) {
    int places = windows.window().area();
    return s.weight("positions", new Init.Normal(1), 1, heads, places, places);
  }

  private static Product.Attention attention(int heads, int channels) {
    return new Product.Attention(heads, (float) Math.pow(channels, -0.5));
  }

  static Case qkv(int batch, int tokens, int heads, int channels) {
    Trace trace = new Trace();
    Scope s = trace.root();
    int c = heads * channels;
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, c);
    List<Tensor> parts =
        linear(s.at("qkv"), x, 3 * c, new Init.Normal(0.3f), biased()).chunk(3, -1);
    Tensor y = parts.get(0).times(parts.get(1)).plus(parts.get(2));
    return new Case("queries, keys and values", 1, trace.graph(Map.of("y", y)));
  }

  /** Norm, linear layer, scale, residual, norm. */
  static Case block(int batch, int tokens, int width, boolean scaled) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, width);
    Tensor y = layerNorm(s.at("norm1"), x, 1e-6);
    y = linear(s.at("fc"), y, width, new Init.Normal(0.1f), biased());
    if (scaled) {
      y = LayerScale.layerScale(s.at("gamma"), y, new Init.Constant(0.7f));
    }
    Tensor sum = x.plus(y);
    Tensor z = layerNorm(s.at("norm2"), sum, 1e-5);
    Tensor end = sum.plus(linear(s.at("fc2"), z, width, new Init.Normal(0.1f), biased()));
    return new Case("a block of width " + width, 3, trace.graph(Map.of("y", end, "sum", sum)));
  }

  static Case normedProduct(int batch, int tokens, int width) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, width);
    Tensor y = layerNorm(s.at("norm"), mixed(s, x, width), 1e-6);
    return new Case("bias and norm", 1, trace.graph(Map.of("y", y)));
  }

  static Case gated(Mlp mlp, int batch, int tokens, int width) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, 16);
    Tensor y = mlp.apply(trace.root(), x, width, 0);
    return new Case(mlp + " of width " + width, 1, trace.graph(Map.of("y", y)));
  }

  static Case rotated(int batch, int tokens, int heads, int channels, boolean adjacent) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, heads * channels).plus(0.25);
    Rotary rotary = adjacent ? Rotary.eva02() : Rotary.dinov3();
    Tensor y = rotary.encode(x, heads, new Features(x, tokens - 1, 1, 1, 16));
    return new Case(
        "rotation of " + heads + " heads of " + channels, 1, trace.graph(Map.of("y", y)));
  }

  static Case gelu(int batch, int tokens, int width) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, width);
    Tensor y = mixed(trace.root(), x, 2 * width).gelu();
    return new Case("bias and GELU", 1, trace.graph(Map.of("y", y)));
  }

  static Case twoGelus(int batch, int tokens, int width) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, tokens, width);
    return new Case("two GELUs", 1, trace.graph(Map.of("y", x.plus(1).gelu().gelu())));
  }

  static Case depthwise(int batch, int channels, Extent size, Conv2d layer) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, channels, size.height(), size.width());
    Scope s = trace.root().at("conv");
    Tensor y = layer.init(new Init.Normal(0.5f)).apply(s, x.plus(1));
    return new Case(layer + " on " + size, 1, trace.graph(Map.of("y", y)));
  }

  static Case convolution(
      int batch, int channels, Extent size, Conv2d layer, UnaryOperator<Tensor> activation) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, channels, size.height(), size.width());
    Scope s = trace.root();
    Tensor y = layer.init(new Init.Normal(0.5f)).apply(s.at("conv"), x.plus(1));
    Graph graph = trace.graph(Map.of("y", activation.apply(y)));
    return new Case(layer + " and its activation on " + size, 1, graph);
  }

  static Case normedConvolution(int batch, int channels, Extent size, int out) {
    Trace trace = new Trace();
    Tensor x = trace.input("x", DType.FLOAT32, batch, channels, size.height(), size.width());
    Tensor y = ConvModule.batchNorm(trace.root(), x, out, 3);
    return new Case("a normed convolution on " + size, 1, trace.graph(Map.of("y", y)));
  }

  /** Depthwise convolutions of different sizes, concatenated and normed. */
  static Case normedConcat(int batch, int channels, Extent size) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x = trace.input("x", DType.FLOAT32, batch, channels, size.height(), size.width());
    List<Tensor> maps = new ArrayList<>();
    for (int kernel : new int[] {3, 5}) {
      Conv2d layer = Conv2d.depthwise(channels, kernel).init(new Init.Normal(0.5f));
      maps.add(layer.apply(s.at("conv" + kernel), x.plus(1)));
    }
    Tensor y =
        Tensor.concat(1, maps)
            .apply(
                new Normalization.BatchNorm(1e-5f),
                s.weight("weight", new Init.Normal(0.5f), 2 * channels),
                s.weight("bias", new Init.Normal(0.5f), 2 * channels),
                s.weight("mean", new Init.Normal(0.5f), 2 * channels),
                s.weight("variance", new Init.Constant(0.7f), 2 * channels));
    return new Case("normed depthwise convolutions", 2, trace.graph(Map.of("y", y)));
  }

  /** Label maps of scores that are resized twice, or once if the sizes are equal. */
  static Case labels(int batch, int classes, Extent size, Extent middle, boolean padded) {
    Trace trace = new Trace();
    Scope s = trace.root();
    Tensor x =
        trace.input("x", DType.FLOAT32, batch, classes, size.height(), size.width()).plus(0.25);
    Tensor pixels =
        s.constant(TensorData.of(new float[] {0}, 1, 1, 1, 1))
            .expand(batch, 3, middle.height(), middle.width());
    ImageBatch images = ImageBatch.ofInputs(s, pixels);
    Tensor y =
        s.float32(
            () -> {
              Tensor big = Resampling.bilinear(x, middle.height(), middle.width());
              Tensor seen = padded ? images.withoutPadding(big) : big;
              Tensor sizes =
                  Tensor.concat(
                      0,
                      s.constant((long) batch, (long) classes),
                      images.originalShape().select(0, 0));
              Tensor none = s.constant(new float[0]);
              return seen.apply(new Sampling.ResizeTo(Sampling.Mode.LINEAR), none, none, sizes)
                  .argmax(1)
                  .cast(classes > 256 ? DType.UINT16 : DType.UINT8);
            });
    return new Case(
        "labels of " + size + " by " + middle + (padded ? ", padded" : ""),
        1,
        trace.graph(Map.of("y", y)));
  }

  /** Regions of different sizes, some of which reach beyond the maps. */
  static Case regions(int batch, int channels, int size, RoiExtractor extractor) {
    Trace trace = new Trace();
    Scope s = trace.root();
    List<FeaturePyramid.Level> levels = new ArrayList<>();
    for (int i = 0; i < extractor.levels(); i++) {
      Tensor map = trace.input("map" + i, DType.FLOAT32, batch, channels, 16 >> i, 12 >> i);
      levels.add(new FeaturePyramid.Level(map.plus(0.5), 4 << i));
    }
    Tensor ends = trace.input("ends", DType.FLOAT32, (int) KernelBoundsTest.SIZE, 4);
    Tensor low = ends.slice(1, 0, 2).plus(0.8).times(20);
    Tensor boxes = Tensor.concat(1, low, low.plus(ends.slice(1, 2, 4).plus(1).times(25)));
    Tensor image = s.constant(new long[] {batch - 1, 0, batch - 1});
    Tensor y =
        extractor.extract(
            s,
            new FeaturePyramid(levels),
            new Proposals(boxes, image),
            extractor.level(boxes),
            size);
    return new Case(extractor + " of " + size, 1, trace.graph(Map.of("y", y.plus(0.5))));
  }

  private static Tensor mixed(Scope s, Tensor x, int width) {
    return linear(s.at("mixed"), x, width, new Init.Normal(0.5f), biased());
  }

  private static Init biased() {
    return new Init.Normal(0.5f);
  }

  /** Returns random values, which are the same in each run. */
  static Map<String, TensorData> inputs(Graph graph) {
    Map<String, TensorData> all = new LinkedHashMap<>();
    graph
        .inputs()
        .forEach(
            (name, t) -> {
              SplittableRandom random = new SplittableRandom(name.hashCode());
              int count = Math.toIntExact(t.shape().elements());
              if (t.dtype() == DType.INT64) {
                long[] sizes = sizes(name.equals("ori_shape") ? 9 : SMALLEST, count, random);
                all.put(name, TensorData.of(sizes, t.shape().dims()));
                return;
              }
              float[] values = new float[count];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextDouble() * 2 - 1);
              }
              all.put(name, TensorData.of(values, t.shape().dims()));
            });
    return all;
  }

  /** Returns the height and the width of images of the same size. */
  private static long[] sizes(int least, int count, SplittableRandom random) {
    long[] sizes = new long[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = i < 2 ? random.nextInt(least, 2 * least) : sizes[i - 2];
    }
    return sizes;
  }

  /**
   * Returns the largest difference, relative to the largest value; for integers, the share of
   * elements that differ.
   */
  static double error(TensorData expected, TensorData actual) {
    if (!expected.type().dtype().isFloat()) {
      long[] e = expected.longs();
      long[] a = actual.longs();
      return e.length == a.length
          ? IntStream.range(0, e.length).filter(i -> e[i] != a[i]).count() / (double) e.length
          : Double.POSITIVE_INFINITY;
    }
    float[] e = expected.floats();
    float[] a = actual.floats();
    double most = 1e-9;
    double difference = e.length == a.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(e.length, a.length); i++) {
      most = Math.max(most, Math.abs(e[i]));
      double d = Math.abs((double) e[i] - a[i]);
      difference = d <= difference ? difference : d; // also true for NaN
    }
    return difference / most;
  }
}
