package dev.dovetail.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.core.DType;
import dev.dovetail.graph.Convolution;
import dev.dovetail.graph.Graph;
import dev.dovetail.graph.Normalization;
import dev.dovetail.graph.Sampling;
import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.Trace;
import dev.dovetail.graph.nn.Attention;
import dev.dovetail.graph.nn.Extent;
import dev.dovetail.graph.nn.Linear;
import dev.dovetail.graph.nn.MultiScaleDeformableAttention;
import dev.dovetail.graph.nn.Resampling;
import dev.dovetail.graph.nn.TokenPyramid;
import dev.dovetail.train.loss.CrossEntropy;
import dev.dovetail.train.loss.CrossEntropy.Divisor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Implements the single operators of the fixtures with graph operators and our losses. */
final class OperatorGraphs {

  /**
   * @param graph the graph, whose only output is that of the operator; empty for a loss
   * @param loss computed outside of the graph
   */
  record Traced(
      Graph graph,
      @Nullable Function<Map<String, org.bytedeco.pytorch.Tensor>, org.bytedeco.pytorch.Tensor>
          loss) {}

  private interface Body {
    Tensor apply(Scope s, Map<String, Tensor> in, JsonNode arguments);
  }

  private static final Map<String, Body> BODIES =
      Map.ofEntries(
          Map.entry(
              "adaptive_avg_pool",
              (s, in, a) -> Resampling.adaptiveAveragePool(in.get("input"), a.get("size").asInt())),
          Map.entry("attention", OperatorGraphs::attention),
          Map.entry(
              "batch_norm_train",
              (s, in, a) ->
                  in.get("input")
                      .apply(
                          new Normalization.BatchNorm(1e-5),
                          in.get("weight"),
                          in.get("bias"),
                          in.get("const_running_mean"),
                          in.get("const_running_var"))),
          Map.entry(
              "conv_transpose",
              (s, in, a) ->
                  in.get("input")
                      .apply(new Convolution.ConvTranspose(2), in.get("weight"), in.get("bias"))),
          Map.entry("depthwise_conv", OperatorGraphs::convolution),
          Map.entry("gelu_erf", (s, in, a) -> in.get("input").gelu()),
          Map.entry(
              "grid_sample",
              (s, in, a) -> in.get("input").apply(new Sampling.GridSample(), in.get("grid"))),
          Map.entry("group_norm", OperatorGraphs::groupNorm),
          Map.entry(
              "layer_norm",
              (s, in, a) ->
                  in.get("input")
                      .apply(
                          new Normalization.LayerNorm(a.get("eps").asDouble()),
                          in.get("weight"),
                          in.get("bias"))),
          Map.entry(
              "max_pool",
              (s, in, a) ->
                  in.get("input")
                      .apply(
                          new Convolution.MaxPool(
                              a.get("kernel").asInt(),
                              a.get("stride").asInt(),
                              a.get("padding").asInt()))),
          Map.entry(
              "max_pool_2x2",
              (s, in, a) -> in.get("input").apply(new Convolution.MaxPool(2, 2, 0))),
          Map.entry("ms_deform_attn", OperatorGraphs::sampling),
          Map.entry("ms_deform_attn_module", OperatorGraphs::deformable),
          Map.entry("resize", OperatorGraphs::resize),
          Map.entry(
              "roi_align",
              (s, in, a) ->
                  in.get("input")
                      .apply(
                          new Sampling.RoiAlign(
                              a.get("output_size").asInt(),
                              (float) a.get("spatial_scale").asDouble()),
                          in.get("const_rois").slice(1, 1, 5),
                          in.get("const_rois").select(1, 0).cast(DType.INT64))),
          Map.entry("softmax", (s, in, a) -> in.get("input").softmax(-1)));

  private OperatorGraphs() {}

  static Traced of(String op, JsonNode arguments, int index, Map<String, TensorData> inputs) {
    Trace trace = Trace.forTraining();
    if (op.equals("cross_entropy_ignore") || op.equals("bce_l1")) {
      return new Traced(trace.graph(Map.of()), in -> loss(op, arguments, index, in));
    }
    Body body = BODIES.get(op);
    if (body == null) {
      throw new IllegalArgumentException("unknown operator " + op);
    }
    Map<String, Tensor> in = new LinkedHashMap<>();
    inputs.forEach(
        (name, data) ->
            in.put(name, trace.input(name, data.type().dtype(), data.type().shape().dims())));
    Tensor output = body.apply(trace.root(), in, arguments);
    if (op.equals("gelu_erf") && index == 1) {
      output = output.gelu();
    }
    return new Traced(trace.graph(Map.of("output", output)), null);
  }

  private static org.bytedeco.pytorch.Tensor loss(
      String op, JsonNode arguments, int index, Map<String, org.bytedeco.pytorch.Tensor> in) {
    if (op.equals("bce_l1")) {
      return index == 0
          ? dev.dovetail.train.loss.ElementLosses.binaryCrossEntropy(
              in.get("logits"), in.get("const_targets"))
          : dev.dovetail.train.loss.ElementLosses.absolute(
              in.get("pred"), in.get("const_targets"), arguments.get("divisor").asDouble());
    }
    if (arguments.has("label_smoothing")) {
      return CrossEntropy.ofClasses(arguments.get("label_smoothing").asDouble())
          .of(in.get("logits"), in.get("labels"));
    }
    Divisor divisor =
        arguments.get("divide_by").asText().equals("all") ? Divisor.ALL : Divisor.VALID;
    return new CrossEntropy(0, 255, divisor).resized(in.get("logits"), in.get("labels"));
  }

  private static Tensor attention(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor x = in.get("x");
    Tensor qkv = Linear.apply(x, in.get("qkv_weight"), in.get("qkv_bias"));
    Tensor padded = qkv.pad(1, 0, a.path("padded_to").asInt(x.dim(1)) - x.dim(1), 0);
    List<Tensor> parts = padded.chunk(3, -1);
    Tensor found =
        Attention.multiHead(parts.get(0), parts.get(1), parts.get(2), a.get("heads").asInt());
    return Linear.apply(found.slice(1, 0, x.dim(1)), in.get("proj_weight"), in.get("proj_bias"));
  }

  private static Tensor convolution(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor x = in.get("input");
    Convolution.Conv op =
        new Convolution.Conv(
            a.path("stride").asInt(1), a.get("padding").asInt(), a.path("groups").asInt(x.dim(1)));
    return in.containsKey("bias")
        ? x.apply(op, in.get("weight"), in.get("bias"))
        : x.apply(op, in.get("weight"));
  }

  /** Composes a group norm like {@link dev.dovetail.graph.nn.Norms#groupNorm}. */
  private static Tensor groupNorm(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor x = in.get("input");
    int groups = a.get("groups").asInt();
    float[] ones = new float[groups];
    java.util.Arrays.fill(ones, 1);
    return x.reshape(x.dim(0), groups, x.dim(1) / groups * x.dim(2) * x.dim(3))
        .apply(
            new Normalization.InstanceNorm(1e-5), s.constant(ones), s.constant(new float[groups]))
        .reshape(x.shape().dims())
        .times(in.get("weight").reshape(x.dim(1), 1, 1))
        .plus(in.get("bias").reshape(x.dim(1), 1, 1));
  }

  private static Tensor resize(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor x = in.get("input");
    int height = a.get("size").get(0).asInt();
    int width = a.get("size").get(1).asInt();
    return switch (a.get("mode").asText()) {
      case "bicubic" -> Resampling.bicubic(x, height, width);
      case "bilinear" -> Resampling.bilinear(x, height, width);
      default -> Resampling.nearest(x, height, width);
    };
  }

  private static List<Extent> grids(JsonNode a) {
    List<Extent> grids = new ArrayList<>();
    a.get("spatial_shapes").forEach(g -> grids.add(new Extent(g.get(0).asInt(), g.get(1).asInt())));
    return grids;
  }

  /** The core of deformable attention, with locations and logits as inputs. */
  private static Tensor sampling(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor value = in.get("value");
    Tensor locations = in.get("sampling_locations");
    int batch = value.dim(0);
    int heads = value.dim(2);
    int width = value.dim(3);
    int queries = locations.dim(1);
    int levels = locations.dim(3);
    int points = locations.dim(4);
    Tensor weights =
        in.get("attention_logits")
            .reshape(batch, queries, heads, levels * points)
            .softmax(-1)
            .reshape(batch, queries, heads, levels, points)
            .permute(0, 2, 3, 1, 4)
            .flatten(0, 1);
    Tensor grid = locations.permute(0, 2, 3, 1, 4, 5).times(2).minus(1).flatten(0, 1);
    List<Tensor> maps = new TokenPyramid(value.flatten(2, 3), grids(a)).maps();
    Tensor sum = null;
    for (int l = 0; l < levels; l++) {
      Tensor map = maps.get(l);
      Tensor samples =
          map.reshape(batch * heads, width, map.dim(2), map.dim(3))
              .apply(new Sampling.GridSample(), grid.select(1, l))
              .times(weights.slice(1, l, l + 1))
              .sum(3, false);
      sum = sum == null ? samples : sum.plus(samples);
    }
    return sum.reshape(batch, heads * width, queries).permute(0, 2, 1);
  }

  /** The model's own layer, whose parameters are replaced by inputs of the same names. */
  private static Tensor deformable(Scope s, Map<String, Tensor> in, JsonNode a) {
    Tensor query = in.get("query");
    int width = query.dim(2);
    MultiScaleDeformableAttention layer =
        new MultiScaleDeformableAttention(
            a.get("n_heads").asInt(),
            a.get("n_points").asInt(),
            (int) (width * a.get("ratio").asDouble()));
    return layer.apply(
        s, new TokenPyramid(query, grids(a)), new TokenPyramid(in.get("input"), grids(a)));
  }
}
